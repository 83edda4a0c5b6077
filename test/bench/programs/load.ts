import autocannon from 'autocannon';
import { answerParent } from '../child.ts';
import { type SignedMessage, signMessages } from '../messages.ts';
import { percentile } from '../stats.ts';

export type LoadRequest =
  | Readonly<{ kind: 'prepare'; run: string; count: number; scattered?: boolean }>
  | Readonly<{ kind: 'send'; url: string; connections: number }>;

export type LoadAnswer = Readonly<{
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  taken: number;
  refused: number;
  failed: number;
  seconds: number;
}>;

let messages: readonly SignedMessage[] = [];

/** Sends each message once, each connection its share, the next one when the last was answered. */
const send = async (url: string, connections: number): Promise<LoadAnswer> => {
  const share = Math.floor(messages.length / connections);
  const timesMs: number[] = [];
  let taken = 0;
  let clients = 0;
  const startedAt = performance.now();
  let lastAt = startedAt;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        amount: share * connections,
        timeout: 60,
        // Neighbours in a burst go over different connections.
        setupClient: client => {
          const first = clients++;
          client.setRequests(
            Array.from({ length: share }, (_, n) => messages[first + n * connections])
              .filter(message => message !== undefined)
              .map(({ headers, body }) => ({ method: 'POST' as const, headers, body })),
          );
        },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
    instance.on('response', (_client, status, _bytes, ms) => {
      timesMs.push(ms);
      lastAt = performance.now();
      if (status >= 200 && status < 300) taken++;
    });
  });
  const seconds = (lastAt - startedAt) / 1_000;
  return {
    perSecond: timesMs.length / seconds,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    maxMs: percentile(timesMs, 1),
    taken,
    refused: timesMs.length - taken,
    failed: result.errors + result.timeouts,
    seconds,
  };
};

answerParent<LoadRequest, LoadAnswer | null>(async request => {
  if (request.kind === 'send') return send(request.url, request.connections);
  messages = signMessages(request.run, request.count, request.scattered);
  return null;
});
