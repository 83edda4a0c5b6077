import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { API_ROUTES } from '../../src/api/routes.ts';
import { runCli } from '../../src/cli/program.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { until } from '../fixtures/wait.ts';

/* Who takes people's data away in a form for programs is told of. */

type Line = Readonly<Record<string, unknown>>;
const lines: Line[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) });

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({}, { log });
  for (const number of [1, 2, 3]) {
    await addConnection(desk.database, {
      subject: `connect_webview:w${number}`,
      reason: 'user_not_found',
    });
  }
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  lines.length = 0;
  await desk.database.pool.query(
    `delete from reconciler.audit_log where action in ('export', 'end_export', 'read_list')`,
  );
});

const told = () => lines.filter(({ security }) => security === 'list_read');
const rowsOf = async (...actions: string[]) => {
  const { rows } = await desk.database.pool.query(
    `select actor_name, face, action, target, after from reconciler.audit_log
      where action = any($1) order by id`,
    [actions],
  );
  return rows;
};

describe('a list of the API', () => {
  test('is told of each time in the security log, and once an hour in the audit log', async () => {
    for (let times = 0; times < 3; times++) {
      await desk.call('viewer', 'get', '/connections?state=failed&user=ada@example.com&limit=2');
      await desk.call('support', 'get', '/connections?state=failed&limit=2');
    }
    // Nobody is called that, so nothing of the one was handed over.
    const line = { what: 'listConnections', rows: 2, filter: 'state', actor_name: 'a support' };
    expect(told()).toMatchObject([line, line, line]);
    expect(JSON.stringify(lines)).not.toContain('ada@example.com');
    const rows = await rowsOf('read_list');
    // Two where the hour ended meanwhile.
    expect([1, 2]).toContain(rows.length);
    expect(rows[0]).toEqual({
      actor_name: 'a support',
      face: 'api',
      action: 'read_list',
      target: 'list:listConnections',
      after: { from: '127.0.0.1', rows: 2, filter: 'state' },
    });
  });

  test('of another kind, or to another token, has a row of its own', async () => {
    await desk.call('admin', 'get', '/search?q=w1');
    await desk.call('admin', 'get', '/connections');
    await desk.call('viewer', 'get', '/connections');
    const rows = await rowsOf('read_list');
    expect(rows.map(row => [row.actor_name, row.target])).toEqual([
      ['a admin', 'list:search'],
      ['a admin', 'list:listConnections'],
      ['a viewer', 'list:listConnections'],
    ]);
    expect(JSON.stringify([rows, lines])).not.toContain('w1');
  });

  test('is not handed over when nobody can write down who took it', async () => {
    const { pool } = desk.database;
    await pool.query(
      `alter table reconciler.audit_log add constraint none check (action <> 'read_list')`,
    );
    const { status } = await desk.call('on-call', 'get', '/connections');
    await pool.query('alter table reconciler.audit_log drop constraint none');
    expect(status).toBe(503);
    expect((await desk.call('on-call', 'get', '/connections')).status).toBe(200);
  });

  /** Those that tell of no people in rows: of one thing, of numbers, or of those who work here. */
  const NO_LISTS = [
    'getBulkRun',
    'getBulkRunUndo',
    'getConnection',
    'getDelivery',
    'getDrift',
    'getEndpoint',
    'getMessage',
    'getQueue',
    'getShift',
    'getTimeline',
    'getUndo',
    'listAlerts',
    'listBulkRunItems',
    'listBulkRuns',
    'listEndpoints',
    'listOperators',
    'listSessions',
    'listTokens',
    'listViews',
    // Has an audit row of its own, each time.
    'readPersonalData',
    'showAccount',
  ];

  test('is each that tells of people: a new one has to say which it is', () => {
    const others = API_ROUTES.filter(route => route.method === 'get' && route.rows === undefined);
    expect(others.map(({ operationId }) => operationId).toSorted()).toEqual(NO_LISTS);
  });
});

/** What another test has begun on this server, whose number is lower, holds back what the log gives out in order. */
const givenOut = () =>
  until('the first change to be given out', async () => {
    const { rows } = await desk.database.pool.query(
      'select min(tx) < pg_snapshot_xmin(pg_current_snapshot()) as is_out from reconciler.audit_log',
    );
    return rows[0]?.is_out === true;
  });

describe('a command', () => {
  const run = async (...args: string[]) => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((_text, ...rest) => {
      for (const each of rest) if (typeof each === 'function') each(null);
      return true;
    });
    try {
      expect(await runCli(args, { DATABASE_URL: desk.database.url, OPERATOR_NAME: 'Ada' })).toBe(0);
    } finally {
      write.mockRestore();
    }
    return rowsOf('export', 'end_export');
  };

  test.each([
    ['connections', { state: 'failed' }, 3, ['list', '--json', '--state', 'failed']],
    [
      'connections',
      { state: 'failed' },
      2,
      ['list', '--plain', '--state', 'failed', '--limit', '2'],
    ],
    ['search', {}, 1, ['find', 'w1', '--json']],
    [
      'audit_log',
      { action: 'add_operator' },
      4,
      ['audit-log', '--json', '--action', 'add_operator'],
    ],
    ['audit_log', { after: 'start' }, 1, ['audit-log', '--after', 'start', '--limit', '1']],
  ])('that prints %s for programs is an export (%j)', async (target, filter, rows, args) => {
    await givenOut();
    expect(await run(...args)).toMatchObject([
      { actor_name: 'Ada', face: 'cli', action: 'export', target, after: filter },
      { action: 'end_export', after: { rows, complete: true } },
    ]);
  });

  test('that prints a table is read, as a page is', async () => {
    expect(await run('list')).toEqual([]);
    expect(await run('audit-log')).toEqual([]);
  });
});
