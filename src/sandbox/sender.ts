import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'svix';
import type { EventBody } from './event.ts';

/** Signs an event as Svix does. */
export const signEvent = (
  event: EventBody,
  secret: string,
): { body: string; headers: Record<string, string> } => {
  const body = JSON.stringify(event);
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign(id, now, body),
    },
  };
};

const WAITS_MS = [200, 500, 1_000, 2_000, 5_000];

/**
 * Posts an event as a signed webhook, again and again (a little faster than Svix) until it is taken.
 *
 * @throws Error with the last answer when it is never taken
 */
export const sendWebhook = async (
  url: string,
  secret: string,
  event: EventBody,
): Promise<number> => {
  let last = 'no response';
  for (const waitMs of [...WAITS_MS, 0]) {
    const { body, headers } = signEvent(event, secret);
    try {
      const response = await fetch(url, { method: 'POST', body, headers });
      if (response.ok) return response.status;
      last = `${response.status} ${await response.text()}`;
    } catch (error) {
      last = String(error);
    }
    await sleep(waitMs);
  }
  throw new Error(`the webhook was not accepted: ${last}`);
};
