import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { RECONCILIATION_STATES } from '../../../src/model/outcome.ts';
import { dismiss } from '../../../src/support/cases/dismiss.ts';
import { ACTOR, DISMISSED, useCases, WHY } from '../../fixtures/cases.ts';

const site = useCases();
const { add, standingOf, auditOf, notesOf } = site;

describe('dismissing', () => {
  test.each(['failed', 'retrying'])(
    'what stands %s is set aside, with who, why and a note, and is owed no more',
    async state => {
      const subject = await add({ state });
      await dismiss(site.database, ACTOR, subject, WHY);
      expect(await standingOf(subject)).toEqual(DISMISSED);
      expect(await notesOf(subject)).toEqual([{ text: WHY.why, by: 'Grace' }]);
      expect(await auditOf(subject)).toEqual([
        {
          action: 'dismiss',
          actor_name: 'Grace',
          before: { state, reason: 'user_not_found' },
          after: { state: 'dismissed', reason: 'user_not_found' },
          why: WHY.why,
        },
      ]);
    },
  );

  test.each(RECONCILIATION_STATES.filter(state => state !== 'failed' && state !== 'retrying'))(
    'what stands %s is left alone, and nothing is written of it',
    async state => {
      const subject = await add({ state });
      await expect(dismiss(site.database, ACTOR, subject, WHY)).rejects.toMatchObject({
        fault: 'refused',
      });
      expect(await standingOf(subject)).toMatchObject({ state });
      expect([...(await auditOf(subject)), ...(await notesOf(subject))]).toEqual([]);
    },
  );

  test('without a reason, by somebody who may not, or of nothing: refused', async () => {
    const subject = await add();
    const by = (actor: Actor, why: string) => dismiss(site.database, actor, subject, { why });
    await expect(by(ACTOR, ' \r\n ')).rejects.toMatchObject({ fault: 'invalid' });
    const viewer: Actor = { ...ACTOR, role: 'viewer' };
    await expect(by(viewer, 'so')).rejects.toMatchObject({ fault: 'not_allowed' });
    for (const nothing of ['connect_webview:nobody', 'no subject', 'nul\0']) {
      await expect(dismiss(site.database, ACTOR, nothing, WHY)).rejects.toMatchObject({
        fault: 'not_found',
      });
    }
    expect(await standingOf(subject)).toMatchObject({ state: 'failed' });
  });

  test('a double click sets it aside once, and is told so', async () => {
    const subject = await add();
    const twice = { ...ACTOR, idempotencyKey: randomUUID() };
    const both = await Promise.allSettled([
      dismiss(site.database, twice, subject, WHY),
      dismiss(site.database, twice, subject, WHY),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'SupportError', message: expect.stringContaining('already done') },
    });
    expect(await notesOf(subject)).toHaveLength(1);
    expect(await auditOf(subject)).toHaveLength(1);
  });

  test('what has had news since it was read is not dismissed over it', async () => {
    const subject = await add();
    const stale = dismiss(site.database, ACTOR, subject, { ...WHY, generation: 2 });
    await expect(stale).rejects.toMatchObject({ fault: 'conflict' });
    expect(await standingOf(subject)).toMatchObject({ state: 'failed' });
    await dismiss(site.database, ACTOR, subject, { ...WHY, generation: 3 });
    expect(await standingOf(subject)).toEqual(DISMISSED);
  });
});
