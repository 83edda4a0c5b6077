import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../fixtures/ports.ts';
import { idsOf, type SignedMessage, signMessages } from './messages.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { QueueKind, Rig } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { startService } from './service.ts';
import { one, percentile } from './stats.ts';

const EVENTS_PER_CONNECTION = 4;
const WARM_UP = 30;
const PAUSE_MS = 60;
const LIMIT_MS = 10_000;

export const post = async (url: string, { headers, body }: SignedMessage): Promise<void> => {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  if (response.status !== 204) throw new Error(`a webhook was answered ${response.status}`);
};

/** Asks again and again, without a pause, so that it sees the link at once. */
const untilLinked = async (client: pg.Client, accountId: string): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS;
  const query = {
    name: 'is-linked',
    text: 'select 1 from reconciler.links where connected_account_id = $1',
    values: [accountId],
  };
  while ((await client.query(query)).rowCount === 0) {
    if (performance.now() > deadline) throw new Error(`${accountId} was not linked in time`);
  }
};

const measure = async (rig: Rig, kind: QueueKind, samples: number): Promise<number[]> => {
  await using seam = await startSeamStub(0);
  const site = await rig.openSite(kind);
  await using serve = await startService({ args: ['serve'], site, port: await freePort() });
  const port = await freePort();
  await using _work = await startService({
    args: ['work', '--health-port', String(port)],
    site,
    port,
    seamEndpoint: seam.endpoint,
  });
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const timesMs: number[] = [];
  try {
    const messages = signMessages(kind, (WARM_UP + samples) * EVENTS_PER_CONNECTION);
    for (let connection = 0; connection < WARM_UP + samples; connection++) {
      const message = messages[connection * EVENTS_PER_CONNECTION];
      if (message === undefined) break;
      await sleep(PAUSE_MS);
      const postedAt = performance.now();
      const posted = post(`${serve.url}/webhooks/seam`, message);
      await untilLinked(client, idsOf(kind, connection).connected_account_id);
      if (connection >= WARM_UP) timesMs.push(performance.now() - postedAt);
      await posted;
    }
  } finally {
    await client.end();
  }
  return timesMs;
};

/** How long from the webhook to the link, when nothing else is going on. */
export const latency = async (rig: Rig, options: Options): Promise<Section> => {
  const samples = options.quick ? 60 : 500;
  const rows = [];
  for (const kind of ['redis', 'postgres'] as const) {
    const times = await measure(rig, kind, samples);
    rows.push({
      name: kind === 'redis' ? 'queue in Redis' : 'queue in Postgres',
      figures: { 'p50 ms': one(percentile(times, 0.5)), 'p99 ms': one(percentile(times, 0.99)) },
    });
    options.tell(`idle latency, ${kind}: p50 ${percentile(times, 0.5).toFixed(1)} ms`);
  }
  return {
    id: 'latency',
    title: 'From the webhook to the link, on an idle system',
    method:
      `One webhook at a time, ${samples} of them, ${PAUSE_MS} ms apart, from before the POST until another ` +
      'connection to Postgres sees the link. Seam answers at once; the two calls to it are within the time.',
    rows,
    ratios: [
      {
        name: 'p50 on Redis, ms',
        spread: rows[0]?.figures['p50 ms'] ?? one(Number.NaN),
        aim: { op: '<=', value: 10 },
      },
    ],
  };
};
