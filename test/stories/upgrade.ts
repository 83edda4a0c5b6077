import type pg from 'pg';
import { expect } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';
import { checkOutVersion } from '../fixtures/past-version.ts';
import { type Running, run, start } from '../fixtures/processes.ts';
import { startTestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { startCrowd } from './crowd.ts';

/** So many connect while the processes are as they are. */
const A_FEW = 4;

const OPEN = `
  select subject, state, reason from reconciler.reconciliations
   where state <> 'linked' or observed_generation < generation`;
const LINKS = `
  select l.user_id
    from unnest($1::text[]) w (id)
    join reconciler.reconciliations r on r.subject = 'connect_webview:' || w.id
    join reconciler.links l on l.connected_account_id = r.connected_account_id and l.unlinked_at is null`;

const readyAt = async (serve: Running): Promise<string> =>
  String((await serve.logged('listening')).url);

const stopped = async (...processes: readonly Running[]): Promise<void> => {
  for (const each of processes) expect(await each.stop('SIGTERM')).toBe(0);
};

const allLinked = async (pool: pg.Pool, webviewIds: readonly string[]): Promise<void> => {
  await until('all that connected to be linked', async () => {
    const { rows } = await pool.query<{ user_id: string | null }>(LINKS, [webviewIds]);
    return rows.length === webviewIds.length && rows.every(row => row.user_id === 'ada');
  });
  await until('nothing to be owed', async () => (await pool.query(OPEN)).rowCount === 0);
};

/**
 * From the code of a commit to this one, as docs/upgrading.md has it, and in the orders that it warns of: while webhooks
 * come in, `migrate`, then each pair of an old and a new process, then the new ones alone.
 */
export const upgradeFrom = async (commit: string): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const old = stack.use(await checkOutVersion(commit));
  const database = stack.use(await createTestDatabase('template0'));
  const seam = stack.use(await startTestSeam());
  const env = {
    DATABASE_URL: database.url,
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
  };
  const processes: Running[] = [];
  const begin = (command: string, main?: string): Running => {
    const process = stack.use(start([command], env, main));
    processes.push(process);
    return process;
  };

  // The old version alone.
  expect(await run(['migrate'], env, old.main)).toMatchObject({ code: 0 });
  await database.pool.query(`insert into reconciler.users (id) values ('ada')`);
  const oldServe = begin('serve', old.main);
  const oldWork = begin('work', old.main);
  await oldWork.logged('worker ready');
  const oldUrl = await readyAt(oldServe);
  await using crowd = startCrowd({ url: oldUrl, seam });
  await crowd.more(A_FEW);

  // On the new database: webhooks are in flight meanwhile.
  expect(await run(['migrate'], env)).toMatchObject({ code: 0 });
  await crowd.more(A_FEW);

  // The new worker beside the old serve.
  const newWork = begin('work');
  await newWork.logged('worker ready');
  await stopped(oldWork);
  await crowd.more(A_FEW);

  // The new serve beside the old one, and the old worker: in the way back, or in the wrong order.
  const newServe = begin('serve');
  const newUrl = await readyAt(newServe);
  crowd.moveTo([oldUrl, newUrl]);
  const oldAgain = begin('work', old.main);
  await oldAgain.logged('worker ready');
  await stopped(newWork);
  await crowd.more(A_FEW);
  crowd.moveTo([newUrl]);
  await stopped(oldServe);
  await crowd.more(A_FEW);

  // The new version alone.
  const newAgain = begin('work');
  await newAgain.logged('worker ready');
  await stopped(oldAgain);
  await crowd.more(A_FEW);

  const { webviewIds, refused } = await crowd.stop();
  expect(refused).toEqual([]);
  await allLinked(database.pool, webviewIds);
  await stopped(newServe, newAgain);
  const faults = processes.flatMap(({ log }) => log.filter(({ level }) => level === 'error'));
  expect(faults).toEqual([]);
};
