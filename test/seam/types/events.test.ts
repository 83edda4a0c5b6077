import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { EVENTS, type Example, examplesOf, type Json } from '../../fixtures/seam-types.ts';
import { until } from '../../fixtures/wait.ts';
import { openWeb, signed } from '../../fixtures/web.ts';
import { OF_INTEREST } from './known.ts';

/** So many are sent side by side. */
const AT_ONCE = 16;

type Sent = Example & Readonly<{ type: string; status: number | undefined }>;

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let sent: readonly Sent[];
let logLines: readonly string[];

beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  const web = await openWeb(database.url);
  const waiting = [...EVENTS].flatMap(([type, schema]) =>
    examplesOf(schema, type).map(example => ({ ...example, type })),
  );
  const send = async (example: Omit<Sent, 'status'>): Promise<Sent> => {
    const { status } = await web.send(signed(Buffer.from(JSON.stringify(example.json))));
    return { ...example, status };
  };
  const all: Sent[] = [];
  for (let n = 0; n < waiting.length; n += AT_ONCE) {
    all.push(...(await Promise.all(waiting.slice(n, n + AT_ONCE).map(send))));
  }
  await until('all to be counted', async () => {
    const { rows } = await database.pool.query('select 1 from reconciler.uncounted limit 1');
    return rows.length === 0;
  });
  // At its end it tells how many of no interest there were.
  await web[Symbol.asyncDispose]();
  sent = all;
  logLines = web.logLines;
});
afterAll(() => stack.disposeAsync());

const subjectOf = (type: string, { connect_webview_id, connected_account_id }: Json): string => {
  const webview = connect_webview_id ?? null;
  return OF_INTEREST[type] === 'connect_webview' && webview !== null
    ? `connect_webview:${webview}`
    : `connected_account:${connected_account_id}`;
};

const instantOf = (value: unknown): Date | null => (value ? new Date(String(value)) : null);

describe('every event that Seam documents, in every shape', () => {
  test('is acknowledged', () => {
    expect(new Set(sent.map(({ type }) => type)).size).toBe(EVENTS.size);
    expect(sent.length).toBeGreaterThan(4 * 100);
    expect(sent.filter(({ status }) => status !== 204).map(({ name }) => name)).toEqual([]);
  });

  test('is stored where it is of interest, with what it names, and else not', async () => {
    const { rows } = await database.pool.query(
      `select event_id, event_type, subject, workspace_id, occurred_at, body, set_aside
         from reconciler.deliveries`,
    );
    const expected = sent
      .filter(({ type }) => type in OF_INTEREST)
      .map(({ type, json }) => ({
        event_id: json.event_id,
        event_type: type,
        subject: subjectOf(type, json),
        workspace_id: json.workspace_id,
        occurred_at: instantOf(json.occurred_at ?? json.created_at),
        body: Buffer.from(JSON.stringify(json)),
        set_aside: null,
      }));
    const byId = (all: readonly Json[]) => new Map(all.map(row => [row.event_id, row]));
    expect(rows.length).toBe(expected.length);
    expect(byId(rows)).toEqual(byId(expected));
  });

  test('leads to one case for each subject', async () => {
    const { rows } = await database.pool.query(
      `select subject, state from reconciler.reconciliations order by subject collate "C"`,
    );
    const subjects = sent
      .filter(({ type }) => type in OF_INTEREST)
      .map(({ type, json }) => subjectOf(type, json));
    expect(rows).toEqual(
      [...new Set(subjects)].sort().map(subject => ({ subject, state: 'pending' })),
    );
  });

  test('is counted by its type where it is of no interest', () => {
    const told = logLines
      .map(line => JSON.parse(line) as { by_type?: Record<string, number> })
      .flatMap(({ by_type = {} }) => Object.entries(by_type));
    const expected = Map.groupBy(
      sent.filter(({ type }) => !(type in OF_INTEREST)),
      ({ type }) => type,
    );
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([...expected].map(([type, all]) => [type, all.length])),
    );
  });
});
