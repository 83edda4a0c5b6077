import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, openHouse } from '../fixtures/house.ts';
import { start } from '../fixtures/processes.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { until } from '../fixtures/wait.ts';

/* An account goes at Seam without a word, and the worker that compares is killed in the middle of it. */

/** Some pages of Seam's list, each a second after the other. */
const AT_SEAM = 1_100;
const STAYS = ['stays-0', 'stays-1', 'stays-2', 'stays-3'];

const fill = async (seam: TestSeam): Promise<Record<string, string>> => {
  const others = Array.from({ length: AT_SEAM - STAYS.length }, (_, n) => `other-${n}`);
  for (const id of [...STAYS, ...others]) {
    seam.fake.database.addConnectedAccount({
      connected_account_id: id,
      provider: 'august',
      account_type: 'august',
      workspace_id: seam.workspaceId,
      user_identifier: { email: 'a@locks.example' },
      custom_metadata: { id: 'ada' },
    });
  }
  return {};
};

describe('the nightly comparison, its worker killed half way', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse('postgres', {
      apart: true,
      env: fill,
      prepare: async ({ pool }) => {
        await pool.query(`insert into reconciler.users (id) values ('ada')`);
        await pool.query(
          `insert into reconciler.connected_accounts
             (connected_account_id, user_identifier, custom_metadata, errors, warnings,
              accepted_capabilities, read_by_run, read_at)
           select id, '{}', '{"id": "ada"}', '[]', '[]', '[]', 0, now() - interval '2 days'
             from unnest($1::text[]) id`,
          [[...STAYS, 'lost']],
        );
        await pool.query(
          `insert into reconciler.links (connected_account_id, user_id, linked_by_run)
           select connected_account_id, 'ada', 0 from reconciler.connected_accounts`,
        );
        // The night before missed the one that is lost.
        await pool.query(
          `with night as (
             insert into reconciler.audits (is_scheduled, started_at, finished_at, phase)
             values (true, now() - interval '26 h', now() - interval '26 h', 'done') returning id
           )
           update reconciler.connected_accounts set missed_by_audit = night.id
             from night where connected_account_id = 'lost'`,
        );
      },
    });
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const query = async (text: string) => (await house.database.pool.query(text)).rows;

  test('another ends it, once; the link of what is gone ends, and no other', async () => {
    await until('the comparison to be under way', async () => {
      const [latest] = await query(
        'select listed, phase from reconciler.audits order by id desc limit 1',
      );
      return latest?.phase === 'seam' && latest.listed > 0;
    });
    await house.work.stop('SIGKILL');
    const [left] = await query(
      'select id, listed, finished_at from reconciler.audits order by id desc limit 1',
    );
    expect(left?.finished_at).toBeNull();
    expect(left?.listed).toBeLessThan(AT_SEAM);
    // As if its five minutes were over.
    await query('update reconciler.audits set leased_until = now() where finished_at is null');
    await using one = start(['work'], house.env);
    await using other = start(['work'], house.env);
    const linked = `select connected_account_id as id from reconciler.links where unlinked_at is null order by 1`;
    await until('the link of what is gone to end', async () => {
      const rows = await query(linked);
      return rows.length === STAYS.length;
    });
    expect(await query(linked)).toEqual(STAYS.map(id => ({ id })));
    expect(
      await query('select unlinked_because from reconciler.links where unlinked_at is not null'),
    ).toEqual([{ unlinked_because: 'account_gone' }]);
    await until('the comparison to be over', async () => {
      const rows = await query(
        'select from reconciler.audits where finished_at is null or leased_until is not null',
      );
      return rows.length === 0;
    });
    expect(
      await query('select id, listed, withheld from reconciler.audits order by id offset 1'),
    ).toEqual([{ id: left?.id, listed: AT_SEAM, withheld: null }]);
    const faults = [one, other].flatMap(({ log }) => log.filter(({ level }) => level === 'error'));
    expect(faults).toEqual([]);
  }, 200_000);
});
