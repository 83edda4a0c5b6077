import type { Actor } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { inTransaction } from '../../db/client.ts';
import type { Desk } from '../desk.ts';
import { arrangeNow } from './arranged.ts';
import { insistOnNone, tidyWhy, whyFault } from './fields.ts';
import { owe, spanOf } from './owe.ts';
import { insistOnEnabled, lockEndpoint, targetOf } from './row.ts';
import { insistOnFilter, type MessageFilter, valuesOf } from './selection.ts';
import { insistOnEndpoints } from './within.ts';

/** Of which messages: those that were given up, or all, also what the app has taken. */
export const REPLAYED = ['dead', 'all'] as const;
type Replayed = (typeof REPLAYED)[number];

/** What to send again; what is left out doesn't matter. */
export type ReplayRequest = Omit<MessageFilter, 'about'> &
  Readonly<{
    states: Replayed;
    /** Only counts them. */
    dryRun?: boolean | undefined;
    why?: string | undefined;
  }>;

/**
 * Sends messages to an endpoint again, in their order and at its pace, each with the id that it had: an app that keeps
 * what it has seen passes over what it has. With `all`, what was never owed to it is sent where it wants it, and what
 * waits for another try is tried now. What waits already is not sent twice.
 *
 * In pages: interrupted, what was noted until then is sent, and the rest isn't.
 *
 * @returns how many messages match, and how many of them are sent again (or for the first time); of a preview none
 * @throws SupportError `not_allowed`, `not_found`; `invalid`, by field; `refused` for one that is disabled
 */
export const replay = async (
  desk: Pick<Desk, 'pool' | 'outgoing'>,
  actor: Actor,
  id: number,
  { states, dryRun: isDry = false, why, ...filter }: ReplayRequest,
): Promise<{ matching: number; sentAgain: number }> => {
  insistOnEndpoints(actor, 'replay');
  if (!REPLAYED.includes(states)) {
    throw invalid({ states: `Say which messages: one of ${REPLAYED.join(', ')}.` });
  }
  insistOnFilter(filter);
  insistOnNone({ why: whyFault(why, false) });
  const { pool, outgoing } = desk;
  await arrangeNow(desk);
  await inTransaction(pool, async client => {
    const endpoint = await lockEndpoint(client, id);
    if (isDry) return;
    insistOnEnabled(endpoint);
    const { types = null, user = null, account = null, since, until } = filter;
    await recordChange(client, actor, {
      action: 'replay_messages',
      target: targetOf(id),
      after: {
        states,
        types,
        user,
        account,
        since: since?.toISOString() ?? null,
        until: until?.toISOString() ?? null,
      },
      why: tidyWhy(why),
    });
  });
  const span = await spanOf(pool, filter.since ?? null, filter.until ?? null);
  const { matching, owed } = await owe(pool, id, states, valuesOf(filter, null), span, { isDry });
  if (owed > 0) outgoing.news([id]);
  return { matching, sentAgain: owed };
};
