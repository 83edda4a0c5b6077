import { randomUUID } from 'node:crypto';
import { giveBack, type Leased, putOff, takeEndpoint } from './lease.ts';
import { createSend } from './send.ts';
import type { Sender } from './sender.ts';
import { sendInTurn } from './turn.ts';

/** So often it is seen whether the key that lacks is there. */
const WITHOUT_KEY_MS = 60_000;

/**
 * Sends to one endpoint what is owed to it and due: of each connection in order, of several side by side, at its pace.
 * Returns after a while even where more is due, so that other endpoints get their turn.
 *
 * @param signal ends it once what is under way is recorded
 * @returns in how many ms there is something to do again; null: nothing is owed, or it is disabled
 * @throws whatever Postgres throws
 */
export const sendOwed = async (
  sender: Sender,
  endpointId: number,
  signal: AbortSignal,
): Promise<Readonly<{ nextInMs: number | null }>> => {
  const isOfHooks = sender.hooks !== undefined;
  const holder = isOfHooks ? `hook:${randomUUID()}` : randomUUID();
  const askedAt = performance.now();
  const { endpoint, nextInMs } = await takeEndpoint(sender.pool, endpointId, holder, isOfHooks);
  if (endpoint === null) return { nextInMs };
  const { send, fault } = createSend(sender, endpoint);
  if (send === null) return await sayWhatLacks(sender, endpoint, holder, fault);
  let holdMs = 0;
  let next: number | null = null;
  try {
    const turn = await sendInTurn({ sender, endpoint, holder, askedAt, send, signal });
    holdMs = turn.holdMs;
    next = turn.nextInMs;
  } catch (error) {
    // The lease lapses by itself where Postgres can't be reached; what went wrong before says more.
    await giveBack(sender.pool, endpointId, holder, 0).catch(() => undefined);
    throw error;
  }
  const isEnabled = await giveBack(sender.pool, endpointId, holder, holdMs);
  // What was another's meanwhile is seen to by that one.
  return { nextInMs: isEnabled && next !== null ? Math.max(next, Math.ceil(holdMs)) : null };
};

const sayWhatLacks = async (
  { pool, log }: Sender,
  { id, name }: Leased,
  holder: string,
  fault: string,
): Promise<Readonly<{ nextInMs: number }>> => {
  log.error(
    { endpoint: name, fault },
    'nothing can be sent to an endpoint; what is owed to it waits',
  );
  await putOff(pool, id, holder, { fault, forMs: WITHOUT_KEY_MS });
  return { nextInMs: WITHOUT_KEY_MS };
};
