import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { freePort } from '../fixtures/ports.ts';
import { startBenchApp } from './app.ts';
import { post } from './latency.ts';
import { BURST, idsOf, signMessages } from './messages.ts';
import type { Options } from './options.ts';
import { FIGURES, measureOurs } from './reconcile.ts';
import type { Row, Section } from './report.ts';
import type { QueueKind, Rig, Site } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { startService } from './service.ts';
import { collectRounds, one, percentile } from './stats.ts';

const WARM_UP = 30;
const PAUSE_MS = 60;
const LIMIT_MS = 10_000;
const QUEUES = { redis: 'queue in Redis', postgres: 'queue in Postgres' } as const;

/** How long one took, in ms: until what is told was committed, and until the app had it. */
type Sample = Readonly<{ committedMs: number; receivedMs: number }>;

const addEndpoint = async ({ databaseUrl }: Site, url: string): Promise<void> => {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await insertEndpoint(client, url);
  } finally {
    await client.end();
  }
};

/** One webhook at a time, and the message that follows from it. */
const measure = async (rig: Rig, kind: QueueKind, samples: number): Promise<Sample[]> => {
  await using seam = await startSeamStub(0);
  await using app = await startBenchApp();
  const site = await rig.openSite(kind);
  await addEndpoint(site, app.url);
  await using serve = await startService({ args: ['serve'], site, port: await freePort() });
  const port = await freePort();
  await using _work = await startService({
    args: ['work', '--health-port', String(port)],
    site,
    port,
    seamEndpoint: seam.endpoint,
    env: TELLING_ENV,
  });
  const posted = new Map<string, Readonly<{ at: number; receivedMs: number }>>();
  const messages = signMessages(kind, (WARM_UP + samples) * BURST.length);
  for (let connection = 0; connection < WARM_UP + samples; connection++) {
    const message = messages[connection * BURST.length];
    if (message === undefined) break;
    await sleep(PAUSE_MS);
    const { connected_account_id: accountId } = idsOf(kind, connection);
    const heard = Promise.withResolvers<number>();
    app.onMessage(accountId, heard.resolve);
    const at = performance.now();
    const answered = post(`${serve.url}/webhooks/seam`, message);
    const limit = sleep(LIMIT_MS, null, { ref: false });
    const receivedAt = await Promise.race([heard.promise, limit]);
    if (receivedAt === null) throw new Error(`nothing was told of ${accountId} in time`);
    await answered;
    if (connection < WARM_UP) continue;
    posted.set(accountId, { at: performance.timeOrigin + at, receivedMs: receivedAt - at });
  }
  const told = await rig.query<{ id: string; at: number }>(
    site.databaseUrl,
    `select connected_account_id as id, (extract(epoch from at) * 1000)::float8 as at
       from reconciler.messages where type = 'account.linked'`,
  );
  return told.flatMap(({ id, at: committedAt }) => {
    const sample = posted.get(id);
    if (sample === undefined) return [];
    return [{ committedMs: committedAt - sample.at, receivedMs: sample.receivedMs }];
  });
};

const TRIGGERS = `
  select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as statement
    from pg_trigger where not tgisinternal and tgname like 'tell\\_of\\_%'`;

/** Nothing is written of what changes, as it was before the app was told. */
const tellNothing =
  (rig: Rig) =>
  async ({ databaseUrl }: Site): Promise<void> => {
    const statements = await rig.query<{ statement: string }>(databaseUrl, TRIGGERS);
    if (statements.length === 0) throw new Error('there is no trigger that could be disabled');
    for (const { statement } of statements) await rig.query(databaseUrl, statement);
  };

/** Reconciling with what is told written and arranged, and without; by turns, so that what slows one slows the other. */
const measureCost = async (rig: Rig, options: Options) => {
  const size = { connections: options.quick ? 600 : 3_000, concurrency: 10 };
  await using seam = await startSeamStub(0);
  const rounds = collectRounds<'told' | 'untold', (typeof FIGURES)[number]>();
  const ofTold = () => measureOurs(rig, 'redis', seam.endpoint, size);
  const ofUntold = () => measureOurs(rig, 'redis', seam.endpoint, size, tellNothing(rig));
  for (let round = 1; round <= options.rounds * 2; round++) {
    const first = round % 2 === 1 ? await ofTold() : null;
    const untold = await ofUntold();
    const figures = { told: first ?? (await ofTold()), untold };
    rounds.add(figures);
    const rates = Object.entries(figures).map(
      ([name, { 'completions/s': rate }]) => `${name} ${Math.round(rate)}/s`,
    );
    options.tell(`cost of telling, round ${round}: ${rates.join(', ')}`);
  }
  return { size, rounds };
};

/** How long from the webhook until the app has heard of it, and what it costs to write down what it is told. */
export const told = async (rig: Rig, options: Options): Promise<Section> => {
  const samples = options.quick ? 60 : 500;
  const rows: Row[] = [];
  const medians: Record<QueueKind, number> = { redis: Number.NaN, postgres: Number.NaN };
  for (const kind of ['redis', 'postgres'] as const) {
    const all = await measure(rig, kind, samples);
    const received = all.map(({ receivedMs }) => receivedMs);
    medians[kind] = percentile(received, 0.5);
    rows.push({
      name: QUEUES[kind],
      figures: {
        'p50 ms': one(medians[kind]),
        'p99 ms': one(percentile(received, 0.99)),
        'p50 ms until committed': one(
          percentile(
            all.map(({ committedMs }) => committedMs),
            0.5,
          ),
        ),
      },
    });
    options.tell(`webhook to the app, ${kind}: p50 ${medians[kind].toFixed(1)} ms`);
  }
  const { size, rounds } = await measureCost(rig, options);
  rows.push(
    { name: 'reconciling, the app is told', figures: rounds.figures('told', FIGURES) },
    { name: 'reconciling, nothing is told', figures: rounds.figures('untold', FIGURES) },
  );
  return {
    id: 'told',
    title: 'Telling the app',
    method:
      `One webhook at a time, ${samples} of them, ${PAUSE_MS} ms apart, from before the POST until the app has the ` +
      `message that follows from it; Seam answers at once. Then ${size.connections.toLocaleString('en-US')} finished ` +
      `webviews are reconciled, ${size.concurrency} at a time (queue in Redis), with what is told written and arranged, ` +
      'and with the triggers disabled that write it, by turns.',
    rows,
    ratios: [
      {
        name: 'p50 on Redis, ms',
        spread: one(medians.redis),
        aim: { op: '<=', value: 20 },
      },
      { name: 'p50 on Postgres, ms', spread: one(medians.postgres), aim: null },
      {
        name: 'completions/s, told : nothing told',
        spread: rounds.ratio('completions/s', 'told', 'untold'),
        aim: { op: '>=', value: 0.9 },
      },
      {
        name: 'CPU ms/completion of the worker, told : nothing told',
        spread: rounds.ratio('CPU ms/completion', 'told', 'untold'),
        aim: null,
      },
    ],
  };
};
