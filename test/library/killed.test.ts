import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openApp, openGround } from '../fixtures/library.ts';
import { start } from '../fixtures/processes.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

const APP = fileURLToPath(new URL('../fixtures/library-process.ts', import.meta.url));

test('killed under load, nothing that was acknowledged is lost: another process does the rest', async () => {
  await using ground = await openGround();
  await ground.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
  await using doomed = start([JSON.stringify(ground.options)], {}, APP);
  const { port } = await doomed.logged('the app is there');
  const webviews = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const id = await ground.seam.createWebview({ id: 'ada' });
      return ground.seam.completeWebview(id, { email: `a${n}@locks.example` });
    }),
  );
  const taken = new Set<string>();
  const sending = Promise.allSettled(
    webviews.map(async ({ accountId, events }) => {
      for (const event of events) {
        const { status } = await post(`http://127.0.0.1:${port}`, event);
        if (status === 204) taken.add(accountId);
      }
    }),
  );
  await until('some to be acknowledged', () => taken.size > 3);
  expect(await doomed.stop('SIGKILL')).toBeNull();
  await sending;
  const acknowledged = [...taken];
  const began = await ground.database.pool.query(
    'select from reconciler_public.user_accounts where connected_account_id = any($1)',
    [acknowledged],
  );
  expect(began.rowCount).toBeLessThan(acknowledged.length);
  await using other = await openApp(ground.options);
  await other.reconciler.work();
  await until('all that was acknowledged to be linked', async () => {
    const accounts = await other.reconciler.accountsOf('ada');
    const linked = new Set(accounts.map(account => account.connected_account_id));
    return acknowledged.every(id => linked.has(id));
  });
});
