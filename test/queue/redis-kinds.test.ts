import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import {
  createQueueBackend,
  type Look,
  type LookResult,
  type QueueBackend,
} from '../../src/queue/backend.ts';
import { createEnqueuer } from '../../src/queue/enqueue.ts';
import { openHouse } from '../fixtures/house.ts';
import { start } from '../fixtures/processes.ts';
import {
  askRedis,
  clientsOf,
  createTls,
  startCluster,
  startSentinels,
  startSingle,
  type Tls,
} from '../fixtures/redis-kinds.ts';
import { makeFolder, silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const HAS_OPENSSL = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
if (!HAS_OPENSSL) {
  process.stderr.write('\n*** openssl is not on this machine: Redis with TLS is LEFT OUT ***\n\n');
}
const TRANSPORTS = HAS_OPENSSL ? (['tcp', 'tls'] as const) : (['tcp'] as const);
const PASSWORD = 'p/w @:%';
const LOGIN = `:${encodeURIComponent(PASSWORD)}@`;

describe.runIf(inject('hasRedis'))('the queue in Redis', () => {
  let stack: AsyncDisposableStack;
  let folder: string;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    folder = await makeFolder();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
  });
  afterEach(() => stack.disposeAsync());

  /** For `tls`: a CA that this process trusts until the end of the test. */
  const secured = async (transport: 'tcp' | 'tls'): Promise<Tls | null> => {
    if (transport === 'tcp') return null;
    const tls = await createTls(folder);
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, tls.ca]);
    stack.defer(() => setDefaultCACertificates(before));
    return tls;
  };

  const openQueue = (redisUrl: string) => {
    const log = silentLog;
    const opened = stack.use(new AsyncDisposableStack());
    const backend = opened.use(createQueueBackend({ redisUrl, databaseUrl: '', log }));
    const enqueuer = opened.use(createEnqueuer({ backend, workspaceId: null, log }));
    return { backend, enqueuer, opened };
  };

  /** A queue and a worker whose looks end when the test says so. */
  const openWorked = async (redisUrl: string) => {
    const { backend, enqueuer, opened } = openQueue(redisUrl);
    const begun: { look: Look; finish: () => void }[] = [];
    await backend.probe();
    const look = async ({ data }: { data: Look }): Promise<LookResult> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push({ look: data, finish: resolve });
      await promise;
      return { nextLookInMs: null };
    };
    const worker = backend.openWorker(look, { workspaceId: null, concurrency: 5 });
    worker.on('error', () => undefined);
    void worker.run();
    // With a server of its own gone BullMQ may wait for it without end, as startWorker knows, too.
    opened.defer(() => Promise.race([worker.close(), setTimeout(5_000)]));
    const nthLook = (subject: Subject, nth = 1) =>
      until(`look ${nth} at ${subject}`, () => looksAt(begun, subject)[nth - 1]);
    return { backend, enqueuer, begun, nthLook, opened };
  };
  const looksAt = <T extends { look: Look }>(begun: readonly T[], subject: Subject): T[] =>
    begun.filter(({ look }) => look.subject === subject);

  const expectLooks = async ({ enqueuer, nthLook }: Awaited<ReturnType<typeof openWorked>>) => {
    const subject: Subject = 'connect_webview:one';
    expect(await enqueuer.request(subject)).toBe(true);
    const { look, finish } = await nthLook(subject);
    expect(look).toEqual({ subject, trigger: 'person' });
    finish();
  };

  /** A probe with the password `guess` says why it failed, and nowhere the password. */
  const expectRefusal = async (backend: QueueBackend, told: RegExp): Promise<void> => {
    const error: unknown = await backend.probe().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(told) });
    expect(inspect(error, { depth: 10 })).not.toContain('guess');
  };

  test.each(TRANSPORTS)('takes a password and a database (%s)', async transport => {
    const tls = await secured(transport);
    const options = { stack, folder, tls, password: PASSWORD };
    const { port } = await startSingle(options);
    const scheme = tls === null ? 'redis' : 'rediss';
    const worked = await openWorked(`${scheme}://${LOGIN}127.0.0.1:${port}/3`);
    await expectLooks(worked);
    expect(await clientsOf(options, port)).not.toEqual([]);
    await worked.opened.disposeAsync();
    // Redis sees their end a moment after we do.
    await until(
      'no connection to be left',
      async () => (await clientsOf(options, port)).length === 0,
    );
    await expectLooks(await openWorked(`${scheme}://default${LOGIN}127.0.0.1:${port}`));
    const keyspace = await askRedis(options, port, 'info', 'keyspace');
    expect(keyspace).toMatch(/^db0:.*^db3:/ms);
    const wrong = openQueue(`${scheme}://:guess@127.0.0.1:${port}`);
    await expectRefusal(wrong.backend, /WRONGPASS/);
  });

  test.runIf(HAS_OPENSSL)(
    'takes a CA of one’s own from NODE_EXTRA_CA_CERTS, and needs it',
    async () => {
      const tls = await createTls(folder);
      const { port } = await startSingle({ stack, folder, tls });
      const REDIS_URL = `rediss://127.0.0.1:${port}`;
      const house = stack.use(
        await openHouse('postgres', { env: { REDIS_URL, NODE_EXTRA_CA_CERTS: tls.caFile } }),
      );
      expect(await house.work.logged('worker ready')).toMatchObject({ queue: 'redis' });
      await house.addUser('ada');
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      await house.settled(webviewId, 'linked');

      const untrusting = stack.use(start(['work'], { ...house.env, NODE_EXTRA_CA_CERTS: '' }));
      const refusal = await untrusting.logged('waiting for the queue');
      expect(JSON.stringify(refusal)).toMatch(/certificate/);
    },
  );

  test.each(TRANSPORTS)('follows Sentinel to the next master (%s)', async transport => {
    const tls = await secured(transport);
    const options = { stack, folder, tls, password: PASSWORD.replace(' ', '') };
    const { master, replica, sentinels } = await startSentinels(options);
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const login = `:${encodeURIComponent(options.password)}@`;
    const url = `${tls === null ? 'redis' : 'rediss'}+sentinel://${login}${hosts}/main`;
    const worked = await openWorked(url);
    await expectLooks(worked);

    if (transport === 'tcp') await master.kill();
    else master.freeze();
    const after: Subject = 'connect_webview:after';
    await until('the queue to take a look again', () => worked.enqueuer.request(after));
    (await worked.nthLook(after)).finish();
    expect(await askRedis(options, replica.port, 'info', 'replication')).toMatch(/role:master/);

    // Sentinels that ask for the same password are given it, by those who start now.
    for (const { port } of sentinels) {
      const rule = ['default', 'resetpass', `>${options.password}`];
      await askRedis({ tls }, port, 'acl', 'setuser', ...rule);
    }
    await openQueue(url).backend.probe();
    await expectRefusal(openQueue(url.replace(login, ':guess@')).backend, /WRONGPASS/);
  });

  test.each(TRANSPORTS)('goes through a cluster (%s)', async transport => {
    const tls = await secured(transport);
    const options = { stack, folder, tls, password: PASSWORD };
    const nodes = await startCluster(options);
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const url = `${tls === null ? 'redis' : 'rediss'}+cluster://${LOGIN}${hosts}`;
    const worked = await openWorked(url);
    await expectLooks(worked);
    await expectRefusal(openQueue(url.replace(LOGIN, ':guess@')).backend, /WRONGPASS/);
    const { enqueuer, nthLook, begun, opened } = worked;

    const busy: Subject = 'connect_webview:busy';
    enqueuer.news([{ subject: busy, trigger: 'delivery', waitMs: 0 }]);
    const first = await nthLook(busy);
    for (let i = 0; i < 5; i++) await enqueuer.request(busy);
    first.finish();
    (await nthLook(busy, 2)).finish();

    const later: Subject = 'connect_webview:later';
    const askedAt = Date.now();
    await enqueuer.later(later, 700);
    (await nthLook(later)).finish();
    expect(Date.now() - askedAt).toBeGreaterThanOrEqual(690);

    const held: Subject = 'connect_webview:held';
    const heldAt = Date.now();
    await enqueuer.hold(1_500);
    await enqueuer.request(held);
    (await nthLook(held)).finish();
    expect(Date.now() - heldAt).toBeGreaterThanOrEqual(1_400);
    expect(looksAt(begun, busy)).toHaveLength(2);

    await opened.disposeAsync();
    for (const { port } of nodes) {
      await until('all connections to be closed', async () => {
        return (await clientsOf(options, port)).length === 0;
      });
    }
  });

  test('says that a cluster is gone, instead of waiting for it', async () => {
    const nodes = await startCluster({ stack, folder, tls: null });
    const { enqueuer, backend } = openQueue(`redis+cluster://127.0.0.1:${nodes[0]?.port}`);
    expect(await enqueuer.request('connect_webview:before')).toBe(true);
    await Promise.all(nodes.map(node => node.kill()));
    expect(await enqueuer.request('connect_webview:after')).toBe(false);
    await expect(backend.probe()).rejects.toThrow(/^Redis can't be used: ./);
  });
});
