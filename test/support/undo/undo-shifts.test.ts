import { describe, expect, test } from 'vitest';
import { assign } from '../../../src/support/shifts/assign.ts';
import { snooze, wake } from '../../../src/support/shifts/snooze.ts';
import { useUndo } from '../../fixtures/undo.ts';

const desk = useUndo();
const { people, carol, lastId, rowOf, undo, look, expectTooLate } = desk;

describe('an assignment', () => {
  test('is undone: whoever had it before has it again', async () => {
    const { webview, account } = await desk.hand.connect({});
    await assign(desk.hand.desk, carol, webview, { to: people.tess ?? 0 });
    const first = await lastId();
    await assign(desk.hand.desk, carol, account, { to: people.bert ?? 0 });
    const second = await lastId();
    await expectTooLate(first, 'carol assigned it');
    expect((await look(second)).does).toBe('It is tess’s again.');
    const { audit_id } = await undo(second);
    expect(await rowOf(audit_id)).toMatchObject({
      action: 'assign',
      after: { assignee: 'tess', undone: second },
    });
    await expectTooLate(second, 'already undone, by dave');
    await undo(audit_id);
    await desk.hand.database.pool.query(
      `update reconciler.operators set disabled_at = now() where name = 'tess'`,
    );
    await assign(desk.hand.desk, carol, webview, { to: 'nobody' });
  });

  test('is not where whoever had it is disabled', async () => {
    const { webview } = await desk.hand.connect({});
    await assign(desk.hand.desk, carol, webview, { to: people.bert ?? 0 });
    await assign(desk.hand.desk, carol, webview, { to: 'nobody' });
    const id = await lastId();
    await desk.hand.database.pool.query(
      `update reconciler.operators set disabled_at = now() where name = 'bert'`,
    );
    await expectTooLate(id, 'bert is disabled');
    await desk.hand.database.pool.query('update reconciler.operators set disabled_at = null');
  });
});

describe('a snooze', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  test('is undone: it is in sight again, or sleeps as it did before', async () => {
    const { webview } = await desk.hand.connect({});
    await snooze(desk.hand.desk, carol, webview, { until: null, untilNews: true });
    const first = await lastId();
    await snooze(desk.hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const second = await lastId();
    await expectTooLate(first, 'carol snoozed it');
    expect((await look(second)).does).toBe('It is snoozed until there is news again.');
    const { audit_id } = await undo(second);
    await expectTooLate(second, 'already undone, by dave');
    expect(await rowOf(audit_id)).toMatchObject({ action: 'snooze', after: { undone: second } });
  });

  test('of what was in sight wakes it; one that is over has nothing to undo', async () => {
    const { webview } = await desk.hand.connect({});
    await snooze(desk.hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const first = await lastId();
    const { audit_id } = await undo(first);
    expect(await rowOf(audit_id)).toMatchObject({ action: 'end_snooze', after: { undone: first } });
    await snooze(desk.hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const second = await lastId();
    await wake(desk.hand.desk, carol, webview);
    await expectTooLate(second, 'carol ended its snooze');
    await snooze(desk.hand.desk, carol, webview, { until: null, untilNews: true });
    const third = await lastId();
    await desk.hand.news(webview);
    await expectTooLate(third, 'The snooze is over.');
  });
});
