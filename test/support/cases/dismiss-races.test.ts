import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { apply, type Gathered } from '../../../src/reconcile/apply.ts';
import { abandonRun, beginRun, type Run } from '../../../src/reconcile/begin.ts';
import { decide } from '../../../src/reconcile/decide.ts';
import { gather } from '../../../src/reconcile/gather.ts';
import { dismiss, reopen } from '../../../src/support/cases/dismiss.ts';
import { findMatches } from '../../../src/support/cases/find.ts';
import { look, openReconciler, owe } from '../../fixtures/reconciler.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* Somebody dismisses a connection while it is being looked at. */

let site: Awaited<ReturnType<typeof openReconciler>>;
beforeAll(async () => {
  site = await openReconciler();
});
afterAll(() => site[Symbol.asyncDispose]());

const WHY = { why: 'A test account of ours.' };

const begin = async (subject: Subject): Promise<Run> => {
  await site.database.pool.query(
    'update reconciler.reconciliations set due_at = now() where subject = $1',
    [subject],
  );
  const beginning = await beginRun(site.database.pool, subject, 'backoff');
  if (beginning.kind !== 'begun') throw new Error(beginning.kind);
  return beginning.run;
};
const finish = (run: Run, gathered: Gathered) => apply(site.reconciler, run, gathered, decide);
const caseOf = async (subject: Subject) => (await findMatches(site.database.db, SHELL, subject))[0];

/** A completed webview of a user who isn't there (yet), looked at once: it stands retrying. */
const retrying = async (userId: string): Promise<Subject> => {
  const webviewId = await site.seam.createWebview({ id: userId });
  await site.seam.completeWebview(webviewId, { email: 'a@locks.example' });
  const subject: Subject = `connect_webview:${webviewId}`;
  await owe(site.database, subject);
  await look(site.reconciler, subject);
  expect(await caseOf(subject)).toMatchObject({ state: 'retrying', reason: 'user_not_found' });
  return subject;
};
const SEAM_AWAY: Gathered = {
  kind: 'failure',
  failure: {
    reason: 'seam_unavailable',
    detail: 'no answer',
    requestId: null,
    retryAfterMs: null,
    isOutage: true,
  },
};
const factsOf = async (run: Run): Promise<Gathered> => ({
  kind: 'facts',
  facts: await gather(site.reconciler, run, new AbortController().signal),
});

describe('a run that was under way', () => {
  test.each(['its own fault', 'Seam’s'])(
    'and fails (%s): the dismissal stands, and nothing is tried again',
    async whose => {
      const subject = await retrying(randomUUID());
      const run = await begin(subject);
      await dismiss(site.database, SHELL, subject, WHY);
      const ending = await finish(run, whose === 'Seam’s' ? SEAM_AWAY : await factsOf(run));
      expect(ending.nextLookInMs).toBeNull();
      const found = await caseOf(subject);
      expect(found).toMatchObject({ state: 'dismissed', next_look_at: null });
      expect(found?.runs[0]).toMatchObject({ id: run.id, outcome: 'failed' });
    },
  );

  test.each(['its own fault', 'Seam’s'])(
    'and fails (%s) after it was opened again: it needs attention, and doesn’t say that it is tried again',
    async whose => {
      const subject = await retrying(randomUUID());
      const run = await begin(subject);
      await dismiss(site.database, SHELL, subject, WHY);
      await reopen(site.database, SHELL, subject);
      const ending = await finish(run, whose === 'Seam’s' ? SEAM_AWAY : await factsOf(run));
      expect(ending.nextLookInMs).toBeNull();
      expect(await caseOf(subject)).toMatchObject({ state: 'failed', next_look_at: null });
    },
  );

  test('and settles it: the link is made, and it is dismissed no more', async () => {
    const subject = await retrying('late');
    await site.database.pool.query(`insert into reconciler.users (id) values ('late')`);
    const run = await begin(subject);
    const facts = await factsOf(run);
    await dismiss(site.database, SHELL, subject, WHY);
    await finish(run, facts);
    expect(await caseOf(subject)).toMatchObject({ state: 'linked', user_id: 'late' });
  });

  test('and is killed or stopped: nothing is left to be done again', async () => {
    const subject = await retrying(randomUUID());
    const run = await begin(subject);
    await dismiss(site.database, SHELL, subject, WHY);
    await abandonRun(site.database.pool, run);
    expect(await beginRun(site.database.pool, subject, 'sweep')).toEqual({ kind: 'nothing_owed' });
    expect(await caseOf(subject)).toMatchObject({ state: 'dismissed' });
  });
});

describe('news', () => {
  test('that came before is looked at first: what is being looked at can’t be dismissed', async () => {
    const subject = await retrying(randomUUID());
    await site.database.pool.query(
      `update reconciler.reconciliations set generation = generation + 1, state = 'pending',
              reason = null, due_at = now() where subject = $1`,
      [subject],
    );
    const refused = dismiss(site.database, SHELL, subject, WHY);
    await expect(refused).rejects.toMatchObject({ fault: 'refused' });
    expect(await caseOf(subject)).toMatchObject({ state: 'pending' });
  });

  test('that comes after, with the run still under way, is looked at after it, and opens the case', async () => {
    const subject = await retrying(randomUUID());
    const run = await begin(subject);
    await dismiss(site.database, SHELL, subject, WHY);
    await site.database.pool.query(
      `update reconciler.reconciliations set generation = generation + 1, state = 'pending',
              reason = null, dismissed_by = null, dismissed_why = null, due_at = now() where subject = $1`,
      [subject],
    );
    await finish(run, await factsOf(run));
    expect(await caseOf(subject)).toMatchObject({ state: 'pending' });
    await look(site.reconciler, subject);
    expect(await caseOf(subject)).toMatchObject({ state: 'retrying', reason: 'user_not_found' });
  });
});
