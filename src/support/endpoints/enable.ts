import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import { inOpenedTransactionWithRetries, inTransaction } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { endpoints } from '../../db/schema-messages.ts';
import { ARRANGING_LOCK } from '../../outbox/arrange.ts';
import type { Desk } from '../desk.ts';
import { arrangeNow } from './arranged.ts';
import { insistOnNone, tidyWhy, whyFault } from './fields.ts';
import { makeDue, type Owed, type OweRest, owe, oweWithin, spanOf } from './owe.ts';
import { AS_NEW, type EndpointRow, lockEndpoint, targetOf } from './row.ts';
import { valuesOf } from './selection.ts';
import { insistOnEndpoints } from './within.ts';

const standing = ({ disabledAt, disabledBecause }: EndpointRow): Record<string, unknown> => ({
  state: disabledAt === null ? 'enabled' : 'disabled',
  disabled_at: disabledAt?.toISOString() ?? null,
  disabled_because: disabledBecause,
});

/**
 * Sends nothing to an endpoint any more. What waits for it keeps waiting; what comes from then on is noted for it only
 * when it is enabled.
 *
 * @returns its name
 * @throws SupportError `not_allowed`, `not_found`; `invalid` without a reason; `conflict` where it is disabled already;
 *   DoneBeforeError
 */
export const disableEndpoint = async (
  desk: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  { why }: { why: string },
): Promise<Readonly<{ name: string }>> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  insistOnNone({ why: whyFault(why, true) });
  return await inTransaction(desk.pool, async client => {
    // The same request again finds it disabled by now.
    await insistOnNewRequest(client, actor, 'disable_endpoint', targetOf(id));
    const before = await lockEndpoint(client, id);
    if (before.disabledAt !== null) {
      throw new SupportError('conflict', `Endpoint ${id} is disabled already.`);
    }
    const [after = before] = await drizzle(client)
      .update(endpoints)
      .set({ disabledAt: sql`now()`, disabledBecause: 'person' })
      .where(eq(endpoints.id, id))
      .returning();
    await recordChange(client, actor, {
      action: 'disable_endpoint',
      target: targetOf(id),
      before: standing(before),
      after: standing(after),
      why: tidyWhy(why),
    });
    return { name: before.name };
  });
};

/** What to do about the messages that came while an endpoint was disabled. */
export const MISSED = ['send', 'skip'] as const;
export type Missed = (typeof MISSED)[number];

/** What takes place is given its place a little later: hardly ever by so much. */
const LATE_HOURS = 1;

/** From where on an endpoint was not told: the last message that was ever noted for it before that; at most so late. */
const FIRST_MISSED = `
  select greatest(e.created_at, e.disabled_at - interval '${LATE_HOURS} hours') as since,
         coalesce((select max(s.position) from reconciler.sendings s join reconciler.messages m using (position)
                    where s.endpoint_id = e.id and m.at <= e.disabled_at
                      and m.at >= e.disabled_at - interval '${LATE_HOURS} hours'), 0)::float8 as position
    from reconciler.endpoints e where e.id = $1`;

/** What an endpoint was not told of: from when on, and after which position. */
type Gap = Readonly<{ since: Date; after: number }>;

const gapOf = async (pool: pg.Pool, id: number): Promise<Gap> => {
  const { rows } = await pool.query<{ since: Date; position: number }>(FIRST_MISSED, [id]);
  const { since = new Date(), position = 0 } = rows[0] ?? {};
  const { after } = await spanOf(pool, since, null);
  return { since, after: Math.max(after, position) };
};

/** Notes what it was not told of. @returns how many these are, and what is left of the gap: what comes later */
const closeGap = async (
  db: Pick<pg.Pool, 'query'>,
  oweThem: (...given: OweRest) => Promise<Owed>,
  id: number,
  { since, after }: Gap,
): Promise<Readonly<{ owed: number; rest: Gap }>> => {
  const { last } = await spanOf(db, null, null);
  const { owed } = await oweThem(id, 'missed', valuesOf({ since }, null), { after, last });
  return { owed, rest: { since, after: Math.max(after, last) } };
};

/**
 * Has messages sent to a disabled endpoint again: what waited for it and, as wanted, what came meanwhile, in the order of
 * all messages and at its pace; then what is new.
 *
 * @returns how many messages that came while it was disabled are owed to it by this
 * @throws SupportError `not_allowed`, `not_found`; `invalid`, by field; `conflict` where it isn't disabled
 */
export const enableEndpoint = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
  { missed, why }: { missed: Missed; why?: string | undefined },
): Promise<{ owed: number }> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  if (!MISSED.includes(missed)) {
    throw invalid({ missed: 'Say what to do about the messages it missed: "send" or "skip".' });
  }
  insistOnNone({ why: whyFault(why, false) });
  const { pool, outgoing } = desk;
  await inTransaction(pool, async client => insistOnDisabled(await lockEndpoint(client, id)));
  await arrangeNow(desk);
  let gap = missed === 'send' ? await gapOf(pool, id) : null;
  let owed = 0;
  const inPages = async (): Promise<void> => {
    if (gap === null) return;
    const closed = await closeGap(pool, (...given) => owe(pool, ...given), id, gap);
    owed += closed.owed;
    gap = closed.rest;
  };
  // Nothing is sent to it meanwhile: however many these are, they come before what is new.
  await inPages();
  await makeDue(pool, id);
  await inPages();
  // The few that came since, while no message gets its place: what comes later is noted for it anyway.
  owed += await inOpenedTransactionWithRetries(
    pool,
    client => client.query(ARRANGING_LOCK),
    async client => {
      const before = await lockEndpoint(client, id);
      insistOnDisabled(before);
      const last =
        gap === null
          ? { owed: 0 }
          : await closeGap(client, (...given) => oweWithin(client, ...given), id, gap);
      await drizzle(client)
        .update(endpoints)
        .set({ ...AS_NEW, disabledAt: null, disabledBecause: null })
        .where(eq(endpoints.id, id));
      await recordChange(client, actor, {
        action: 'enable_endpoint',
        target: targetOf(id),
        before: standing(before),
        after: { state: 'enabled', disabled_at: null, disabled_because: null, missed },
        why: tidyWhy(why),
      });
      return last.owed;
    },
  );
  outgoing.news([id]);
  return { owed };
};

const insistOnDisabled = ({ id, disabledAt }: EndpointRow): void => {
  if (disabledAt !== null) return;
  throw new SupportError(
    'conflict',
    `Endpoint ${id} isn’t disabled, so there is nothing to enable.`,
  );
};
