import { type IdentityRule, ruleName, type UserIdentity } from '../config/user-identity.ts';
import { MAX_VALUE_LENGTH } from '../seam/metadata.ts';
import type { ConnectedAccount, ConnectWebview } from '../seam/resources.ts';
import { REPLACEMENT } from '../seam/storable.ts';
import type { Lookup } from '../users/id-type.ts';

/*
 * Whose an account is, by every name that Seam has for our users. Pure: this module alone decides, for runs, for
 * provisional links, for a comparison, and for who links by hand.
 */

/** What Seam shows, to judge by; null where there is none. Of the webviews that led to an account, the newest. */
export type Evidence = Readonly<{
  account: Pick<ConnectedAccount, 'customMetadata' | 'customerKey'> | null;
  webview: Pick<ConnectWebview, 'customMetadata' | 'customerKey'> | null;
  /** What the account's user identity is called (its `user_identity_key`); null where there is none to ask about. */
  userIdentityKey: string | null;
  /** Whom our own keys stand for, as far as the metadata hold any. */
  userKeys: UserKeys;
}>;

/** Our users, by the opaque keys that stand for them at Seam. */
export type UserKeys = ReadonlyMap<string, string>;

type Source = 'account' | 'webview';

/** What one rule says: there is something, which may be unusable. */
export type Saying =
  | Readonly<{ kind: 'invalid'; why: string; by: Source; rule: string }>
  | Readonly<{ kind: 'named'; id: string; by: Source; rule: string }>;

/** Whose Seam says that an account is. */
export type Claim = (Saying | Readonly<{ kind: 'missing' }>) &
  Readonly<{
    /** How it is kept beside a link by hand, where that isn't just what the deciding rule says. */
    keptAs?: string;
  }>;

/** What an object has under a key of its own: not what JavaScript has. */
const ownValue = (metadata: Readonly<Record<string, unknown>> | undefined, key: string): unknown =>
  metadata !== undefined && Object.hasOwn(metadata, key) ? (metadata[key] ?? undefined) : undefined;

/** Why this can be nobody's id, whoever it came from; null where it can. */
const whyUnusable = (value: string): string | null => {
  if (value.trim() === '') return 'it is empty';
  if (value.includes(REPLACEMENT)) return "it contains a character that can't be stored";
  return value.length > MAX_VALUE_LENGTH
    ? `it is longer than ${MAX_VALUE_LENGTH} characters`
    : null;
};

type Found = Readonly<{ value: unknown; by: Source }>;

/** @returns what an object says; null where it says nothing */
const found = (value: unknown, by: Source): Found | null =>
  value === undefined || value === null ? null : { value, by };

/** What a rule reads; null where there is nothing. */
const readBy = (
  rule: IdentityRule,
  { account, webview, userIdentityKey }: Evidence,
  { metadataKey }: UserIdentity,
): Found | null => {
  switch (rule.kind) {
    case 'metadata':
      return rule.of === 'account'
        ? found(ownValue(account?.customMetadata, rule.key), 'account')
        : found(ownValue(webview?.customMetadata, rule.key), 'webview');
    case 'customer_key':
      return rule.of === 'account'
        ? found(account?.customerKey, 'account')
        : found(webview?.customerKey, 'webview');
    case 'user_identity':
      return found(userIdentityKey, 'account');
    case 'mapping':
      return (
        found(ownValue(account?.customMetadata, metadataKey), 'account') ??
        found(ownValue(webview?.customMetadata, metadataKey), 'webview')
      );
    default:
      return rule satisfies never;
  }
};

/** Whether a rule reads as it stands what `mapping` takes for a key: then what is no key is the id itself. */
const isReadPlain = ({ rules, metadataKey }: UserIdentity): boolean =>
  rules.some(rule => rule.kind === 'metadata' && rule.key === metadataKey);

/** What one rule says; null where it says nothing. */
const sayingOf = (
  rule: IdentityRule,
  evidence: Evidence,
  identity: UserIdentity,
): Saying | null => {
  const read = readBy(rule, evidence, identity);
  if (read === null) return null;
  const { value, by } = read;
  const said = { by, rule: ruleName(rule) };
  const invalid = (why: string): Saying => ({ kind: 'invalid', why, ...said });
  if (typeof value !== 'string') return invalid(`it isn't text (${typeof value})`);
  const why = whyUnusable(value);
  if (why !== null) return invalid(why);
  if (rule.kind !== 'mapping') return { kind: 'named', id: value, ...said };
  const id = evidence.userKeys.get(value);
  if (id !== undefined) return { kind: 'named', id, ...said };
  return isReadPlain(identity)
    ? null
    : invalid('it is no key that we have given to one of our users');
};

/** What it was read from, in words: a rule's name is for whoever sets it. */
export const sourceInWords = ({ rule, by }: Pick<Saying, 'rule' | 'by'>): string => {
  if (rule === 'mapping') return `the key in the ${by}'s metadata`;
  if (rule === 'user_identity') return 'the user identity';
  return rule.endsWith('.customer_key') ? `the ${by}'s customer key` : `the ${by}'s metadata`;
};

/** All that the rules say, in their order. */
export const sayingsOf = (evidence: Evidence, identity: UserIdentity): Saying[] =>
  identity.rules.flatMap(rule => sayingOf(rule, evidence, identity) ?? []);

/**
 * Whose Seam says that an account is: the first rule that says anything decides, also where what it says can be
 * nobody's id.
 * Source: Seam's guide "Attaching custom data to the Connect Webview": values are strings of up to
 * 500 characters, or booleans.
 */
export const readClaim = (evidence: Evidence, identity: UserIdentity): Claim =>
  claimOf(sayingsOf(evidence, identity), identity);

/** Of what the rules say, what decides. */
export const claimOf = (sayings: readonly Saying[], { onConflict }: UserIdentity): Claim => {
  const [first] = sayings;
  const claim = first ?? ({ kind: 'missing' } as const);
  // What a user identity is called is kept nowhere here: a link by hand stands for as long as the rest is the same.
  const kept = sayings.filter(({ rule }) => rule !== 'user_identity');
  if (onConflict === 'ask') return { ...claim, keptAs: ALL + JSON.stringify(textsOf(kept)) };
  return first === kept[0] ? claim : { ...claim, keptAs: textsOf(kept)[0] ?? 'missing' };
};

const ALL = 'all:';

const textOf = (claim: Claim): string =>
  claim.kind === 'named' ? `named:${claim.id}` : claim.kind;

const textsOf = (sayings: readonly Saying[]): string[] => [...new Set(sayings.map(textOf))];

/**
 * A claim as it is kept beside a link by hand: two of the same text say the same. Where a person is asked about
 * differences it has all that the rules say, else what the first says.
 */
export const claimText = (claim: Claim): string => claim.keptAs ?? textOf(claim);

/** What a kept claim holds: of each rule that said anything, or of the first. */
const partsOf = (text: string): { isAll: boolean; parts: readonly string[] } =>
  text.startsWith(ALL)
    ? { isAll: true, parts: JSON.parse(text.slice(ALL.length)) as string[] }
    : { isAll: false, parts: text === 'missing' ? [] : [text] };

/** Whom a kept claim names (reconcile's own text, from `claimText`). */
export const namedInClaim = (text: string): string[] =>
  partsOf(text).parts.flatMap(part => /^named:(.*)$/s.exec(part)?.[1] ?? []);

/** Whether a claim says what it said when it was kept; whether a person is asked may have been set otherwise then. */
export const saysTheSame = (kept: string, claim: Claim): boolean => {
  const [then, now] = [partsOf(kept), partsOf(claimText(claim))];
  if (now.isAll || !then.isAll) return JSON.stringify(then.parts) === JSON.stringify(now.parts);
  return then.parts[0] === now.parts[0];
};

/** A rule that names another user of ours than the one that decides. */
export type Rival = Readonly<{ rule: string; userId: string; settledBy: 'first_rule' | 'person' }>;

/** The ids, besides the one that decides, by which the rules may name somebody else. */
export const otherIds = (sayings: readonly Saying[]): string[] => {
  const [first] = sayings;
  if (first?.kind !== 'named') return [];
  const ids = sayings.flatMap(said => (said.kind === 'named' ? [said.id] : []));
  return [...new Set(ids)].filter(id => id !== first.id);
};

/**
 * The first rule that names another of our users; null where there is none. Users are compared, not how they are
 * spelt; whom our table doesn't have is nobody's rival.
 *
 * @param user their table's answer for what decides
 * @param others its answers for `otherIds`
 */
export const rivalOf = (
  sayings: readonly Saying[],
  user: Lookup,
  others: ReadonlyMap<string, Lookup>,
  { onConflict }: UserIdentity,
): Rival | null => {
  if (user.kind !== 'found') return null;
  for (const said of sayings) {
    const other = said.kind === 'named' ? others.get(said.id) : undefined;
    if (other?.kind !== 'found' || other.userId === user.userId) continue;
    const settledBy = onConflict === 'ask' ? 'person' : 'first_rule';
    return { rule: said.rule, userId: other.userId, settledBy };
  }
  return null;
};

/** The text under which our own keys are looked for: as the metadata have it. */
export const possibleKeys = (
  { account, webview }: Pick<Evidence, 'account' | 'webview'>,
  { rules, metadataKey }: UserIdentity,
): string[] =>
  rules.some(({ kind }) => kind === 'mapping')
    ? [account, webview].flatMap(shown => {
        const value = ownValue(shown?.customMetadata, metadataKey);
        return typeof value === 'string' && whyUnusable(value) === null ? [value] : [];
      })
    : [];
