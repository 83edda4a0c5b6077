import { invalid, SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { and, drizzle, eq, isNull, sql } from '../../db/drizzle.ts';
import { connectedAccounts, links, reconciliations } from '../../db/schema.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { BulkGiven } from '../../model/bulk.ts';
import type { Lookup } from '../../users/id-type.ts';
import type { Desk } from '../desk.ts';
import { MOST_LINKED } from './limits.ts';
import { type Candidate, chosenOf, type Known, type Wanted, wantedOf } from './whom.ts';
import { type LeftOut, type LeftOutReason, number } from './words.ts';

type Directories = Readonly<{
  users: Pick<Desk['users'], 'find' | 'findAll'>;
  profiles: Pick<Desk['profiles'], 'idsByEmail'>;
}>;

/** So many are asked for with one statement. */
const PAGE = 1_000;

/**
 * Writes down to whom each item of a plan is to be linked, and takes those out that have not exactly one such user.
 *
 * @param total how many items it has
 * @returns how many were taken out, and why
 * @throws SupportError `refused` where there are too many to look users up for, `invalid`
 */
export const chooseUsersWithin = async (
  client: Client,
  directories: Directories,
  id: number,
  given: BulkGiven,
  total: number,
): Promise<LeftOut> => {
  if (total > MOST_LINKED) {
    const message = `At most ${number(MOST_LINKED)} can be linked by one run. Narrow the filter, for example by workspace or by how their ids begin.`;
    throw new SupportError('refused', message);
  }
  const candidates = await readCandidates(client, id);
  const wanted = candidates.map(candidate => ({ candidate, wanted: wantedOf(candidate, given) }));
  const known = await lookUp(
    directories,
    wanted.map(each => each.wanted),
  );
  const kept: { position: number; userId: string }[] = [];
  const leftOut: Partial<Record<LeftOutReason, number>> = {};
  for (const { candidate, wanted: whom } of wanted) {
    const chosen = chosenOf(whom, known);
    const why =
      'why' in chosen ? chosen.why : chosen.userId === candidate.linkedTo ? 'linked_so' : null;
    if (why !== null) leftOut[why] = (leftOut[why] ?? 0) + 1;
    else if ('userId' in chosen) kept.push({ position: candidate.position, ...chosen });
  }
  await client.query(
    `update reconciler.bulk_items i set user_id = k.user_id
       from unnest($2::int[], $3::text[]) as k(position, user_id)
      where i.bulk_run_id = $1 and i.position = k.position`,
    [id, kept.map(({ position }) => position), kept.map(({ userId }) => userId)],
  );
  await client.query(
    'delete from reconciler.bulk_items where bulk_run_id = $1 and user_id is null',
    [id],
  );
  return leftOut;
};

const ACCOUNT_ID = sql`coalesce(${reconciliations.connectedAccountId},
  case when starts_with(${reconciliations.subject}, 'connected_account:') then substr(${reconciliations.subject}, 19) end)`;

const readCandidates = async (client: Client, id: number): Promise<Candidate[]> =>
  drizzle(client)
    .select({
      position: bulkItems.position,
      claimed: reconciliations.claimedUserId,
      userIdentifier: connectedAccounts.userIdentifier,
      displayName: connectedAccounts.displayName,
      linkedTo: sql<
        string | null
      >`case when ${reconciliations.state} = 'linked' then ${links.userId} end`,
    })
    .from(bulkItems)
    .innerJoin(reconciliations, eq(reconciliations.subject, bulkItems.subject))
    .leftJoin(connectedAccounts, eq(connectedAccounts.connectedAccountId, ACCOUNT_ID))
    .leftJoin(links, and(eq(links.connectedAccountId, ACCOUNT_ID), isNull(links.unlinkedAt)))
    .where(eq(bulkItems.bulkRunId, id))
    .orderBy(bulkItems.position);

const lookUp = async (
  { users, profiles }: Directories,
  wanted: readonly Wanted[],
): Promise<Known> => {
  const ids = [...new Set(wanted.flatMap(each => (each.kind === 'id' ? [each.id] : [])))];
  const emails = [...new Set(wanted.flatMap(each => (each.kind === 'emails' ? each.emails : [])))];
  const byId = new Map<string, Lookup>();
  for (const page of pagesOf(ids)) {
    for (const [asked, found] of await users.findAll(page)) byId.set(asked, found);
  }
  const byEmail = new Map<string, readonly string[]>();
  for (const page of pagesOf(emails)) {
    const found = await profiles.idsByEmail(page);
    if (found === null) {
      throw invalid({
        by_email:
          'The e-mails of users aren’t known here (USERS_EMAIL_COLUMN): choose another way.',
      });
    }
    for (const [email, whose] of found) byEmail.set(email, whose);
  }
  return { byId, byEmail };
};

const pagesOf = (all: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(all.length / PAGE) }, (_, page) =>
    all.slice(page * PAGE, (page + 1) * PAGE),
  );

/**
 * The user to whom all are to be linked, as their table spells the id.
 *
 * @throws SupportError `invalid` (`user_id`)
 */
export const oneUser = async (
  { users }: Pick<Directories, 'users'>,
  given: BulkGiven,
): Promise<BulkGiven> => {
  const { userId } = given;
  if (userId === undefined) return given;
  const user = userId === '' ? null : await users.find(userId);
  if (user?.kind === 'found') return { ...given, userId: user.userId };
  const fault =
    user === null
      ? 'Say which user.'
      : user.kind === 'impossible'
        ? `'${userId}' can't be one of our user ids: ${user.why}.`
        : `None of our users has the id '${userId}'.`;
  throw invalid({ user_id: fault });
};
