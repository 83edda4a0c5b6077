import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fix, letGo } from '../../src/drift/fix.ts';
import { beginComparison, type Comparison, readLatest } from '../../src/drift/records.ts';
import { walk } from '../../src/drift/walk.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';
import { SHELL } from '../fixtures/shell.ts';

const site = useAudits();
const { atSeam, here, comparer, audit, findings, currentUser, announceDeletion } = site;

/** So many accounts that are well, so that one that goes is few. */
const others = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await here(atSeam({ id: 'ada' }), 'ada');
};

const laterBy = (hours: number) =>
  site.database.pool.query(
    `update reconciler.audits set started_at = started_at - $1 * interval '1 h'`,
    [hours],
  );

const look = async (id: string) => {
  const reconciler = {
    ...comparer(),
    db: site.database.db,
    workspaceId: null,
    seam: site.seam,
    random: () => 0.5,
    onStep: ignoreSteps,
  };
  const report = await reconcile(reconciler, `connected_account:${id}`, 'audit', forever);
  return report.kind === 'finished' ? report.ending : report;
};

const asked = async (comparison: Comparison): Promise<string[]> => {
  const ids: string[] = [];
  await letGo(site.database.pool, comparison, looks => {
    ids.push(...looks.map(({ subject }) => subject.replace('connected_account:', '')));
  });
  return ids;
};

const historyOf = async (id: string) => {
  const { rows } = await site.database.pool.query(
    `select user_id, unlinked_because from reconciler.links where connected_account_id = $1 order by id`,
    [id],
  );
  return rows;
};

/** An account that Seam has lost without a word, as two comparisons of two nights found. */
const twiceMissed = async (): Promise<{ id: string; second: Comparison }> => {
  const id = await here(randomUUID(), 'ada');
  await audit();
  await laterBy(24);
  return { id, second: await audit() };
};

describe('an account that goes without a word', () => {
  test('is told of once, and gone the second time: its link ends, with its history', async () => {
    await others(2);
    const id = await here(randomUUID(), 'ada');
    const first = await audit();
    expect(await findings(first)).toEqual(new Map([[id, 'unknown_to_seam']]));
    expect(await asked(first)).toEqual([]);
    await laterBy(24);
    const second = await audit();
    expect(await findings(second)).toEqual(new Map([[id, 'gone']]));
    expect(second.withheld).toBeNull();
    expect(await asked(second)).toEqual([id]);
    expect(await look(id)).toMatchObject({ outcome: 'account_gone' });
    expect(await historyOf(id)).toEqual([{ user_id: 'ada', unlinked_because: 'account_gone' }]);
    // Whoever looks again is told the same, and the next comparison has nothing to say.
    await site.database.pool.query(
      `update reconciler.reconciliations set generation = generation + 1, state = 'pending', sweep_at = now(), due_at = now()`,
    );
    expect(await look(id)).toMatchObject({ outcome: 'account_gone' });
    await laterBy(24);
    expect(await findings(await audit())).toEqual(new Map());
  });

  test('two comparisons within the hour are one question', async () => {
    await others(2);
    const id = await here(randomUUID(), 'ada');
    await audit();
    await laterBy(1);
    expect(await findings(await audit())).toEqual(new Map([[id, 'unknown_to_seam']]));
    await laterBy(11);
    expect(await findings(await audit())).toEqual(new Map([[id, 'gone']]));
  });

  test('met in between, it was never gone', async () => {
    await others(2);
    const id = await here(randomUUID(), 'ada');
    await audit();
    await laterBy(24);
    atSeam({ id: 'ada' }, id);
    expect(await findings(await audit())).toEqual(new Map());
    site.fake.fake.database.connected_accounts.pop();
    await laterBy(24);
    expect(await findings(await audit())).toEqual(new Map([[id, 'unknown_to_seam']]));
  });

  test('as long as nothing let it go, a check that Seam answers with "none" ends nothing', async () => {
    await others(2);
    const { id } = await twiceMissed();
    await site.database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, state, sweep_at, due_at)
       values ('connected_account:' || $1, 1, 'pending', now(), now())`,
      [id],
    );
    expect(await look(id)).toMatchObject({ outcome: 'failed', reason: 'account_not_found' });
    expect(await currentUser(id)).toBe('ada');
  });

  test('Seam is asked once more, and what it shows stands', async () => {
    await others(2);
    const { id, second } = await twiceMissed();
    atSeam({ id: 'ada' }, id);
    expect(await asked(second)).toEqual([id]);
    expect(await look(id)).toMatchObject({ outcome: 'account_updated' });
    expect(await currentUser(id)).toBe('ada');
  });

  test('shown again after it was gone, it is linked again at once', async () => {
    await others(2);
    const { id, second } = await twiceMissed();
    await asked(second);
    await look(id);
    atSeam({ id: 'ada' }, id);
    const back = await audit();
    expect(await findings(back)).toEqual(new Map([[id, 'not_linked']]));
    await fix(site.database.pool, SHELL, back.id, ignore);
    expect(await look(id)).toMatchObject({ outcome: 'linked' });
    expect(await historyOf(id)).toMatchObject([
      { unlinked_because: 'account_gone' },
      { unlinked_because: null },
    ]);
  });

  test('a word that it was deleted, however late, is more than that it was missing', async () => {
    await others(2);
    const { id, second } = await twiceMissed();
    await announceDeletion(id);
    await asked(second);
    expect(await look(id)).toMatchObject({ outcome: 'account_deleted' });
  });
});

describe('too many at once', () => {
  test('nothing ends, it is said why, and a person who has checked lets it end', async () => {
    await others(1);
    const { pool } = site.database;
    const ids = [await here(randomUUID(), 'ada'), await here(randomUUID(), 'grace')];
    await audit();
    await laterBy(24);
    const second = await audit();
    expect(second.withheld).toContain("Seam doesn't list 2 of 3 accounts");
    expect((await readLatest(pool)).finished?.withheld).toBe(second.withheld);
    expect(await asked(second)).toEqual([]);
    expect(await fix(pool, SHELL, second.id, ignore)).toBe(0);
    await expect(
      fix(pool, SHELL, second.id, ignore, { kind: 'gone', endMissing: true }),
    ).rejects.toMatchObject({ fault: 'invalid' });
    const why = 'the sandbox was reset';
    expect(await fix(pool, SHELL, second.id, ignore, { endMissing: true, why })).toBe(2);
    for (const id of ids) expect(await look(id)).toMatchObject({ outcome: 'account_gone' });
    expect((await readLatest(pool)).finished?.withheld).toBeNull();
    const { rows } = await pool.query(
      `select action, why, after from reconciler.audit_log order by id desc limit 1`,
    );
    expect(rows).toEqual([{ action: 'fix_audit', why, after: { end_missing: true } }]);
  });

  test('workspace by workspace; and of one that is not configured, nothing is missing', async () => {
    const { pool } = site.database;
    const ours = async (workspace: string | null): Promise<string> => {
      const id = await here(randomUUID(), 'ada');
      await pool.query(
        'update reconciler.connected_accounts set workspace_id = $2 where connected_account_id = $1',
        [id, workspace],
      );
      return id;
    };
    const empty = {
      ...site.seam,
      listConnectedAccounts: async () => ({ accounts: [], nextCursor: null }),
    };
    const walkBoth = async () =>
      walk(
        {
          ...comparer(),
          workspaces: [
            { id: 'full', seam: site.seam },
            { id: 'wrong key', seam: empty },
          ],
        },
        await beginComparison(pool),
        ignore,
        forever,
      );
    await others(3);
    await pool.query(`update reconciler.connected_accounts set workspace_id = 'full'`);
    const lost = await ours('full');
    await ours('wrong key');
    const elsewhere = await ours('not configured');
    await walkBoth();
    await laterBy(24);
    const second = await walkBoth();
    expect(second.withheld).toContain('in workspace wrong key');
    expect(await asked(second)).toEqual([lost]);
    expect((await findings(second)).has(elsewhere)).toBe(false);
  });
});
