import { expect, test } from 'vitest';
import { chooseUsers } from '../../../src/support/bulk/choose-users.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { advanceBulkRuns } from '../../../src/support/bulk/runner.ts';
import { start } from '../../../src/support/bulk/start.ts';
import { MOST_TRIES, type Tries } from '../../../src/support/bulk/tries.ts';
import { addFailed, stepOn } from '../../fixtures/bulk.ts';
import { useCarryOut } from '../../fixtures/carry-out.ts';
import { addConnection } from '../../fixtures/desk.ts';

/* What a run must not do: try for ever, do what nobody has seen, or tell of a case otherwise than one's own button. */

const runs = useCarryOut();
const { FAILED, sql, account, planned, told } = runs;

test('an item that fails by a fault of ours is given up after a few tries, and the others are done', async () => {
  await addFailed(runs.database, 3);
  await sql(
    `alter table reconciler.notes add constraint none check (subject <> 'connect_webview:w2')`,
  );
  const id = await planned('note', { text: 'Called.' });
  await start(runs.desk, runs.ada.actor, id);
  const tries: Tries = new Map();
  const turn = async (): Promise<string> => {
    await sql(
      `update reconciler.bulk_runs set started_at = now() - interval '2 h', leased_until = now() - interval '1 h'`,
    );
    return advanceBulkRuns(runs.desk, new Map(), undefined, tries).then(
      () => 'went on',
      () => 'stuck',
    );
  };
  const turns: string[] = [];
  for (let n = 0; n < MOST_TRIES; n++) turns.push(await turn());
  expect(turns).toEqual([...Array<string>(MOST_TRIES - 1).fill('stuck'), 'went on']);
  await turn();
  expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 2, failed: 1 } });
  const [item] = await listBulkItems(runs.database.db, runs.ada.actor, id, {
    state: 'failed',
    limit: 1,
  });
  expect(item).toMatchObject({
    subject: 'connect_webview:w2',
    why: 'an unexpected fault: an engineer finds it in the log',
  });
  expect(tries.size).toBe(0);
});

test('a preview that somebody has changed since it was seen is not started', async () => {
  await account('a1', 'tenant-9:ada');
  await account('a2', 'tenant-9:bob');
  for (const id of ['ada', 'bob']) await sql('insert into reconciler.users (id) values ($1)', [id]);
  const id = await planned('link', { withoutPrefix: 'tenant-9:' }, 'Ticket 4711');
  const seen = (await told(id)).planned_at;
  await sql(`update reconciler.bulk_runs set planned_at = planned_at - interval '1 s'`);
  const { planned_at: before } = await told(id);
  await chooseUsers(runs.desk, runs.ada.actor, id, { given: { userId: 'ada' } });
  for (const old of [seen, before]) {
    await expect(start(runs.desk, runs.ada.actor, id, undefined, {}, old)).rejects.toMatchObject({
      faults: { planned_at: expect.stringContaining('Someone has changed this preview') },
    });
  }
  const { planned_at: now } = await told(id);
  await start(runs.desk, runs.ada.actor, id, undefined, {}, now);
  expect(await told(id)).toMatchObject({ state: 'running' });
});

test('a retry of many has one row a case in the audit log, as a retry of one has', async () => {
  for (const number of [1, 2]) {
    await addConnection(runs.database, {
      subject: `connect_webview:w${number}`,
      reason: 'user_not_found',
      accountId: 'a',
    });
  }
  const id = await plan(runs.desk, runs.ada.actor, FAILED, {});
  await start(runs.desk, runs.ada.actor, id);
  await stepOn(runs.desk);
  const rows = await sql(
    `select target, after->'also' as also from reconciler.audit_log where action = 'retry' and bulk_run_id = $1`,
    [id],
  );
  expect(rows).toEqual([
    { target: 'connected_account:a', also: [expect.stringMatching(/^connect_webview:w[12]$/)] },
  ]);
});
