import type pg from 'pg';
import type { Viewer } from '../../access/mask.ts';
import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { Client, Db } from '../../db/client.ts';
import { desc, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { untilCounted } from '../../inbox/until-counted.ts';
import { caseOf } from '../../model/case.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../../model/subject.ts';
import { type DeliveryRecord, deliveriesOf, type RunRecord, runsOf } from './history.ts';
import { type LastMessage, readLastMessage } from './last-message.ts';
import { type Unlinked, unlinkedOf } from './link-history.ts';
import { type Note, notesOf } from './notes.ts';
import { asCounted, type Row, type Summary, summaryOf, withAccount } from './summary.ts';

/** A reconciliation with all that belongs to it: what `show --json` prints, in its words. */
export type Match = Summary &
  Readonly<{
    generation: number;
    observed_generation: number;
    /** When the next look is due; null when none is owed. */
    next_look_at: string | null;
    /** As in a case. */
    unlinked: Unlinked | null;
    /** What the app was told of it last; null: nothing yet. */
    last_message: LastMessage | null;
    deliveries: readonly DeliveryRecord[];
    runs: readonly RunRecord[];
    /** What people wrote, and what they did, the newest first. */
    notes: readonly Note[];
    changes: readonly ChangeRecord[];
  }>;

const MOST_MATCHES = 50;
/** More than any user or account has; a bound all the same. */
const MOST_SUBJECTS = 10_000;
const MOST_DELIVERIES = 100;
const MOST_RUNS = 50;
const MOST_NOTES = 50;
const MOST_CHANGES = 50;

/**
 * Every subject that a text leads to. $1 the text, $2 the subjects that it may be, $3 the users and $4 by
 * what each of them was found, $5 at most so many of each kind, $6 whether the text may be what an account is called, $7 the
 * account that it names as a message does.
 */
const FIND = `
  with users as (
    select * from unnest($3::text[], $4::text[]) as u(id, found_by)
    union all
    select user_id, 'user_key' from reconciler.user_keys where key = $1
  ), found as (
    select subject, case when subject = $1 then 'subject' when subject like 'connected_account:%'
                         then 'connected_account' when subject like 'delivery:%' then 'event'
                         else 'connect_webview' end as found_by
      from reconciler.reconciliations where subject = any($2::text[])
    union all
    (select subject, 'connect_webview' from reconciler.reconciliations where connect_webview_id = $1 limit $5)
    union all
    select subject, 'event' from reconciler.deliveries where event_id = $1
    union all
    (select subject, 'connected_account' from reconciler.reconciliations where connected_account_id = $1 limit $5)
    union all
    (select subject, 'connected_account' from reconciler.reconciliations
      where connected_account_id = $7
        and not exists (select from reconciler.reconciliations where subject = $1) limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.reconciliations r on r.claimed_user_id = u.id limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.links l on l.user_id = u.id and l.unlinked_at is null
       join reconciler.reconciliations r on r.connected_account_id = l.connected_account_id limit $5)
    union all
    (select r.subject, u.found_by from users u
       join reconciler.expected_webviews e on e.user_id = u.id
       join reconciler.reconciliations r on r.connect_webview_id = e.connect_webview_id limit $5)
    union all
    (select r.subject, 'customer_key' from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where a.customer_key = $1 limit $5)
    union all
    (select r.subject, 'customer_key' from reconciler.connect_webviews w
       join reconciler.reconciliations r on r.subject = 'connect_webview:' || w.connect_webview_id
      where w.customer_key = $1 limit $5)
    union all
    (select r.subject, 'account_email' from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where $6 and a.user_identifier ? 'email' and lower(a.user_identifier->>'email') = lower($1) limit $5)
    union all
    -- By an index of bounded length (accounts_name_idx).
    (select r.subject, case when position('@' in $1) > 0 then 'account_email' else 'account_name' end
       from reconciler.connected_accounts a
       join reconciler.reconciliations r on r.connected_account_id = a.connected_account_id
      where $6 and lower(left(a.display_name, 200)) = lower(left($1, 200))
        and lower(a.display_name) = lower($1) limit $5)
  )
  select distinct r.subject, f.found_by as "foundBy", r.connected_account_id as account, r.updated_at
    from found f join reconciler.reconciliations r on r.subject = f.subject
   order by r.updated_at desc, r.subject desc`;

/** The subjects that an id may be, or name. */
const namedBy = (id: string): string[] => [id, ...SUBJECT_KINDS.map(kind => subjectOf(kind, id))];

const OF_ACCOUNT = subjectOf('connected_account', '');

/**
 * The account that a message is about (`connected_account:<id>`): where a webview led to it, no connection is called so.
 */
export const accountTold = (id: string): string | null =>
  id.startsWith(OF_ACCOUNT) ? id.slice(OF_ACCOUNT.length) : null;

/** By what a connection is found, in words; of several the first is told. */
export const FOUND_BY = {
  subject: 'the connection itself',
  connect_webview: 'webview id',
  event: 'event id',
  connected_account: 'account id',
  user: 'user id',
  customer_key: 'customer key',
  user_key: 'the key of a user in Seam’s metadata',
  user_email: 'the user’s e-mail',
  account_email: 'the account’s e-mail',
  account_name: 'the account’s name',
} as const;
export type FoundBy = keyof typeof FOUND_BY;

/** A subject that a text leads to, and by what: one that is found by several things is there for each. */
export type Found = Readonly<{ subject: Subject; foundBy: FoundBy; account: string | null }>;

/**
 * The subjects that an id leads to (of a webview, account, user, event, or a subject itself), the latest
 * first.
 *
 * @param options.users further users whose connections are meant, found by their e-mail
 * @param options.asEmail whether the id may be the e-mail or the name of an account, too
 * @param options.limit at most so many of each kind
 */
export const findSubjects = async (
  client: Pick<pg.Pool | Client, 'query'>,
  id: string,
  {
    users = [],
    asEmail = false,
    limit = MOST_SUBJECTS,
  }: { users?: readonly string[]; asEmail?: boolean; limit?: number } = {},
): Promise<Found[]> => {
  const others = users.filter(user => user !== id);
  const { rows } = await client.query<Found>(FIND, [
    id,
    namedBy(id),
    [id, ...others],
    ['user', ...others.map(() => 'user_email')],
    limit,
    asEmail,
    accountTold(id),
  ]);
  return rows;
};

/** Those subjects, each once. */
export const subjectsOf = async (pool: pg.Pool, id: string): Promise<Subject[]> => {
  await untilCounted(pool, namedBy(id), id);
  return [...new Set((await findSubjects(pool, id)).map(({ subject }) => subject))];
};

/**
 * Everything about the subjects that an id leads to, as this person may read it, the latest first; empty when
 * there is none.
 */
export const findMatches = async (db: Db, viewer: Viewer, id: string): Promise<Match[]> => {
  const subjects = (await subjectsOf(db.$client, id)).slice(0, MOST_MATCHES);
  if (subjects.length === 0) return [];
  const rows = await withAccount(db)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt));
  return Promise.all(rows.map(row => toMatch(db, viewer, row)));
};

/** Where people keep what they do to it: under its own name, or that of its case. */
const namesOf = (own: Row['own']): string[] => [...new Set([own.subject, caseOf(own)])];

const toMatch = async (db: Db, viewer: Viewer, row: Row): Promise<Match> => {
  const own = asCounted(row);
  return {
    ...summaryOf(viewer, row),
    generation: own.generation,
    observed_generation: own.observedGeneration,
    next_look_at: own.observedGeneration < own.generation ? own.dueAt.toISOString() : null,
    unlinked:
      own.connectedAccountId === null ? null : await unlinkedOf(db, viewer, own.connectedAccountId),
    last_message: await readLastMessage(db.$client, viewer, own.subject),
    deliveries: await deliveriesOf(db, own.subject, { limit: MOST_DELIVERIES }),
    runs: await runsOf(db, viewer, own.subject, { limit: MOST_RUNS }),
    notes: await notesOf(db, viewer, namesOf(own), { limit: MOST_NOTES }),
    changes: await changesOf(db, viewer, namesOf(own), MOST_CHANGES),
  };
};
