import type pg from 'pg';
import { isBelieved, isGoneOnWordOfAnother } from '../books/owner.ts';
import type { UserIdentity } from '../config/user-identity.ts';
import { type Client, inTransaction } from '../db/client.ts';
import type { Subject } from '../model/subject.ts';
import type { UserDirectory } from '../users/directory.ts';
import { deletionAnnouncedAt } from './announced.ts';
import { type EventClaim, readEventClaim } from './event-claim.ts';

/** The events that tell of a completion, and carry the account's metadata. */
const COMPLETIONS = [
  'connected_account.created',
  'connected_account.connected',
  'connected_account.successful_login',
  'connect_webview.login_succeeded',
] as const;

type Candidate = Readonly<{
  subject: Subject;
  generation: string;
  workspace_id: string | null;
  event_id: string | null;
  body: Buffer | null;
}>;

type Sources = Readonly<{
  pool: pg.Pool;
  users: Pick<UserDirectory, 'find' | 'findAll'>;
  identity: UserIdentity;
}>;

const AT_A_TIME = 200;
/** So many of what is pending are passed in a turn, at most: whatever waits, a turn costs no more. */
const PASSED_AT_A_TIME = 5_000;
/** What is committed later than others that were written after it is met all the same. */
const LOOK_BACK_SECONDS = 10;

/** Where the next turn goes on among what is pending, by when it was told of; null: at the beginning. */
export type ProvisionalCursor = Readonly<{ at: string; subject: string }> | null;

/**
 * While Seam can't be asked, links the accounts that signed events tell of, provisionally: users see their
 * lock during an outage. Only where nothing else is known of the account, and no other workspace speaks of it; a provisional link never
 * takes an account from anybody, and the next run that Seam answers confirms it or ends it.
 *
 * @returns how many links were made, how many subjects were considered, and where the next turn goes on
 * @throws what the database throws, and UsersTableError
 */
export const linkProvisionally = async (
  sources: Sources,
  after: ProvisionalCursor = null,
): Promise<{ linked: number; considered: number; next: ProvisionalCursor }> => {
  const { subjects, next } = await readHeld(sources.pool, after);
  const candidates = await readCandidates(sources.pool, subjects);
  let linked = 0;
  for (const candidate of candidates) {
    const claim = await readEventClaim(sources, candidate.body);
    const isLinked = await inTransaction(sources.pool, client =>
      linkOrPass(client, candidate, claim),
    );
    if (isLinked) linked++;
  }
  return { linked, considered: candidates.length, next };
};

/**
 * What is pending while a hold stands: gone through in the order in which it was told of, a page a turn, from
 * where the last turn was. At the end it goes on from a few seconds ago.
 */
const READ_HELD = `
  with page as materialized (
    select subject, provisional_generation < generation as is_fresh, workspace_id, updated_at
      from reconciler.reconciliations
     where exists (select 1 from reconciler.workspace_holds) -- Asked once; mostly there is none.
       and state = 'pending' and (updated_at, subject) > ($1::timestamptz, $2)
     order by updated_at, subject limit ${PASSED_AT_A_TIME}
  ), fresh as (
    select subject from page
     where is_fresh and exists (select 1 from reconciler.workspace_holds h
                                 where h.workspace_id is null or h.workspace_id = page.workspace_id)
     limit ${AT_A_TIME}
  ), seen as (select count(*) as number, max(updated_at) as last from page)
  select array(select subject from fresh) as subjects,
         case when number = ${PASSED_AT_A_TIME} then last
              else least(last, now() - interval '${LOOK_BACK_SECONDS} s') end::text as at,
         case when number = ${PASSED_AT_A_TIME}
              then (select max(subject) from page where updated_at = last) else '' end as subject
    from seen`;

const readHeld = async (
  pool: pg.Pool,
  after: ProvisionalCursor,
): Promise<{ subjects: readonly string[]; next: ProvisionalCursor }> => {
  const { rows } = await pool.query<{ subjects: string[]; at: string | null; subject: string }>({
    // Not prepared: planned for where the cursor is.
    text: READ_HELD,
    values: [after?.at ?? '-infinity', after?.subject ?? ''],
  });
  const { subjects = [], at = null, subject = '' } = rows[0] ?? {};
  // As long as there is as much to do as fits a turn, it isn't past it.
  if (subjects.length === AT_A_TIME) return { subjects, next: after };
  return { subjects, next: at === null ? null : { at, subject } };
};

/**
 * Of those, and of what Seam has failed us on (that has an index of its own), the newest event that tells of a
 * completion (of those that came signed). Not those that Seam has answered on in the meantime.
 */
const READ_CANDIDATES = `
  with waiting as (
    (select subject, generation, workspace_id from reconciler.reconciliations
      where subject = any($3) and state = 'pending' and provisional_generation < generation)
    union
    (select subject, generation, workspace_id from reconciler.reconciliations
     where unavailable_since is not null
       and observed_generation < generation and provisional_generation < generation
     limit $2)
  )
  select w.subject, w.generation, w.workspace_id, d.event_id, d.body
    from waiting w
    left join lateral (
      select event_id, body, occurred_at from reconciler.deliveries told
       where subject = w.subject and event_type = any($1) and signature ? 'svix-signature'
         and ${isBelieved('told', 'w.workspace_id')}
       order by coalesce(occurred_at, received_at) desc limit 1
    ) d on true
   order by d.occurred_at desc nulls last`;

const readCandidates = async (pool: pg.Pool, held: readonly string[]): Promise<Candidate[]> => {
  const { rows } = await pool.query<Candidate>({
    name: 'provisional-candidates',
    text: READ_CANDIDATES,
    values: [COMPLETIONS, AT_A_TIME, held],
  });
  return rows;
};

/** Locks the subject and the account in the order in which runs do, so the two meet in no deadlock. */
const LOCK = `
  select pg_advisory_xact_lock(hashtextextended($3, 0)) from reconciler.reconciliations
   where subject = $1 and generation = $2 and observed_generation < generation
     and (reason is null or unavailable_since is not null)
     for update skip locked`;

const LINK = `
  insert into reconciler.links
         (connected_account_id, user_id, linked_by_run, provisional_event_id, provisional_subject)
  select $1, $2, 0, d.event_id, d.subject from reconciler.deliveries d
   where d.event_id = $3
     and not exists (select 1 from reconciler.links where connected_account_id = $1)
     and not exists (
           -- Another workspace speaks of it, too: that is for Seam to settle.
           select 1 from reconciler.reconciliations o
            where (o.subject = 'connected_account:' || $1::text or o.connected_account_id = $1)
              and (o.workspace_id <> $4::text or o.claimants is not null))
     and not exists (
           -- Seam has shown the account, or that it is gone, since the event came; or its deletion was
           -- announced.
           select 1 from (select $1::text as id) asked
             left join reconciler.connected_accounts a
               on a.connected_account_id = asked.id and not ${isGoneOnWordOfAnother('a', '$4::text')}
            where a.read_at >= d.received_at or a.workspace_id <> $4::text
               or ${deletionAnnouncedAt("'connected_account:' || asked.id", '$4::text')} is not null)`;

/** @returns whether a link was made */
const linkOrPass = async (
  client: Client,
  { subject, generation, workspace_id: workspaceId, event_id: eventId }: Candidate,
  claim: EventClaim | null,
): Promise<boolean> => {
  const { rowCount: locked } = await client.query(LOCK, [
    subject,
    generation,
    claim?.accountId ?? null,
  ]);
  // Something has happened to it meanwhile: if it is owed still, the next turn finds it again.
  if (locked === 0) return false;
  await client.query(
    'update reconciler.reconciliations set provisional_generation = generation where subject = $1',
    [subject],
  );
  if (claim === null) return false;
  const { rowCount } = await client.query(LINK, [
    claim.accountId,
    claim.userId,
    eventId,
    workspaceId,
  ]);
  return rowCount === 1;
};
