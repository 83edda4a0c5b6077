import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReconciler } from '../../src/library/index.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { type Ground, openApp, openGround } from '../fixtures/library.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('stopping (queue in %s)', kind => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround(kind);
    await ground.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  test('before anything was begun, and twice', async () => {
    const reconciler = createReconciler(ground.options);
    await Promise.all([reconciler.stop(), reconciler.stop()]);
    await reconciler.stop();
  });

  test('while work() begins', async () => {
    const reconciler = createReconciler(ground.options);
    const [begun] = await Promise.allSettled([reconciler.work(), reconciler.stop()]);
    if (begun.status === 'rejected') expect(begun.reason).toMatchObject({ code: 'stopped' });
    await expect(reconciler.work()).rejects.toMatchObject({ code: 'stopped' });
  });

  test('afterwards the methods reject, the router tells senders to come again, and the app’s pages go on', async () => {
    await using app = await openApp(ground.options);
    const { reconciler } = app;
    await reconciler.work();
    await reconciler.stop();
    for (const method of [
      () => reconciler.connect('ada'),
      () => reconciler.accountsOf('ada'),
      () => reconciler.migrate(),
      () => reconciler.work(),
    ])
      await expect(method()).rejects.toMatchObject({ code: 'stopped' });
    expect(await reconciler.health()).toEqual({ ready: false, checks: { process: 'stopping' } });
    const event = ground.seam.event('connected_account.created', { connected_account_id: 'a' });
    const response = await post(app.url, event);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await (await fetch(app.url)).text()).toBe('their page');
  });

  test('under load nothing that was acknowledged is lost: another process does the rest', async () => {
    const one = await openApp(ground.options);
    await one.reconciler.work();
    const webviews = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const id = await ground.seam.createWebview({ id: 'ada' });
        return ground.seam.completeWebview(id, { email: `a${n}@locks.example` });
      }),
    );
    const answers: number[] = [];
    const sending = Promise.all(
      webviews.flatMap(({ events }) =>
        events.map(async event => {
          const { status } = await post(one.url, event);
          answers.push(status);
          if (status !== 204) return event;
          return null;
        }),
      ),
    );
    await until('some to be acknowledged', () => answers.includes(204));
    await one.reconciler.stop();
    const refused = (await sending).filter(event => event !== null);
    expect(new Set(answers).difference(new Set([204, 503]))).toEqual(new Set());
    await using two = await openApp(ground.options);
    await two.reconciler.work();
    for (const event of refused) expect((await post(two.url, event)).status).toBe(204);
    await until('all to be linked', async () => {
      const accounts = await two.reconciler.accountsOf('ada');
      return webviews.every(({ accountId }) =>
        accounts.some(account => account.connected_account_id === accountId),
      );
    });
    await one[Symbol.asyncDispose]();
    const { rows } = await ground.database.pool.query(
      'select count(*)::int as count from reconciler.processes',
    );
    expect(rows).toEqual([{ count: 1 }]);
  });
});

describe('what only the database can tell', () => {
  test('without migrations work() says so, and goes on once they are there', async () => {
    await using ground = await openGround('postgres', 'template0');
    const reconciler = createReconciler(ground.options);
    await expect(reconciler.work()).rejects.toMatchObject({ code: 'not_migrated' });
    await expect(reconciler.accountsOf('ada')).rejects.toMatchObject({ code: 'not_migrated' });
    expect(await reconciler.health()).toMatchObject({ ready: false });
    await Promise.all([reconciler.migrate(), reconciler.migrate()]);
    await reconciler.work();
    expect(await reconciler.health()).toMatchObject({ ready: true });
    await reconciler.stop();
  });

  test('a database that isn’t there, and a table that isn’t', async () => {
    await using ground = await openGround();
    const away = createReconciler({
      ...ground.options,
      databaseUrl: 'postgresql://app:hidden-word@127.0.0.1:1/app',
    });
    for (const method of [() => away.work(), () => away.migrate(), () => away.accountsOf('ada')]) {
      const fault = await method().catch((error: Error) => error);
      expect(fault).toMatchObject({ code: 'database_unavailable' });
      expect(String(fault)).toContain('databaseUrl');
      expect(String(fault)).not.toContain('hidden-word');
    }
    expect(await away.health()).toMatchObject({ ready: false });
    await away.stop();
    const lost = createReconciler({ ...ground.options, users: { table: 'public.people' } });
    await expect(lost.work()).rejects.toMatchObject({
      name: 'OptionsError',
      message: expect.stringContaining('users.table'),
    });
    await lost.stop();
  });
});
