import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { wordsFor } from '../../access/mask.ts';
import type { Client } from '../../db/client.ts';
import { trigramSchema } from '../../db/trigrams.ts';
import { MOST_COUNTED } from '../../model/capped-count.ts';
import type { Subject } from '../../model/subject.ts';
import { findSubjects } from '../cases/find-subjects.ts';
import { FOUND_BY, type FoundBy } from '../cases/found-by.ts';
import { casesAmong } from './search-cases.ts';
import {
  findAccountsAlike,
  findAccountsCalled,
  findByRequest,
  findByTelephone,
  findTicket,
  findWritten,
  type TextFound,
} from './search-finds.ts';
import type { CaseFound } from './search-found.ts';
import { byPlace } from './search-place.ts';
import type { Wanted } from './search-text.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';

export type Gathered = Readonly<{
  /** The best match first, then the latest. */
  cases: readonly CaseFound[];
  /** Users by whom something was found. */
  via: ReadonlySet<string>;
  areWordsSearched: boolean;
}>;

type Hit = Omit<CaseFound, 'at'>;

/** Who has more is told to say more. */
export const MOST_FOUND = 500;
const EXACT_MS = 3_000;
/** A person waits for it, and finds by ids all the same. */
const WORDS_MS = 1_200;

const ALL_FOUND_BY = Object.keys(FOUND_BY) as FoundBy[];
const BY_WORDS: readonly FoundBy[] = ['user_words', 'account_words'];

/** Whatever there is much of, no table is gone through from end to end. */
const byIndex = <T>(
  pool: pg.Pool,
  ms: number,
  read: (client: Client) => Promise<T>,
): Promise<T | null> =>
  readWithStatementTimeout(pool, ms, async client => {
    await client.query('set local enable_seqscan = off; set local jit = off');
    return read(client);
  });

const exactly = (found: readonly TextFound[]): Hit[] =>
  found.map(each => ({ ...each, until: null, rank: 0 }));
const byWords = (found: readonly TextFound[]): Hit[] =>
  found.map(each => ({ ...each, until: null, rank: 1 }));

/** The users, and by what each of them was found. */
export type UsersFound = ReadonlyMap<string, FoundBy>;

const readExact = async (
  client: Client,
  actor: Actor,
  wanted: Wanted,
  { users, isWhole }: { users: UsersFound; isWhole: boolean },
): Promise<Hit[]> => {
  const limit = MOST_FOUND + 1;
  const people = await findSubjects(client, wanted.ids, {
    users,
    asEmail: true,
    limit,
    former: true,
  });
  const named = people.map(({ subject, foundBy, via, until }): Hit => {
    const isCalled = via !== null && users.get(via) === 'user_words' && !wanted.ids.includes(via);
    return { subject, foundBy, text: via, until, rank: isCalled ? 1 : 0 };
  });
  const numbers = await findByTelephone(client, wanted.telephones, { limit, isExact: isWhole });
  const tickets: TextFound[] = [];
  for (const ticket of wanted.tickets) {
    const small = ticket.toLowerCase();
    const written = await findTicket(client, ticket, limit);
    // Who may not see all of what was written finds nothing by what is hidden from them.
    tickets.push(
      ...written.filter(({ text }) => wordsFor(actor, text)?.toLowerCase().includes(small)),
    );
  }
  return [...named, ...exactly(numbers), ...exactly(tickets)];
};

const readByWords = async (client: Client, wanted: Wanted): Promise<Hit[]> => {
  const words = wanted.words.join(' ');
  const asked = { areWhole: wanted.areWordsWhole, limit: MOST_FOUND + 1 };
  const accounts = await findAccountsCalled(client, words, asked);
  const written = await findWritten(client, words, asked);
  return byWords([...accounts, ...written]);
};

const better = (one: Hit, other: Hit): Hit => {
  const place = ({ rank, foundBy }: Hit): number => rank * 100 + ALL_FOUND_BY.indexOf(foundBy);
  return place(other) < place(one) ? other : one;
};

/** Of each case the best match. */
const toCases = async (pool: pg.Pool, hits: readonly Hit[]): Promise<CaseFound[]> => {
  const bySubject = new Map<Subject, Hit>();
  for (const hit of hits) {
    const known = bySubject.get(hit.subject);
    bySubject.set(hit.subject, known === undefined ? hit : better(known, hit));
  }
  const known = await casesAmong(pool, [...bySubject.keys()].slice(0, MOST_COUNTED));
  const cases = Map.groupBy(known, each => each.key);
  return [...cases.values()]
    .flatMap(members => {
      const own = members.flatMap(({ subject }) => bySubject.get(subject) ?? []);
      const [first, ...others] = own;
      if (first === undefined) return [];
      const at = Math.max(...members.map(each => each.at));
      return [{ ...others.reduce(better, first), at }];
    })
    .toSorted(byPlace);
};

const ALIKE_MS = 400;
const MOST_ALIKE = 50;

/**
 * For where nothing else was found: cases of who is called nearly so; none where the database has no pg_trgm, or it takes
 * too long.
 *
 * @param users who is
 */
export const gatherAlike = async (
  pool: pg.Pool,
  words: string,
  users: readonly string[],
): Promise<Gathered> => {
  const found = await byIndex(pool, ALIKE_MS, async client => {
    const schema = await trigramSchema(client);
    const accounts =
      schema === null ? [] : await findAccountsAlike(client, words, { schema, limit: MOST_ALIKE });
    const named = await findSubjects(client, [], {
      users: new Map(users.map(user => [user, 'alike'])),
      limit: MOST_FOUND,
      former: true,
    });
    return [
      ...accounts.map((each): Hit => ({ ...each, until: null, rank: 2 })),
      ...named.map(({ via, ...each }): Hit => ({ ...each, text: via, rank: 2 })),
    ];
  });
  const hits = found ?? [];
  return {
    cases: await toCases(pool, hits),
    via: new Set(hits.flatMap(({ text }) => text ?? [])),
    areWordsSearched: true,
  };
};

/**
 * All cases that a text leads to, each once.
 *
 * @param options.users by what each user was found
 * @param options.isWhole whether only what is given as a whole may be found
 * @throws SupportError `refused` when it would take too long
 */
export const gather = async (
  pool: pg.Pool,
  actor: Actor,
  wanted: Wanted,
  options: { users: UsersFound; isWhole: boolean },
): Promise<Gathered> => {
  const exact = insistInTime(
    await byIndex(pool, EXACT_MS, client => readExact(client, actor, wanted, options)),
  );
  const mayUseWords = !options.isWhole && wanted.words.length > 0;
  const called = mayUseWords
    ? await byIndex(pool, WORDS_MS, client => readByWords(client, wanted))
    : [];
  const found = [...exact, ...(called ?? [])];
  // Ids of requests look like any other: what is found by one of these was meant.
  const requests =
    found.length > 0
      ? []
      : exactly(
          (await byIndex(pool, WORDS_MS, client =>
            findByRequest(client, wanted.ids, MOST_FOUND + 1),
          )) ?? [],
        );
  const isViaUser = ({ foundBy }: Hit): boolean =>
    foundBy.startsWith('user') || foundBy === 'former_user' || BY_WORDS.includes(foundBy);
  return {
    cases: await toCases(pool, [...found, ...requests]),
    via: new Set(exact.filter(isViaUser).flatMap(({ text }) => text ?? [])),
    areWordsSearched: called !== null,
  };
};
