import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FAULT_STATUS, SupportError, type SupportFault } from '../../src/access/errors.ts';
import { createContext } from '../../src/app/context.ts';
import { createDesk } from '../../src/app/desk.ts';
import { createRawQueueRouter } from '../../src/console/raw-queue/raw-queue.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { DESK_CONFIG, openDesk, type TestDesk } from '../fixtures/desk.ts';

/* What may not be done is answered as such, whatever else fails meanwhile. */

type Line = Readonly<Record<string, unknown>>;
const lines: Line[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) });

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({}, { log });
});
afterAll(() => desk[Symbol.asyncDispose]());
const query = (text: string) => desk.database.pool.query(text);

describe('while the audit log takes no row, what a role doesn’t allow', () => {
  beforeAll(async () => {
    await query(`
      create function reconciler.takes_none() returns trigger language plpgsql
        as 'begin raise exception $$the disk is full$$ using errcode = $$53100$$; end'`);
    await query(`
      create trigger takes_none before insert on reconciler.audit_log
        for each row execute function reconciler.takes_none()`);
  });
  afterAll(() => query('drop trigger takes_none on reconciler.audit_log'));
  afterEach(() => {
    lines.length = 0;
  });

  const expectTold = (permission: string): void => {
    expect(lines).toMatchObject([
      { security: 'permission_refused', permission },
      { level: 50, msg: 'the audit log lacks a refusal', permission },
    ]);
  };

  test('is a 403 in the console', async () => {
    expect((await desk.clerks.viewer.get('/support/operators')).status).toBe(403);
    expectTold('manage_operators');
  });

  test('and so is a change', async () => {
    const { rows: before } = await query('select count(*) from reconciler.operators');
    const answer = await desk.clerks.viewer.post('/support/operators/add', { name: 'Eve' });
    expect(answer.status).toBe(403);
    expectTold('manage_operators');
    const { rows } = await query('select count(*) from reconciler.operators');
    expect(rows).toEqual(before);
  });

  test('is a 403 in the API', async () => {
    expect((await desk.call('viewer', 'GET', '/tokens')).status).toBe(403);
    expectTold('manage_tokens');
  });

  test('is a 403 at the raw queue', async () => {
    const answer = await desk.clerks.viewer.get('/support/raw-queue');
    expect(answer.status).toBe(403);
    expectTold('raw_queue');
  });
});

describe('what stands in the way of a retry at the raw queue', () => {
  const FAULTS = Object.keys(FAULT_STATUS) as SupportFault[];

  test.each(FAULTS)('%s is answered as that, in the board’s own form', async fault => {
    await using context = createContext({
      databaseUrl: desk.database.url,
      redisUrl: undefined,
      workspaces: DESK_CONFIG.workspaces,
      log,
      name: 'test',
      maxConnections: 2,
    });
    // What comes of a job's subject; the board itself is asked for nothing else.
    const subjectOf = async () => {
      throw new SupportError(fault, 'A sentence for people.');
    };
    const board = { subjectOf, handle: notAsked, [Symbol.asyncDispose]: async () => undefined };
    const router = createRawQueueRouter({
      desk: createDesk(context, context.database, {
        ...DESK_CONFIG,
        databaseUrl: desk.database.url,
      }),
      rawQueue: { open: async () => board, [Symbol.asyncDispose]: async () => undefined },
      publicUrl: 'http://127.0.0.1',
      sessionOf: async () => ({
        token: 'x',
        operator: { id: 1, name: 'Ada', role: 'admin', timeZone: null },
        csrf: 'x',
        notice: null,
        mustAddPasskey: false,
      }),
    });
    await using server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routers: [router],
      log,
    });
    const answer = await fetch(`${server.url}/api/queues/looks/7/retry`, {
      method: 'PUT',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(FAULT_STATUS[fault]);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.json()).toMatchObject({ message: 'A sentence for people.' });
  });
});

const notAsked = () => {
  throw new Error('nobody looks at the board here');
};
