import { describe, expect, test } from 'vitest';
import { fix } from '../../src/drift/fix.ts';
import { summarize } from '../../src/drift/left.ts';
import { parseSubject } from '../../src/model/subject.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';
import { SHELL } from '../fixtures/shell.ts';

const site = useAudits();
const { atSeam, currentUser, comparer, audit, oneOfEach } = site;

describe('--fix', () => {
  test('puts exactly what has one right answer through the reconciliation, and that mends it', async () => {
    const accounts = await oneOfEach();
    const done = await audit();
    const asked: string[] = [];
    const run = () =>
      fix(
        site.database.pool,
        SHELL,
        done.id,
        looks => void asked.push(...looks.map(l => l.subject)),
      );
    expect(await run()).toBe(3);
    const ids = [accounts.not_linked, accounts.names_another_user, accounts.deleted_but_linked];
    expect(asked.map(subject => parseSubject(subject).id).toSorted()).toEqual(ids.toSorted());
    expect(await run()).toBe(0);
    const reconciler = {
      ...comparer(),
      db: site.database.db,
      workspaceId: null,
      seam: site.seam,
      random: () => 0.5,
      onStep: ignoreSteps,
    };
    for (const id of ids) {
      await reconcile(reconciler, `connected_account:${id}`, 'audit', forever);
    }
    expect(await Promise.all(ids.map(currentUser))).toEqual(['ada', 'grace', null]);
    expect(summarize(await audit())).toEqual({ mendable: 0, forAPerson: 5 });
  });

  test('raises the generation of a reconciliation that is there, also of one given up', async () => {
    const id = atSeam({ id: 'ada' });
    await site.database.pool.query(
      `insert into reconciler.reconciliations
         (subject, generation, observed_generation, state, reason, attempts)
       values ('connected_account:' || $1, 4, 4, 'failed', 'user_not_found', 9)`,
      [id],
    );
    await fix(site.database.pool, SHELL, (await audit()).id, ignore);
    const { rows } = await site.database.pool.query(
      'select generation::int, observed_generation::int, state, attempts from reconciler.reconciliations',
    );
    expect(rows).toEqual([
      { generation: 5, observed_generation: 4, state: 'pending', attempts: 0 },
    ]);
  });

  test('a fix whose hint to the queue is lost is still known as one', async () => {
    const id = atSeam({ id: 'ada' });
    await fix(site.database.pool, SHELL, (await audit()).id, ignore);
    const looking = { ...comparer(), db: site.database.db, workspaceId: null, seam: site.seam };
    const subject = `connected_account:${id}` as const;
    const reconciler = { ...looking, random: () => 0.5, onStep: ignoreSteps };
    const report = await reconcile(reconciler, subject, 'sweep', forever);
    expect(report).toMatchObject({ kind: 'finished', run: { trigger: 'audit' } });
  });
});
