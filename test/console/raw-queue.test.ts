import { appRoutes } from '@bull-board/api/dist/routes.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayRole, ROLES, type Role } from '../../src/access/permissions.ts';
import { createContext } from '../../src/app/context.ts';
import type { Subject } from '../../src/model/subject.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { createRedis } from '../fixtures/redis.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const SUBJECT: Subject = 'connect_webview:w1';
/** Ids are opaque: this one has all that a queue's name may not have. */
const WORKSPACE = { id: 'the hotels: {1}/ä', name: 'Hotels', apiKey: null, webhookSecrets: [] };
const BOARD = '/support/raw-queue';

type Queues = {
  queues: { name: string; displayName: string; jobs: { id: string; externalUrl: object }[] }[];
};

describe.each(BACKENDS)('the raw queue (in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let desk: TestDesk;
  let name: string;
  let jobId: string;

  beforeAll(async () => {
    const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
    desk = stack.use(await openDesk({ workspaces: [WORKSPACE] }, { redisUrl: redis?.url }));
    await addConnection(desk.database, { subject: SUBJECT, reason: 'user_not_found' });
    await desk.database.pool.query('update reconciler.reconciliations set workspace_id = $1', [
      WORKSPACE.id,
    ]);
    await using context = createContext({
      databaseUrl: desk.database.url,
      redisUrl: redis?.url,
      workspaces: [WORKSPACE],
      log: silentLog,
      name: 'test',
      maxConnections: 2,
    });
    await context.queues.of(WORKSPACE.id)?.later(SUBJECT, 3_600_000);
    const [first] = (await read('/api/queues')).queues;
    name = first?.name ?? '';
    const shown = await read(`/api/queues?activeQueue=${encodeURIComponent(name)}`);
    jobId = shown.queues[0]?.jobs[0]?.id ?? '';
  });
  afterAll(() => stack.disposeAsync());

  const ask = (
    role: Role,
    path: string,
    method = 'GET',
    headers: Readonly<Record<string, string>> = { origin: desk.url },
  ): Promise<Response> =>
    fetch(`${desk.url}${BOARD}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        cookie: desk.clerks[role].cookie,
        'content-type': 'application/json',
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
  const read = async (path: string): Promise<Queues> =>
    (await ask('on-call', path)).json() as Promise<Queues>;
  const countAudit = async (): Promise<number> => {
    const { rows } = await desk.database.pool.query(
      'select count(*)::int from reconciler.audit_log where face = $1',
      ['console'],
    );
    return rows[0]?.count;
  };

  test('shows each workspace’s jobs, each with a link to its case', async () => {
    const { queues } = await read(`/api/queues?activeQueue=${encodeURIComponent(name)}`);
    expect(queues).toMatchObject([
      {
        displayName: `Hotels (${WORKSPACE.id})`,
        jobs: [
          {
            data: { subject: SUBJECT },
            externalUrl: { href: `/support/connections/${encodeURIComponent(SUBJECT)}` },
          },
        ],
      },
    ]);
  });

  test.each(ROLES)('as %s', async role => {
    const isAllowed = mayRole(role, 'raw_queue');
    for (const path of ['', '/', '/queue/looks', '/api/queues', '/static/images/logo.svg']) {
      expect([path, (await ask(role, path)).status]).toEqual([path, isAllowed ? 200 : 403]);
    }
    expect((await ask(role, `/api/queues/${name}/${jobId}/clean`, 'PUT')).status).toBe(
      isAllowed ? 405 : 403,
    );
  });

  test('nobody who isn’t signed in sees or does anything', async () => {
    const anonymous = { cookie: '' };
    expect((await ask('viewer', '/', 'GET', anonymous)).status).toBe(303);
    expect((await ask('viewer', '/api/queues', 'GET', anonymous)).status).toBe(401);
    expect((await ask('viewer', '/api/queues/looks/1/retry', 'PUT', anonymous)).status).toBe(401);
  });

  test('whatever of Bull Board changes something has no route, except that one job is looked at', async () => {
    const changing = appRoutes.api.flatMap(({ method, route }) =>
      [method]
        .flat()
        .filter(each => each !== 'get')
        .flatMap(each => [route].flat().map(path => ({ method: each.toUpperCase(), path }))),
    );
    expect(changing.length).toBeGreaterThan(15);
    const before = await read(`/api/queues?activeQueue=${encodeURIComponent(name)}`);
    for (const { method, path } of changing) {
      if (/:jobId\/(?:retry|promote)$/.test(path)) continue;
      const filled = path.replace(':queueName', name).replace(':jobId', jobId);
      const answer = await ask('admin', filled.replaceAll(/:\w+/g, 'delayed'), method);
      expect([path, answer.status]).toEqual([path, 405]);
      expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/\.$/) });
    }
    const after = await read(`/api/queues?activeQueue=${encodeURIComponent(name)}`);
    expect(after).toEqual(before);
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['a page of another host', { origin: 'https://evil.example' }],
    ['no page that says so', {}],
  ])('what comes from %s is refused, and does nothing', async (_from, headers) => {
    const before = await countAudit();
    const answer = await ask('admin', `/api/queues/${name}/${jobId}/retry`, 'PUT', headers);
    expect(answer.status).toBe(403);
    expect(await countAudit()).toBe(before);
  });

  test.each(['retry', 'promote'])(
    'its own "%s" asks for a look, and is in the audit log',
    async verb => {
      // The one before has taken its place: news replaces a look that waits.
      const job = await until('a job', async () => {
        const { queues } = await read(`/api/queues?activeQueue=${encodeURIComponent(name)}`);
        return queues[0]?.jobs[0]?.id;
      });
      const before = await countAudit();
      const answer = await ask('on-call', `/api/queues/${name}/${job}/${verb}`, 'PUT');
      expect(answer.status).toBe(204);
      expect(await countAudit()).toBe(before + 1);
      const { rows } = await desk.database.pool.query(
        `select action, actor_name, target from reconciler.audit_log order by id desc limit 1`,
      );
      expect(rows).toEqual([{ action: 'retry', actor_name: 'a on-call', target: SUBJECT }]);
    },
  );

  test('a job that is gone is told of', async () => {
    const answer = await ask('on-call', `/api/queues/${name}/999999/retry`, 'PUT');
    expect(answer.status).toBe(404);
  });
});
