import type pg from 'pg';
import { z } from 'zod';
import { type Client, inTransaction } from '../db/client.ts';
import { isUsableId, type Subject } from '../model/subject.ts';
import type { UserDirectory } from '../users/directory.ts';
import { deletionAnnouncedAt } from './announced.ts';
import { readClaim } from './facts.ts';

/** The events that tell of a completion, and carry the account's metadata. */
const COMPLETIONS = [
  'connected_account.created',
  'connected_account.connected',
  'connected_account.successful_login',
  'connect_webview.login_succeeded',
] as const;

/** What we read of the event. Source: Seam's API reference, "connected_account.connected". */
const completionSchema = z.looseObject({
  connected_account_id: z.string().refine(isUsableId),
  connected_account_custom_metadata: z.record(z.string(), z.unknown()),
});

type Candidate = Readonly<{
  subject: Subject;
  generation: string;
  event_id: string | null;
  body: Buffer | null;
}>;

type Sources = Readonly<{
  pool: pg.Pool;
  users: Pick<UserDirectory, 'find'>;
  userMetadataKey: string;
}>;

const AT_A_TIME = 200;

/**
 * While Seam can't be asked, links the accounts that signed events tell of, provisionally: users see their
 * lock during an outage. Only where nothing else is known of the account; a provisional link never
 * takes an account from anybody, and the next run that Seam answers confirms it or ends it.
 *
 * @returns how many links were made, and how many subjects were considered
 * @throws what the database throws, and UsersTableError
 */
export const linkProvisionally = async (
  sources: Sources,
): Promise<{ linked: number; considered: number }> => {
  const candidates = await readCandidates(sources.pool);
  let linked = 0;
  for (const candidate of candidates) {
    const claim = await readEventClaim(sources, candidate);
    const isLinked = await inTransaction(sources.pool, client =>
      linkOrPass(client, candidate, claim),
    );
    if (isLinked) linked++;
  }
  return { linked, considered: candidates.length };
};

/**
 * Subjects that are owed a look that Seam keeps from taking place, each with the newest event that tells
 * of its completion (of those that came signed). Not those that Seam has answered on in the meantime.
 */
const READ_CANDIDATES = `
  with waiting as (
    (select subject, generation from reconciler.reconciliations
     where exists (select 1 from reconciler.workspace_holds) -- Asked once; mostly there is none.
       and observed_generation < generation and provisional_generation < generation
       and (reason is null or reason = any($1))
       and exists (select 1 from reconciler.workspace_holds h
                    where h.workspace_id is null or h.workspace_id = reconciliations.workspace_id)
     limit $3)
    union
    (select subject, generation from reconciler.reconciliations
     where unavailable_since is not null
       and observed_generation < generation and provisional_generation < generation
     limit $3)
  )
  select w.subject, w.generation, d.event_id, d.body
    from waiting w
    left join lateral (
      select event_id, body, occurred_at from reconciler.deliveries
       where subject = w.subject and event_type = any($2) and signature ? 'svix-signature'
       order by coalesce(occurred_at, received_at) desc limit 1
    ) d on true
   order by d.occurred_at desc nulls last`;

const OF_SEAM = ['seam_unauthorized', 'seam_rate_limited', 'seam_unavailable'] as const;

const readCandidates = async (pool: pg.Pool): Promise<Candidate[]> => {
  const { rows } = await pool.query<Candidate>({
    name: 'provisional-candidates',
    text: READ_CANDIDATES,
    values: [OF_SEAM, COMPLETIONS, AT_A_TIME],
  });
  return rows;
};

type EventClaim = Readonly<{ accountId: string; userId: string }>;

/** Whose the event says that the account is; null where it says nothing that we can use. */
const readEventClaim = async (
  { users, userMetadataKey }: Sources,
  { body }: Candidate,
): Promise<EventClaim | null> => {
  if (body === null) return null;
  // What is stored was read as JSON before.
  const parsed = completionSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) return null;
  const { connected_account_id: accountId, connected_account_custom_metadata: customMetadata } =
    parsed.data;
  const claim = readClaim({ customMetadata }, null, userMetadataKey);
  if (claim.kind !== 'named') return null;
  const user = await users.find(claim.id);
  return user.kind === 'found' ? { accountId, userId: user.userId } : null;
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
           -- Seam has shown the account, or that it is gone, since the event came; or its deletion was
           -- announced.
           select 1 from (select $1::text as id) asked
             left join reconciler.connected_accounts a on a.connected_account_id = asked.id
            where a.read_at >= d.received_at
               or ${deletionAnnouncedAt("'connected_account:' || asked.id")} is not null)`;

/** @returns whether a link was made */
const linkOrPass = async (
  client: Client,
  { subject, generation, event_id: eventId }: Candidate,
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
  const { rowCount } = await client.query(LINK, [claim.accountId, claim.userId, eventId]);
  return rowCount === 1;
};
