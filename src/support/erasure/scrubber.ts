import { randomUUID } from 'node:crypto';
import type { IdentityRule, UserIdentity } from '../../config/user-identity.ts';
import { ERASED } from '../../db/functions.ts';
import { idsOf, type Person } from '../../model/person.ts';

export { ERASED };

/** An id that is shorter may be any number or word: in a text it isn't looked for. Nor is our own mark. */
const SHORTEST_TELLING = 6;

/** Tells what names a person, and takes it out. Pure, but for `unique`. */
export type Scrubber = Readonly<{
  person: Person;
  pseudonym: string;
  /** A text that somebody wrote, without what names them. */
  text: (text: string) => string;
  /** The same for JSON; what stands for a user (by its key) is compared as a whole. */
  json: (value: unknown, key?: string) => unknown;
  /** The same for a list's filter, as in its URL. */
  query: (query: string) => string;
  /** Whether this is the user's id, in any of its spellings. */
  isUser: (id: unknown) => boolean;
  /** The pseudonym where this is the user's id; anything else as it is. */
  userId: <T>(id: T) => T | string;
  /** The id that an object of metadata names; null where it names none. */
  claimIn: (value: unknown) => string | null;
  /** Whether a text names them, or anything of theirs. */
  tellsOf: (text: string) => boolean;
  /** Something new where a key has to be unique. */
  unique: () => string;
  /** What to search for, so that nothing is missed; it may catch too much. */
  needles: readonly string[];
}>;

const isTelling = (term: string): boolean =>
  ([...term].length >= SHORTEST_TELLING || term.includes('@')) &&
  !ERASED.includes(term.toLowerCase());

/** As a pattern that finds it alone, in Unicode mode. */
const escaped = (term: string): string => term.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** No part of a longer word; an e-mail, no part of a longer e-mail. */
const patternOf = (term: string): string =>
  term.includes('@') || term.includes('%40')
    ? `(?<![\\p{L}\\p{N}._%+-])${escaped(term)}(?![.-]?[\\p{L}\\p{N}])`
    : `(?<![\\p{L}\\p{N}])${escaped(term)}(?![\\p{L}\\p{N}])`;

/** As they stand in JSON, with or without escapes, and in addresses. */
const spellingsOf = (term: string): string[] => {
  const inJson = JSON.stringify(term).slice(1, -1);
  const inAscii = inJson.replace(
    /[\u0080-\uffff]/g,
    each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const inForm = new URLSearchParams([['', term]]).toString().slice(1);
  return [...new Set([term, inJson, inAscii, encodeURIComponent(term), inForm])];
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCustomerKey = (name: string): boolean => /^customer_?key$/i.test(name);

/** The keys under which metadata name a user. */
export const metadataKeysOf = ({ rules, metadataKey }: UserIdentity): string[] => [
  ...new Set([metadataKey, ...rules.flatMap(rule => (rule.kind === 'metadata' ? [rule.key] : []))]),
];

/** @param identity by what Seam's objects name a user */
export const createScrubber = (
  person: Person,
  pseudonym: string,
  identity: UserIdentity,
): Scrubber => {
  const ids = idsOf(person);
  const metadataKeys = metadataKeysOf(identity);
  const hasCustomerKey = identity.rules.some(({ kind }) => kind === 'customer_key');
  const terms = [...new Set([...ids, ...person.names])].filter(isTelling);
  const byLength = terms.toSorted((one, other) => other.length - one.length);
  const patterns = byLength.flatMap(term =>
    [...new Set([term, encodeURIComponent(term)])].map(spelling => ({
      pattern: new RegExp(patternOf(spelling), 'giu'),
      by: ids.includes(term) ? pseudonym : ERASED,
    })),
  );
  const text = (given: string): string =>
    patterns.reduce((left, { pattern, by }) => left.replace(pattern, () => by), given);
  const isUser = (id: unknown): boolean =>
    id !== null && id !== undefined && ids.includes(String(id));
  const ofUser = <T>(id: T): T | string => (isUser(id) ? pseudonym : id);
  const isUserKey = (key: string): boolean =>
    metadataKeys.includes(key) ||
    (hasCustomerKey && isCustomerKey(key)) ||
    /(?:^|_)user(?:_?id)?$/i.test(key);

  const json = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return isUserKey(key) ? ofUser(value) : text(value);
    if (typeof value === 'number' && isUserKey(key)) return ofUser(value);
    if (Array.isArray(value)) return value.map(each => json(each, key));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, own]) => [text(name), json(own, name)]),
    );
  };

  const claimOf = (rule: IdentityRule, entries: readonly [string, unknown][]): string | null => {
    if (rule.kind === 'user_identity') return null;
    if (rule.kind === 'customer_key') {
      const own = entries.find(([name, value]) => isCustomerKey(name) && typeof value === 'string');
      return own === undefined ? null : String(own[1]);
    }
    const key = rule.kind === 'mapping' ? identity.metadataKey : rule.key;
    const metadata = entries.flatMap(([name, own]) =>
      /custom_?metadata$/i.test(name) && isObject(own) ? [own] : [],
    );
    const own = metadata.find(each => Object.hasOwn(each, key));
    return own === undefined ? null : String(own[key]);
  };

  const claimIn = (value: unknown): string | null => {
    if (Array.isArray(value)) return value.map(claimIn).find(claim => claim !== null) ?? null;
    if (!isObject(value)) return null;
    for (const rule of identity.rules) {
      const claim = claimOf(rule, Object.entries(value));
      if (claim !== null) return claim;
    }
    return claimIn(Object.values(value));
  };

  const theirs = [...person.subjects, ...person.accountIds, ...person.webviewIds];
  const whole = ids.flatMap(id => {
    const inQuery = encodeURIComponent(id);
    return [JSON.stringify(id), `user=${inQuery}`, `named=${inQuery}`];
  });
  return {
    person,
    pseudonym,
    text,
    json,
    claimIn,
    isUser,
    userId: ofUser,
    query: query => {
      const pairs = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [
        name,
        isUserKey(name) || name === 'named' ? String(ofUser(value)) : text(value),
      ]);
      const left = new URLSearchParams(pairs).toString();
      return left === new URLSearchParams(query).toString() ? query : left;
    },
    tellsOf: given =>
      text(given) !== given ||
      whole.some(each => given.includes(each)) ||
      theirs.some(id => given.includes(id)),
    unique: () => `erased:${randomUUID()}`,
    needles: [
      ...terms.flatMap(spellingsOf),
      ...whole,
      ...ids.flatMap(id => [`user:${id}`, `named:${id}`, JSON.stringify(`named:${id}`)]),
    ],
  };
};
