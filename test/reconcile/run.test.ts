import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { gather } from '../../src/reconcile/gather.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { useRuns } from '../fixtures/runs.ts';

const site = useRuns();
const { forever, owe, endLease, begin, reconciler, look, finish, find, connect, currentUser } =
  site;

describe('a run', () => {
  test('does nothing where nothing is owed', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    expect(await look(subject)).toMatchObject({ kind: 'finished' });
    const calls = site.seam.calls.length;
    expect(await look(subject)).toEqual({ kind: 'nothing_owed' });
    expect(site.seam.calls.length).toBe(calls);
  });

  test('comes back later when its wait is not over', async () => {
    const { subject } = await connect('nobody');
    await owe(subject);
    await look(subject);
    expect(await look(subject)).toMatchObject({ kind: 'not_due', dueInMs: expect.any(Number) });
    expect((await find(subject)).runs).toHaveLength(1);
  });

  test('that is slower never overwrites what a run that read later has written', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const slow = await begin(subject);
    const oldFacts = await gather(site.sources, slow, forever);
    await connect('grace', accountId);
    expect(await look(subject)).toMatchObject({ kind: 'not_due' });
    await endLease(subject);
    const quick = await begin(subject);
    await finish(quick, await gather(site.sources, quick, forever));
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect(await finish(slow, oldFacts)).toMatchObject({
      outcome: 'superseded',
      nextLookInMs: null,
    });
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect((await find(subject)).runs).toMatchObject([
      { outcome: 'linked' },
      { id: slow.id, outcome: 'interrupted' },
    ]);
  });

  test('is superseded also by a run of another subject of the same account, and then looks again', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const slow = await begin(subject);
    const oldFacts = await gather(site.sources, slow, forever);
    await connect('grace', accountId);
    const other: Subject = `connected_account:${accountId}`;
    await owe(other);
    await look(other);
    expect(await finish(slow, oldFacts)).toMatchObject({ outcome: 'superseded', nextLookInMs: 0 });
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'already_linked' } });
  });

  test('settles only what it had read when news came meanwhile', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    const run = await begin(subject);
    await owe(subject);
    const applied = await finish(run, await gather(site.sources, run, forever));
    expect(applied).toMatchObject({ outcome: 'linked', nextLookInMs: 1_000 });
    expect(await find(subject)).toMatchObject({
      state: 'pending',
      generation: 2,
      observed_generation: 1,
    });
  });

  test('done twice changes nothing the second time', async () => {
    const { subject, accountId } = await connect('ada');
    for (const outcome of ['linked', 'already_linked', 'already_linked']) {
      await owe(subject);
      expect(await look(subject)).toMatchObject({ ending: { outcome } });
    }
    const { rows } = await site.database.pool.query(
      'select user_id from reconciler.links where connected_account_id = $1',
      [accountId],
    );
    expect(rows).toEqual([{ user_id: 'ada' }]);
  });

  test('of two subjects at once on one account leaves one link', async () => {
    const { subject, accountId } = await connect('ada');
    const other: Subject = `connected_account:${accountId}`;
    await Promise.all([owe(subject), owe(other)]);
    await Promise.all([look(subject), look(other)]);
    await Promise.all([look(subject), look(other)]);
    expect(await currentUser(accountId)).toEqual(['ada']);
    expect(await find(subject)).toMatchObject({ state: 'linked', observed_generation: 1 });
    expect(await find(other)).toMatchObject({ state: 'linked', observed_generation: 1 });
  });

  test('gives up after its tries, and says why', async () => {
    const subject: Subject = `connect_webview:${randomUUID()}`;
    await owe(subject);
    for (let tries = 1; tries <= 4; tries++) {
      await site.database.pool.query(
        'update reconciler.reconciliations set due_at = now() where subject = $1',
        [subject],
      );
      await look(subject);
    }
    expect(await find(subject)).toMatchObject({
      state: 'failed',
      reason: 'webview_not_found',
      attempts: 4,
      observed_generation: 1,
    });
    await owe(subject);
    expect(await find(subject)).toMatchObject({ attempts: 0 });
  });

  test('that Seam fails uses up no tries and stays owed', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    site.seam.interfere(() => response => response.writeHead(503).end('busy'));
    const report = await look(subject);
    site.seam.interfere(null);
    expect(report).toMatchObject({ ending: { reason: 'seam_unavailable' } });
    expect(await find(subject)).toMatchObject({
      state: 'retrying',
      reason: 'seam_unavailable',
      attempts: 0,
      observed_generation: 0,
    });
  });

  test('that is given up half way stays owed and writes nothing', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const stopping = new AbortController();
    site.seam.interfere(() => () => stopping.abort(new Error('stopping')));
    const run = reconcile(reconciler(), subject, 'delivery', stopping.signal);
    await expect(run).rejects.toThrow('stopping');
    site.seam.interfere(null);
    expect(await currentUser(accountId)).toEqual([]);
    expect(await find(subject)).toMatchObject({ state: 'pending', observed_generation: 0 });
    await look(subject);
    expect(await currentUser(accountId)).toEqual(['ada']);
  });
});
