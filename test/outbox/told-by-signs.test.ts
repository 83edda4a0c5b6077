import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { letGo } from '../../src/drift/fix.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';
import { inShort, readTold } from '../fixtures/messages.ts';
import { useOutages } from '../fixtures/provisional.ts';

/* What the app is told where Seam has not been asked, or says nothing: provisional links, and accounts that go without a word. */

describe('while Seam is away', () => {
  const site = useOutages();
  const told = (accountId: string) =>
    readTold(site.database.pool, `connected_account:${accountId}`);
  const backAgain = () => site.database.pool.query('truncate reconciler.workspace_holds');

  test('a provisional link is told as that; that it was confirmed is nothing new', async () => {
    const { subject, accountId } = await site.connectInOutage('ada');
    await site.link();
    await backAgain();
    expect(await site.look(subject)).toMatchObject({ outcome: 'linked' });
    expect(await told(accountId)).toMatchObject([
      {
        type: 'account.linked',
        user_id: 'ada',
        data: { is_provisional: true, before: { user_id: null } },
      },
    ]);
  });

  test('one that Seam does not bear out is told as ended', async () => {
    const { subject, accountId } = await site.connectInOutage('ada');
    await site.link();
    await backAgain();
    site.seam.amend((_path, answer) => {
      for (const each of Object.values(answer)) {
        if (typeof each === 'object' && each !== null && 'custom_metadata' in each) {
          each.custom_metadata = { id: 'bob' };
        }
      }
    });
    await site.look(subject);
    const messages = await told(accountId);
    expect(messages.map(inShort)).toEqual([
      'account.linked: - → ada',
      'account.relinked: ada → bob (seam_differs)',
    ]);
    expect(messages.at(-1)?.data.is_provisional).toBe(false);
  });
});

describe('an account that goes without a word', () => {
  const site = useAudits();

  test('is told as gone, and as nobody’s', async () => {
    const { pool, db } = site.database;
    for (let n = 0; n < 3; n++) await site.here(site.atSeam({ id: 'ada' }), 'ada');
    const id = await site.here(randomUUID(), 'ada');
    await site.audit();
    await pool.query(`update reconciler.audits set started_at = started_at - 24 * interval '1 h'`);
    await letGo(pool, await site.audit(), ignore);
    const { seam } = site;
    const own = { workspaceId: null, random: () => 0.5, onStep: ignoreSteps };
    const reconciler = { ...site.comparer(), db, seam, ...own };
    await reconcile(reconciler, `connected_account:${id}`, 'audit', forever);
    const messages = await readTold(pool, `connected_account:${id}`);
    // What is told of one commit has no order.
    expect(messages.map(inShort).toSorted()).toEqual([
      'account.deleted: - → -',
      'account.linked: - → ada',
      'account.unlinked: ada → - (account_gone)',
    ]);
  });
});
