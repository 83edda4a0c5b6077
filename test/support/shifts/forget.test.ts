import { expect, test } from 'vitest';
import { assign } from '../../../src/support/shifts/assign.ts';
import { forgetShifts } from '../../../src/support/shifts/forget.ts';
import { snooze } from '../../../src/support/shifts/snooze.ts';
import { useShifts } from '../../fixtures/shifts.ts';

const shifts = useShifts();
const forever = new AbortController().signal;

const age = (days: number) => `now() - interval '${days} days'`;
const subjectsIn = async (table: 'assignments' | 'snoozes') => {
  const { rows } = await shifts.database.pool.query<{ subject: string }>(
    `select subject from reconciler.${table}`,
  );
  return rows.map(({ subject }) => subject);
};

test('whose a case was is forgotten long after it was settled, and not while it is open', async () => {
  const { pool } = shifts.database;
  const [open, settled, settledLately, gone] = await Promise.all(
    [1, 2, 3, 4].map(() => shifts.addCase()),
  );
  for (const each of [open, settled, settledLately, gone]) {
    await assign(shifts.database, shifts.grace, each?.key ?? '', { to: 'me' });
  }
  await pool.query(`update reconciler.assignments set assigned_at = ${age(100)}`);
  const settle = (of: typeof open, at: string) =>
    pool.query(
      `update reconciler.reconciliations set state = 'linked', reason = null, updated_at = ${at}
        where subject = any($1)`,
      [[of?.key, of?.webview]],
    );
  await settle(settled, age(95));
  await settle(settledLately, age(10));
  await pool.query('delete from reconciler.reconciliations where subject = any($1)', [
    [gone?.key, gone?.webview],
  ]);
  expect(await forgetShifts(pool, forever)).toBe(2);
  expect((await subjectsIn('assignments')).toSorted()).toEqual(
    [open?.key, settledLately?.key].toSorted(),
  );
});

test('a snooze is forgotten long after it was over, and a draft that nobody touched', async () => {
  const { pool } = shifts.database;
  const [over, asleep, heard] = await Promise.all([1, 2, 3].map(() => shifts.addCase()));
  for (const each of [over, asleep, heard]) {
    await snooze(shifts.database, shifts.grace, each?.key ?? '', { until: null, untilNews: true });
  }
  await pool.query(`update reconciler.snoozes set at = ${age(40)}`);
  await pool.query(`update reconciler.snoozes set until = ${age(31)} where subject = $1`, [
    over?.key,
  ]);
  await pool.query('update reconciler.snoozes set heard = heard - 1 where subject = $1', [
    heard?.key,
  ]);
  await pool.query(
    `insert into reconciler.drafts (operator_id, form, fields, updated_at)
     select id, form, '{}', at from reconciler.operators,
            (values ('old', ${age(31)}), ('new', now())) as d(form, at) where name = 'Grace'`,
  );
  expect(await forgetShifts(pool, forever)).toBe(3);
  expect(await subjectsIn('snoozes')).toEqual([asleep?.key]);
  const { rows } = await pool.query('select form from reconciler.drafts');
  expect(rows).toEqual([{ form: 'new' }]);
});
