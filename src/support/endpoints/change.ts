import type { Actor } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { inTransaction } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { sqlState } from '../../db/errors.ts';
import { endpoints } from '../../db/schema-messages.ts';
import { dropUnwanted } from '../../endpoints/unwanted.ts';
import { ARRANGING_LOCK } from '../../outbox/arrange.ts';
import type { Desk } from '../desk.ts';
import {
  checkFields,
  type EndpointFields,
  insistOnTheCodes,
  nameTaken,
  tidyWhy,
} from './fields.ts';
import { makeDue } from './owe.ts';
import { viewEndpoint } from './read.ts';
import { AS_NEW, type EndpointRow, lockEndpoint, targetOf, toldOf } from './row.ts';
import type { EndpointView } from './types.ts';
import { insistOnEndpoints } from './within.ts';

const UNIQUE_VIOLATION = '23505';

const NAMES = ['name', 'target', 'types', 'workspaces', 'perSecond'] as const;

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The audit log has no query of a URL: that it is another one, it says. */
const withQuery = (before: EndpointRow, after: EndpointRow): Record<string, unknown> => {
  const told = toldOf(after);
  const isHidden = before.target !== after.target && isSame(toldOf(before).target, told.target);
  return isHidden ? { ...told, query: 'changed' } : told;
};

/** An endpoint as it is now, and how many messages that waited for it are not sent, as it wants them no more. */
export type Changed = Readonly<{ endpoint: EndpointView; dropped: number }>;

/**
 * Changes an endpoint. What it wants from then on is not sent to it of what was before (a replay does that). What waits
 * for it already is sent all the same, unless it isn't wanted any more: that is dropped with the change, but for what is
 * being sent at that moment. With another target, what waits for another try is tried there now.
 *
 * @param given what is left out stays as it is
 * @throws SupportError `not_allowed`, `not_found`; `invalid`, by field (of hooks only workspaces and pace can be changed), or
 *   where nothing is given
 */
export const changeEndpoint = async (
  desk: Pick<Desk, 'pool' | 'config' | 'outgoing'>,
  actor: Actor,
  id: number,
  given: EndpointFields,
): Promise<Changed> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  if (NAMES.every(name => given[name] === undefined)) {
    throw invalid({
      changes: 'Say what to change: its name, target, types, workspaces, or how many a second.',
    });
  }
  const { isElsewhere, dropped } = await inTransaction(desk.pool, async client => {
    // So that nothing becomes owed meanwhile by what it wanted before. Taken before any row is locked.
    if (given.types !== undefined || given.workspaces !== undefined) {
      await client.query(ARRANGING_LOCK);
    }
    const before = await lockEndpoint(client, id);
    const fields = checkFields(desk, before.kind, given);
    const changed = Object.entries(fields).filter(
      ([name, value]) => !isSame(value, before[name as keyof EndpointRow]),
    );
    insistOnTheCodes(
      before,
      changed.map(([name]) => name),
    );
    if (changed.length === 0) return { isElsewhere: false, dropped: 0 };
    const isMoved = fields.target !== undefined && fields.target !== before.target;
    const after = await drizzle(client)
      .update(endpoints)
      .set({ ...fields, ...(isMoved ? AS_NEW : {}) })
      .where(eq(endpoints.id, id))
      .returning()
      .catch(error => {
        throw sqlState(error) === UNIQUE_VIOLATION ? nameTaken(fields.name ?? before.name) : error;
      });
    const isToWant = changed.some(([name]) => name === 'types' || name === 'workspaces');
    const left = isToWant ? await dropUnwanted(client, id) : 0;
    await recordChange(client, actor, {
      action: 'change_endpoint',
      target: targetOf(id),
      before: toldOf(before),
      after: { ...withQuery(before, after[0] ?? before), ...(left > 0 ? { dropped: left } : {}) },
      why: tidyWhy(given.why),
    });
    return { isElsewhere: isMoved, dropped: left };
  });
  if (isElsewhere) await makeDue(desk.pool, id);
  desk.outgoing.news([id]);
  return { endpoint: await viewEndpoint(desk, actor, id), dropped };
};
