import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* What the latest comparison found, as people read of it and have it fixed. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const query = (text: string, values: unknown[] = []) => desk.database.pool.query(text, values);

const WITHHELD = "Nothing was ended: Seam doesn't list 2 of 3 accounts.";

beforeEach(async () => {
  await query(
    'truncate reconciler.audits, reconciler.reconciliations, reconciler.audit_log cascade',
  );
  const { rows } = await query(
    `insert into reconciler.audits (finished_at, is_scheduled, phase, listed, counts, withheld)
     values (now(), true, 'done', 9,
             '{"linked_right": 5, "not_linked": 2, "gone": 2, "names_nobody": 1, "withheld:": 1, "living:": 3}', $1)
     returning id`,
    [WITHHELD],
  );
  await query(
    `insert into reconciler.audit_findings (audit_id, connected_account_id, kind, linked_user_id, claimed_user_id)
     values ($1, 'a1', 'not_linked', null, 'ada'), ($1, 'a2', 'not_linked', null, 'ada@locks.example'),
            ($1, 'a3', 'gone', 'ada', null), ($1, 'a4', 'gone', null, null),
            ($1, 'a5', 'names_nobody', null, 'who')`,
    [rows[0].id],
  );
});

const asked = async (): Promise<string[]> => {
  const { rows } = await query('select subject from reconciler.reconciliations order by subject');
  return rows.map(({ subject }) => subject);
};

describe('over the API', () => {
  test('the latest that finished is told, and a later one that has stopped', async () => {
    await query(
      `insert into reconciler.audits (is_scheduled, listed, failure) values (true, 4, 'Seam: it is down')`,
    );
    const { body } = await desk.call('viewer', 'GET', '/drift');
    expect(body).toMatchObject({
      finished: {
        scheduled: true,
        listed: 9,
        right: 5,
        withheld: WITHHELD,
        findings: [
          { finding: 'not_linked', count: 2, to_fix: 2, mend: 'fix' },
          { finding: 'gone', count: 2, to_fix: 0, mend: 'fix' },
          { finding: 'names_nobody', count: 1, to_fix: null, mend: 'choice' },
        ],
      },
      to_fix: 2,
      withheld: 2,
      unfinished: { under_way: false, finished_at: null, listed: 4, failure: 'Seam: it is down' },
    });
  });

  test('before the first one there is nothing, and nothing to fix', async () => {
    await query('truncate reconciler.audits cascade');
    expect((await desk.call('viewer', 'GET', '/drift')).body).toEqual({
      finished: null,
      unfinished: null,
      to_fix: 0,
      withheld: 0,
    });
    const { body } = await desk.call('viewer', 'GET', '/drift/findings');
    expect(body).toMatchObject({ findings: [], next_after: null });
    expect((await desk.call('on-call', 'POST', '/drift/fix', { body: {} })).status).toBe(404);
  });

  test('findings come in pages, and of one kind', async () => {
    const ids = async (of: string) => {
      const { body } = await desk.call('support', 'GET', `/drift/findings${of}`);
      const { findings, next_after: next } = body as {
        findings: { connected_account_id: string }[];
        next_after: string | null;
      };
      return [findings.map(finding => finding.connected_account_id), next];
    };
    expect(await ids('?limit=2')).toEqual([['a1', 'a2'], 'a2']);
    expect(await ids('?limit=2&after=a4')).toEqual([['a5'], null]);
    expect(await ids('?finding=gone')).toEqual([['a3', 'a4'], null]);
  });

  test('an e-mail that serves as a user’s id is hidden from a viewer, also in what would change', async () => {
    const of = async (role: 'viewer' | 'support') =>
      JSON.stringify((await desk.call(role, 'GET', '/drift/findings')).body);
    expect(await of('support')).toContain('link it to ada@locks.example');
    expect(await of('viewer')).not.toContain('ada@locks.example');
  });

  test('one kind is fixed, or all; what is withheld is not, until somebody says why it may end', async () => {
    const fix = (body: object) => desk.call('on-call', 'POST', '/drift/fix', { body });
    expect(await fix({ finding: 'names_nobody' })).toMatchObject({ status: 422 });
    expect(await fix({ finding: 'not_linked' })).toMatchObject({ status: 202, body: { asked: 2 } });
    expect(await asked()).toEqual(['connected_account:a1', 'connected_account:a2']);
    expect(await fix({})).toMatchObject({ body: { asked: 0 } });
    expect(await fix({ finding: 'gone', end_missing: true })).toMatchObject({ status: 422 });
    expect(await asked()).toHaveLength(2);
    const why = 'the sandbox was reset';
    expect(await fix({ finding: 'gone', end_missing: true, why })).toMatchObject({
      body: { asked: 2 },
    });
    expect(await asked()).toHaveLength(4);
    const { body } = await desk.call('viewer', 'GET', '/drift');
    expect(body).toMatchObject({ finished: { withheld: null }, to_fix: 0, withheld: 0 });
    const { rows } = await query(
      `select action, why, after, role from reconciler.audit_log where action = 'fix_audit' order by id desc limit 1`,
    );
    expect(rows).toEqual([
      { action: 'fix_audit', why, after: { kind: 'gone', end_missing: true }, role: 'on-call' },
    ]);
  });

  test('support may read, and not fix', async () => {
    expect((await desk.call('support', 'POST', '/drift/fix', { body: {} })).status).toBe(403);
    expect(await asked()).toEqual([]);
  });
});

describe('in the console', () => {
  test('kinds with their mend or the choice, why nothing ended, and what somebody may press', async () => {
    const shown = await desk.clerks['on-call'].get('/support/drift');
    for (const text of [
      'Not linked yet',
      'Gone from Seam',
      'User not found',
      'Fix all',
      'Let 2 end',
    ]) {
      expect(shown.text).toContain(text);
    }
    expect(shown.text).toContain('Seam doesn&#39;t list 2 of 3 accounts');
    const support = await desk.clerks.support.get('/support/drift');
    expect(support.text).toContain('requires the role on-call');
  });

  test('buttons promise what they do: nothing of what is withheld, and nothing twice', async () => {
    const clerk = desk.clerks['on-call'];
    const shown = await clerk.get('/support/drift');
    expect(shown.text).toContain('Fix all<span class="hidden">: Not linked yet');
    expect(shown.text).not.toContain('Fix all<span class="hidden">: Gone from Seam');
    const gone = await clerk.get('/support/drift/gone');
    expect(gone.text).not.toContain('Fix all of these');
    expect(gone.text).toContain('Too many accounts are missing, so none was ended.');
    expect((await clerk.get('/support/drift/not_linked')).text).toContain('Fix all of these');
    await clerk.post('/support/drift/fix', { finding: 'not_linked' });
    expect((await clerk.get('/support/drift')).text).not.toContain('Fix all');
    expect((await clerk.get('/support/drift/not_linked')).text).not.toContain('Fix all of these');
  });

  test('a comparison is under way only where a process has it', async () => {
    const shown = async () => (await desk.clerks.viewer.get('/support/drift')).text;
    await query('insert into reconciler.audits (listed) values (4)');
    expect(await shown()).toContain('was started by hand');
    expect(await shown()).toContain('drift --resume');
    await query('update reconciler.audits set is_scheduled = true where finished_at is null');
    expect(await shown()).toContain('was interrupted');
    await query(
      `update reconciler.audits set leased_until = now() + interval '5 min' where finished_at is null`,
    );
    expect(await shown()).toContain('is under way');
  });

  test('which workspace it ended without is said', async () => {
    await query(`update reconciler.audits set counts = counts || '{"left_out:one": 1}'`);
    const { text } = await desk.clerks.viewer.get('/support/drift');
    expect(text).toContain('Workspace one was not compared');
  });

  test('an account that only its webview speaks of leads there, to link it for whoever may', async () => {
    await query(
      `insert into reconciler.reconciliations (subject, generation, state, connected_account_id, sweep_at, due_at)
       values ('connect_webview:w1', 1, 'pending', 'a5', now(), now())`,
    );
    const { body } = await desk.call('viewer', 'GET', '/drift/findings?finding=names_nobody');
    expect(body).toMatchObject({ findings: [{ subject: 'connect_webview:w1' }] });
    const support = await desk.clerks.support.get('/support/drift/names_nobody');
    expect(support.text).toContain('Link it by hand');
    const viewer = await desk.clerks.viewer.get('/support/drift/names_nobody');
    expect(viewer.text).not.toContain('Link it by hand');
    expect(viewer.text).toContain('Open its case');
  });

  test('without a why nothing ends, and the page says so', async () => {
    const clerk = desk.clerks['on-call'];
    const refused = await clerk.post('/support/drift/end-missing', { why: ' ' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Say why the accounts may end');
    expect(await asked()).toEqual([]);
    await clerk.post('/support/drift/end-missing', { why: 'checked with the maker' });
    expect(await asked()).toEqual(['connected_account:a3', 'connected_account:a4']);
  });

  test('a kind’s accounts, each with what to do; an e-mail is hidden from a viewer', async () => {
    const shown = await desk.clerks.support.get('/support/drift/not_linked');
    expect(shown.text).toContain('Fixing would link it to ada@locks.example.');
    const viewer = await desk.clerks.viewer.get('/support/drift/not_linked');
    expect(viewer.text).toContain('a2');
    expect(viewer.text).not.toContain('ada@locks.example');
    expect((await desk.clerks.viewer.get('/support/drift/nonsense')).status).toBe(404);
  });

  test('the home page says that something waits on a person', async () => {
    expect((await desk.clerks.viewer.get('/support')).text).toContain('Drift from Seam');
    await query('truncate reconciler.audits cascade');
    expect((await desk.clerks.viewer.get('/support')).text).not.toContain('Drift from Seam');
  });
});
