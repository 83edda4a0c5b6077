import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../fixtures/ports.ts';
import { until } from '../fixtures/wait.ts';
import { type SignedMessage, signMessages } from './messages.ts';
import type { Options } from './options.ts';
import type { Section } from './report.ts';
import type { QueueKind, Rig } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { startService } from './service.ts';
import { one, percentile } from './stats.ts';

/** When the four events of a completion arrive. */
const BURST_AT_MS = [0, 250, 500, 900] as const;
const WHAT_PEOPLE_WRITE = 8;

const send = async (url: string, messages: readonly SignedMessage[]): Promise<void> => {
  for (const [index, { headers, body }] of messages.entries()) {
    await sleep((BURST_AT_MS[index] ?? 0) - (BURST_AT_MS[index - 1] ?? 0));
    const response = await fetch(url, { method: 'POST', headers, body });
    await response.arrayBuffer();
    if (response.status !== 204) throw new Error(`a webhook was answered ${response.status}`);
  }
};

const measure = async (rig: Rig, kind: QueueKind, connections: number): Promise<number[]> => {
  await using seam = await startSeamStub(50);
  const site = await rig.openSite(kind);
  await using serve = await startService({ args: ['serve'], site, port: await freePort() });
  const port = await freePort();
  await using _work = await startService({
    args: ['work', '--health-port', String(port)],
    site,
    port,
    seamEndpoint: seam.endpoint,
  });
  const messages = signMessages(kind, connections * BURST_AT_MS.length);
  await seam.takeCalls();
  const bursts = Array.from({ length: connections }, (_, connection) =>
    messages.slice(connection * BURST_AT_MS.length, (connection + 1) * BURST_AT_MS.length),
  );
  await Promise.all(
    bursts.map(async (burst, index) => {
      await sleep(index * 40);
      await send(`${serve.url}/webhooks/seam`, burst);
    }),
  );
  await until('nothing to be owed', async () => {
    const [row] = await rig.query<{ owed: string }>(
      site.databaseUrl,
      'select count(*) as owed from reconciler.reconciliations where observed_generation < generation',
    );
    return row?.owed === '0';
  });
  const calls = await seam.takeCalls();
  calls.delete('_');
  return [...calls.values()];
};

/** How often Seam is asked for one completed webview. */
export const calls = async (rig: Rig, options: Options): Promise<Section> => {
  const connections = options.quick ? 50 : 250;
  const rows = [];
  for (const kind of ['redis', 'postgres'] as const) {
    const counts = await measure(rig, kind, connections);
    rows.push({
      name: kind === 'redis' ? 'queue in Redis' : 'queue in Postgres',
      figures: {
        'calls, median': one(percentile(counts, 0.5)),
        'calls, most': one(percentile(counts, 1)),
      },
    });
    options.tell(`Seam calls, ${kind}: median ${percentile(counts, 0.5)}`);
  }
  const most = Math.max(...rows.map(row => row.figures['calls, most'].median));
  const median = Math.max(...rows.map(row => row.figures['calls, median'].median));
  return {
    id: 'calls',
    title: 'Seam calls for one completed webview',
    method:
      `${connections} webviews; the four events of each arrive over ${BURST_AT_MS.at(-1)} ms, Seam answers in ` +
      `50 ms. What people write (two calls for each event) makes ${WHAT_PEOPLE_WRITE}.`,
    rows,
    ratios: [
      { name: 'calls, median', spread: one(median), aim: { op: '<=', value: 2 } },
      { name: 'calls, most', spread: one(most), aim: { op: '<=', value: 3 } },
    ],
  };
};
