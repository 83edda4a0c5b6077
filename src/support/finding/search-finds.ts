import type { Client } from '../../db/client.ts';
import {
  ACCOUNT_NUMBERS,
  ACCOUNT_PLAIN,
  ACCOUNT_WORDS,
  digitsIn,
  noteWords,
  plain,
  TELEPHONE,
  TELEPHONE_TAIL,
  wordsQuery,
} from '../../db/search-words.ts';
import { isLike, likeness } from '../../db/trigrams.ts';
import { SUBJECT_KINDS, type Subject } from '../../model/subject.ts';
import type { FoundBy } from '../cases/found-by.ts';
import { isSameNumber } from './search-parts.ts';

/* What is found by anything but an id: each by an index of its own, and no more of it than is told. */

/** A subject that was found, and what to tell of it. */
export type TextFound = Readonly<{
  subject: Subject;
  foundBy: FoundBy;
  /** What it was found in, as it is stored. */
  text: string | null;
}>;

type On = Pick<Client, 'query'>;

/** Each one's reconciliations by one look at an index (that is what the `offset` is for), and no more accounts than are told. */
const ofAccounts = (condition: string, limit: string): string => `
  select r.subject, a.display_name, a.user_identifier
    from (select * from reconciler.connected_accounts where ${condition} limit ${limit}) a
   cross join lateral (
     select r.subject from reconciler.reconciliations r
      where r.connected_account_id = a.connected_account_id offset 0) r`;

const BY_TELEPHONE = `
  select subject, array[${ACCOUNT_NUMBERS.map(digitsIn).join(', ')}] as numbers,
         coalesce(user_identifier->>'phone', user_identifier->>'full_phone_number', user_identifier->>'username',
                  display_name) as text
    from (${ofAccounts(
      `${ACCOUNT_WORDS} @@ (select string_agg('''${TELEPHONE}' || tail || '''', ' | ')::tsquery
                                                from unnest($1::text[]) tail)`,
      '$2',
    )} limit $2) found`;

/**
 * Accounts of a telephone number, in whichever spelling it stands there.
 *
 * @param isExact whether it must be given with all of its digits
 */
export const findByTelephone = async (
  on: On,
  numbers: readonly string[],
  { limit, isExact }: { limit: number; isExact: boolean },
): Promise<TextFound[]> => {
  if (numbers.length === 0) return [];
  const { rows } = await on.query<{ subject: Subject; numbers: (string | null)[]; text: string }>(
    BY_TELEPHONE,
    [numbers.map(number => number.slice(-TELEPHONE_TAIL)), limit],
  );
  const isMeant = (stored: string | null): boolean =>
    stored !== null &&
    numbers.some(number => (isExact ? number === stored : isSameNumber(number, stored)));
  return rows
    .filter(row => row.numbers.some(isMeant))
    .map(({ subject, text }) => ({ subject, foundBy: 'telephone', text }));
};

/** What people wrote is kept by what the case was called then, which need be no subject of it. */
const OF_CASE = (name: string): string => `
  cross join lateral (
    select r.subject from reconciler.reconciliations r where r.subject = ${name}
    union
    select r.subject from reconciler.reconciliations r
     where r.connected_account_id = substr(${name}, length('connected_account:') + 1)
       and ${name} like 'connected_account:%') r`;

const WRITTEN = `
  with asked as materialized (select ${wordsQuery('$1::text', '$2::boolean')} as words)
  select r.subject, 'note' as "foundBy", n.text
    from (select subject, text from reconciler.notes
           where ${noteWords('text')} @@ (select words from asked)
             and ($3::text is null or strpos(lower(text), lower($3)) > 0) order by id desc limit $4) n ${OF_CASE('n.subject')}
  union all
  select r.subject, 'reason_given', l.why
    from (select target, why from reconciler.audit_log
           where ${noteWords('why')} @@ (select words from asked) and why is not null
             and ($3::text is null or strpos(lower(why), lower($3)) > 0)
             and split_part(target, ':', 1) in (${SUBJECT_KINDS.map(kind => `'${kind}'`).join(', ')})
           order by id desc limit $4) l ${OF_CASE('l.target')}`;

/** Cases on which somebody wrote these words, in a note or as their reason. */
export const findWritten = async (
  on: On,
  words: string,
  { areWhole, limit }: { areWhole: boolean; limit: number },
): Promise<TextFound[]> => {
  const { rows } = await on.query<TextFound>(WRITTEN, [words, areWhole, null, limit]);
  return rows;
};

/** The same of a ticket: its parts are words, and it must stand there as it is. */
export const findTicket = async (on: On, ticket: string, limit: number): Promise<TextFound[]> => {
  const { rows } = await on.query<TextFound>(WRITTEN, [ticket, true, ticket, limit]);
  return rows;
};

const BY_WORDS = `
  select subject, 'account_words' as "foundBy", coalesce(display_name, user_identifier->>'email',
         user_identifier->>'username') as text
    from (${ofAccounts(`${ACCOUNT_WORDS} @@ ${wordsQuery('$1::text', '$2::boolean')}`, '$3')} limit $3) found`;

/** Accounts that are called so, by all of these words. */
export const findAccountsCalled = async (
  on: On,
  words: string,
  { areWhole, limit }: { areWhole: boolean; limit: number },
): Promise<TextFound[]> => (await on.query<TextFound>(BY_WORDS, [words, areWhole, limit])).rows;

const byLikeness = (schema: string): string => `
  with asked as materialized (select ${plain('$1::text')} as given)
  select r.subject, 'alike' as "foundBy", a.display_name as text
    from (select a.* from reconciler.connected_accounts a
           where a.display_name is not null and ${isLike(schema, '(select given from asked)', `(${ACCOUNT_PLAIN})`)}
           order by ${likeness(schema, '(select given from asked)', `(${ACCOUNT_PLAIN})`)} desc, a.connected_account_id
           limit $2) a
    join reconciler.reconciliations r using (connected_account_id)`;

/**
 * Accounts that are called nearly so: misspelt, or by what doesn't begin a word.
 *
 * @param schema where pg_trgm lies
 */
export const findAccountsAlike = async (
  on: On,
  words: string,
  { schema, limit }: { schema: string; limit: number },
): Promise<TextFound[]> => (await on.query<TextFound>(byLikeness(schema), [words, limit])).rows;

const BY_REQUEST = `
  (select subject, 'seam_request' as "foundBy", seam_request_id as text
     from reconciler.runs where seam_request_id = any($1::text[]) limit $2)
  union all
  (select subject, 'message', signature->>'svix-id'
     from reconciler.deliveries where signature->>'svix-id' = any($1::text[]) limit $2)
  union all
  (select r.subject, 'message', m.message_id::text
     from reconciler.messages m ${OF_CASE('m.about')}
    where m.message_id = any($3::uuid[]) limit $2)`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIKE_REQUEST = /^(?:[a-z]+_)?[0-9a-z][0-9a-z-]{11,}$/i;
const MOST_REQUESTS = 4;

/** What requests to Seam were about, and messages of Svix's or of ours: by their ids. */
export const findByRequest = async (
  on: On,
  ids: readonly string[],
  limit: number,
): Promise<TextFound[]> => {
  const own = ids.filter(id => LIKE_REQUEST.test(id)).slice(0, MOST_REQUESTS);
  if (own.length === 0) return [];
  const uuids = own.filter(id => UUID.test(id));
  return (await on.query<TextFound>(BY_REQUEST, [own, limit, uuids])).rows;
};
