import type { EventBody } from '../../src/sandbox/event.ts';
import { signEvent } from '../../src/sandbox/sender.ts';
import { SECRET } from './settings.ts';

/** Posts an event once, signed with svix's own library. */
export const post = async (
  url: string,
  event: EventBody,
  secret: string = SECRET,
): Promise<Response> => {
  const { body, headers } = signEvent(event, secret);
  return fetch(`${url}/webhooks/seam`, { method: 'POST', body, headers });
};

/** Posts several, one after the other or all at once. @returns their status codes */
export const postAll = async (url: string, events: readonly EventBody[]): Promise<number[]> =>
  (await Promise.all(events.map(event => post(url, event)))).map(response => response.status);
