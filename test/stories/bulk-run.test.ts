import { afterAll, beforeAll, expect, test } from 'vitest';
import { replaceMetadata } from '../../src/sandbox/accounts.ts';
import { readBulkRun } from '../../src/support/bulk/read.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { run, start } from '../fixtures/processes.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';

/* The app forgot to put its user ids into the metadata. That is mended at Seam, and somebody retries them all. */

const CONNECTIONS = 16;
/** The run that the killed worker had in hand is given up only after 25 s. */
const LIMIT_MS = 180_000;

let house: House;
beforeAll(async () => {
  house = await openHouse('postgres', { apart: true });
});
afterAll(() => house[Symbol.asyncDispose]());

const cli = async (...args: string[]) => {
  const { stdout, stderr, code } = await run(['bulk', ...args, '--json'], house.env);
  if (code !== 0) throw new Error(`bulk ${args.join(' ')} exited ${code}: ${stderr}`);
  return JSON.parse(stdout);
};

test(
  'a bulk run survives kill -9 of the worker in its middle; two workers drive it once',
  async () => {
    await house.addUser('ada');
    const accountIds: string[] = [];
    for (let i = 0; i < CONNECTIONS; i++) {
      const webviewId = await house.seam.createWebview({});
      const email = `a${i}@l.example`;
      const { accountId, events } = await house.seam.completeWebview(webviewId, { email });
      await house.deliver(...events);
      accountIds.push(accountId);
    }
    const { pool } = house.database;
    const inState = async (state: string): Promise<number> => {
      const { rows } = await pool.query<{ number: number }>(
        `select count(*)::int as number from reconciler.reconciliations
        where state = $1 and observed_generation = generation`,
        [state],
      );
      return rows[0]?.number ?? 0;
    };
    // What is acknowledged is stored; it is counted a moment later.
    const { rows: all } = await pool.query('select distinct subject from reconciler.deliveries');
    await until('all to have failed', async () => (await inState('failed')) === all.length);
    const { id, total } = await cli('plan', '--reason', 'metadata_id_missing');
    // An account and its webview are one connection.
    expect(total).toBe(CONNECTIONS);
    for (const accountId of accountIds) replaceMetadata(house.seam.fake, accountId, { id: 'ada' });
    const status = () =>
      readBulkRun({ db: house.database.db, config: { workspaces: [] } }, SHELL, id);
    // Slow enough to be hit in the middle.
    await pool.query('update reconciler.bulk_runs set per_minute = 240');
    await cli('start', String(id), '--yes');
    await until('some to be through', async () => {
      const { counts } = await status();
      return counts.succeeded + counts.asked >= 4;
    });
    await house.work.stop('SIGKILL');
    const cut = await status();
    expect(cut.counts.waiting).toBeGreaterThan(0);

    await using _one = start(['work'], house.env);
    await using _two = start(['work'], house.env);
    const inTheEnd = async () => {
      const now = await status();
      return now.finished_at === null ? null : now;
    };
    const ended = await until('the end', inTheEnd, LIMIT_MS);
    expect(ended).toMatchObject({ state: 'done', counts: { succeeded: total } });
    const { rows } = await pool.query(
      `select count(*)::int as asked, count(distinct target)::int as subjects
       from reconciler.audit_log where action = 'retry' and bulk_run_id = $1`,
      [id],
    );
    // Each was asked for once, whoever drove.
    expect(rows).toEqual([{ asked: all.length, subjects: all.length }]);
    expect(await inState('linked')).toBe(all.length);
  },
  LIMIT_MS,
);
