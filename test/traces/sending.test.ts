import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { createTracing } from '../../src/app/tracing-sdk.ts';
import type { Tracing } from '../../src/config/tracing.ts';
import { type Collector, startCollector } from '../fixtures/otlp.ts';
import { freePort } from '../fixtures/ports.ts';
import { until } from '../fixtures/wait.ts';

/* As much as the SDK sends at once, and as much as it keeps: as its own defaults are. */
const AT_ONCE = 512;
const MOST_KEPT = 2_048;

const SETTINGS: Omit<Tracing, 'url'> = {
  ...{ headers: {}, sampler: 'parentbased_always_on', ratio: 1, resource: {} },
};

const open = (url: string, settings: Partial<Tracing> = {}) => {
  const lines: { msg: string; level: number }[] = [];
  const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) });
  const { traces, end } = createTracing('test', { ...SETTINGS, url, ...settings }, log);
  return {
    lines,
    end,
    begin: (number: number) => {
      for (let index = 0; index < number; index++) traces.begin('one', {}).end();
    },
  };
};

const urlOf = (collector: Collector): string => `${collector.url}/v1/traces`;

afterEach(() => vi.unstubAllEnvs());

test('a collector that is away is told of once, and once when it is back', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '50');
  const { lines, begin, end } = open(`http://127.0.0.1:${await freePort()}/v1/traces`);
  for (let times = 0; times < 3; times++) {
    begin(AT_ONCE);
    await until('it to fail', () => lines.length > 0);
  }
  await end();
  expect(lines.map(({ msg }) => msg)).toEqual([
    "traces can't be sent: they are dropped until they can",
  ]);
});

test('one that hangs is waited for by nobody, and costs no more memory than is set aside for it', async () => {
  await using collector = await startCollector();
  const { begin, end, lines } = open(urlOf(collector));
  collector.hang(true);
  begin(AT_ONCE);
  await until('a request to hang', () => collector.requests.length > 0);
  begin(10 * MOST_KEPT);
  collector.hang(false);
  await until('what hung to be answered', () => collector.spans.length >= AT_ONCE);
  await end();
  expect(collector.spans).toHaveLength(AT_ONCE + MOST_KEPT);
  expect(lines).toEqual([]);
});

test('what has ended by then is sent at the end, with the headers that were set', async () => {
  await using collector = await startCollector();
  const { begin, end } = open(urlOf(collector), { headers: { 'x-key': 'k' } });
  begin(3);
  await end();
  expect(collector.spans).toHaveLength(3);
  expect(collector.requests).toMatchObject([{ path: '/v1/traces', headers: { 'x-key': 'k' } }]);
});

test.each([
  ['always_on', 1, 200],
  ['always_off', 1, 0],
  ['parentbased_always_off', 1, 0],
  ['traceidratio', 0, 0],
  ['parentbased_traceidratio', 1, 200],
] as const)('%s, at a ratio of %d, records %d of 200', async (sampler, ratio, recorded) => {
  await using collector = await startCollector();
  const { begin, end } = open(urlOf(collector), { sampler, ratio });
  begin(200);
  await end();
  expect(collector.spans).toHaveLength(recorded);
});
