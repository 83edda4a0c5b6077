import type { Problem } from './problems.ts';
import type { SentMessage } from './sender.ts';

/** All that a good webhook may ever be answered besides 2xx: "not now, come again". */
const COME_AGAIN = 503;

/** Every webhook was taken in the end, and none was answered as if it were a bad one. Pure. */
export const checkAnswers = (messages: readonly SentMessage[]): Problem[] =>
  messages.flatMap(({ messageId, eventId, acknowledged, tries, refusals }): Problem[] => {
    const odd = refusals.filter(status => status !== COME_AGAIN);
    const id = `${eventId} (${messageId})`;
    return [
      ...(acknowledged
        ? []
        : [{ kind: 'unacknowledged', id, what: `given up after ${tries} tries` } as const]),
      ...(odd.length > 0
        ? [{ kind: 'unacknowledged', id, what: `was answered ${odd.join(', ')}` } as const]
        : []),
    ];
  });
