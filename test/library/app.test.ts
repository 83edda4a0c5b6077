import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageOf } from '../../src/library/index.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { type Ground, openApp, openGround, type TheirApp } from '../fixtures/library.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('in an app of somebody else’s (queue in %s)', kind => {
  let ground: Ground;
  let app: TheirApp;
  const told: MessageOf<'account.linked'>[] = [];
  beforeAll(async () => {
    ground = await openGround(kind);
    await ground.database.pool.query(`insert into reconciler.users (id) values ('ada'), ('bob')`);
    app = await openApp({
      ...ground.options,
      hooks: { 'account.linked': message => void told.push(message) },
    });
    await app.reconciler.work();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  test('a webview is made for a user, its webhook is stored, the account is linked, and a hook is called', async () => {
    const { reconciler, url } = app;
    const made = await reconciler.connect('ada', { redirectUrl: 'https://app.example/locks' });
    expect(made).toMatchObject({ userId: 'ada', url: expect.stringContaining('http') });
    const { events, accountId } = await ground.seam.completeWebview(made.connectWebviewId, {
      email: 'ada@locks.example',
    });
    for (const event of events) expect((await post(url, event)).status).toBe(204);
    await until('the hook', () => told.some(({ data }) => data.connected_account_id === accountId));
    expect(await reconciler.accountsOf('ada')).toMatchObject([
      { user_id: 'ada', connected_account_id: accountId, linked_by: 'seam', state: 'connected' },
    ]);
    expect(await reconciler.accountsOf('bob')).toEqual([]);

    const again = await reconciler.connect('ada', { accountId });
    expect(again.connectWebviewId).not.toBe(made.connectWebviewId);
    // Whether there is such an account isn't told.
    for (const id of [accountId, 'of_nobody']) {
      await expect(reconciler.connect('bob', { accountId: id })).rejects.toMatchObject({
        code: 'not_their_account',
        message: 'This account is not of this user.',
      });
    }
    const { rows } = await ground.database.pool.query(
      `select actor, actor_name, face, action from reconciler.audit_log order by id`,
    );
    expect(rows).toEqual([
      { actor: 'app', actor_name: 'the app', face: 'app', action: 'create_webview' },
      { actor: 'app', actor_name: 'the app', face: 'app', action: 'create_webview' },
    ]);
  });

  test('what can’t be is told by a code', async () => {
    const { reconciler } = app;
    await expect(reconciler.connect('nobody')).rejects.toMatchObject({ code: 'no_such_user' });
    await expect(reconciler.connect('ada', { redirectUrl: 'no address' })).rejects.toMatchObject({
      code: 'invalid',
    });
    ground.seam.interfere(() => response => response.writeHead(503).end());
    await expect(reconciler.connect('ada')).rejects.toMatchObject({ code: 'seam_unavailable' });
    ground.seam.interfere(null);
  });

  test('it is ready, and a second start does nothing more', async () => {
    const { reconciler } = app;
    await Promise.all([reconciler.work(), reconciler.work()]);
    const { ready, checks } = await reconciler.health();
    expect(ready).toBe(true);
    expect(checks).toMatchObject({ database: 'ok', migrations: 'ok', queue: 'ok', progress: 'ok' });
    await until('it to be told as what it is since the first request', async () => {
      const { rows } = await ground.database.pool.query('select kind from reconciler.processes');
      return rows.length === 1 && rows[0]?.kind === 'serve';
    });
  });

  test('no secret and no payload is in a log line', () => {
    const all = app.lines.join('');
    expect(app.lines.length).toBeGreaterThan(3);
    expect(all).toContain('"service":"seam-reconciler"');
    expect(all).not.toContain(ground.seam.apiKey);
    expect(all).not.toContain('ada@locks.example');
  });
});
