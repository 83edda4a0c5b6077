import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fix, letGo } from '../../src/drift/fix.ts';
import { readLeft, summarize } from '../../src/drift/left.ts';
import { type Comparison, readLatest } from '../../src/drift/records.ts';
import { ignore, useAudits } from '../fixtures/audits.ts';
import { SHELL } from '../fixtures/shell.ts';

/* One key for all, though the events named a workspace: what is withheld is withheld of all. */

const site = useAudits();
const { atSeam, here, audit } = site;

const query = (text: string, values: unknown[] = []) => site.database.pool.query(text, values);

/** An account that was heard of: it has a case, of the workspace that its events named. */
const heardOf = async (id: string, state = 'linked'): Promise<string> => {
  await here(id, 'ada');
  await query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, workspace_id, connected_account_id,
             dismissed_by, dismissed_why)
     values ('connected_account:' || $1, 1, 1, $2, 'ws-1', $1,
             case when $2 = 'dismissed' then 'dora' end, case when $2 = 'dismissed' then 'ours' end)`,
    [id, state],
  );
  return id;
};

const aNightLater = () =>
  query(`update reconciler.audits set started_at = started_at - interval '1 day'`);

/** Two nights. */
const twice = async (): Promise<Comparison> => {
  await audit();
  await aNightLater();
  return audit();
};

const letGoBy = async (comparison: Comparison): Promise<string[]> => {
  const ids: string[] = [];
  await letGo(site.database.pool, comparison, looks => {
    ids.push(...looks.map(({ subject }) => subject.replace('connected_account:', '')));
  });
  return ids;
};

describe('with another workspace’s key', () => {
  test('nothing ends, neither by itself nor by a fix of all; only once somebody says why', async () => {
    const { pool } = site.database;
    for (let n = 0; n < 4; n++) await heardOf(randomUUID());
    atSeam({ id: 'who' });
    const second = await twice();
    expect(second).toMatchObject({ withheld: expect.stringContaining('4 of 4') });
    expect(await letGoBy(second)).toEqual([]);
    expect(await fix(pool, SHELL, second.id, ignore)).toBe(0);
    expect(await fix(pool, SHELL, second.id, ignore, { kind: 'gone' })).toBe(0);
    expect(await readLeft(pool, second)).toMatchObject({ toFix: {}, withheld: 4 });
    expect(summarize(second)).toEqual({ mendable: 0, forAPerson: 5 });
    expect(summarize(second, true)).toEqual({ mendable: 4, forAPerson: 1 });
    const said = { endMissing: true, why: 'the sandbox was reset' };
    // What has nothing to do with it lets nothing go.
    expect(await fix(pool, SHELL, second.id, ignore, { ...said, kind: 'not_linked' })).toBe(0);
    expect((await readLatest(pool)).finished?.withheld).not.toBeNull();
    expect(await fix(pool, SHELL, second.id, ignore, said)).toBe(4);
    expect((await readLatest(pool)).finished?.withheld).toBeNull();
    expect(await readLeft(pool, second)).toMatchObject({ toFix: {}, withheld: 0 });
  });
});

test('what a person has dismissed doesn’t come back by itself; a person’s fix takes it', async () => {
  for (let n = 0; n < 6; n++) await here(atSeam({ id: 'ada' }), 'ada');
  const plain = await heardOf(randomUUID());
  await heardOf(randomUUID(), 'dismissed');
  const second = await twice();
  expect(second).toMatchObject({ withheld: null, counts: { gone: 2 } });
  expect(await letGoBy(second)).toEqual([plain]);
  const states = async () =>
    (await query('select state from reconciler.reconciliations order by state')).rows.map(
      ({ state }) => state,
    );
  expect(await states()).toEqual(['dismissed', 'pending']);
  expect(await fix(site.database.pool, SHELL, second.id, ignore)).toBe(1);
  expect(await states()).toEqual(['pending', 'pending']);
});
