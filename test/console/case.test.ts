import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email) values ('u1', 'Ada', 'ada@app.example')`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const pathOf = (subject: string, ...more: string[]): string =>
  ['/support/connections', encodeURIComponent(subject), ...more].join('/');
const apiPathOf = (subject: string, ...more: string[]): string =>
  ['/connections', encodeURIComponent(subject), ...more].join('/');

const add = async (id: string, of: { state?: string; reason?: string } = {}): Promise<string> => {
  const subject = `connect_webview:${id}`;
  await addConnection(desk.database, {
    subject,
    reason: 'user_not_found',
    accountId: `account_${id}`,
    claimedUserId: 'u1',
    ...of,
  });
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, account_type_display_name, display_name, user_identifier,
             custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
     values ($1, 'August', 'Home of Ada', '{"email": "ada@locks.example"}', '{}', '[]', '[]', '[]',
             'connected', 1)`,
    [`account_${id}`],
  );
  const run = `insert into reconciler.runs
      (subject, generation, trigger, started_at, finished_at, outcome, reason, detail, seam_request_id)
      values ($1, 1, $2, now() - $3 * interval '1 s', now(), $4, $5, $6, 'request_1')`;
  await pool.query(run, [subject, 'delivery', 60, 'failed', 'seam_unavailable', 'the older fault']);
  await pool.query(run, [subject, 'person', 2, 'failed', 'user_not_found', 'the newer fault']);
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ($1, 'connected_account.connected', $2, $3, '{}')`,
    [`event_${id}`, subject, Buffer.from('{"who": "ada@locks.example", "token": "abc123"}')],
  );
  return subject;
};

describe('the case page', () => {
  test('says first how it stands by the newest run, whatever an older one ran into', async () => {
    const subject = await add('newest');
    const { text } = await desk.clerks.support.get(pathOf(subject));
    expect(text).toContain('August account connected, but none of our users matches it.');
    const [now = '', rest = ''] = text.split('id="case-actions"');
    expect(now).toContain('the newer fault');
    expect(now).not.toContain('the older fault');
    expect(rest).toContain('the older fault');
    expect(rest).toContain('request_1');
  });

  test('says when it was checked, and when the next check is', async () => {
    const subject = await add('checked', { state: 'retrying' });
    const wait = (due: string) =>
      desk.database.pool.query(
        `update reconciler.reconciliations
            set observed_generation = generation - 1, due_at = now() + $2::interval where subject = $1`,
        [subject, due],
      );
    const told = async (): Promise<string> => {
      const { text } = await desk.clerks.viewer.get(pathOf(subject));
      return text.replaceAll(/<[^>]*>/g, '');
    };
    await wait('150 s');
    expect(await told()).toMatch(/Checked (just now|\d+ s ago): Failed: .*Next check in 2 min\./);
    await wait('-1 s');
    expect(await told()).toContain('Next check due now.');
  });

  test('masks e-mails for viewers, and shows them to support; payloads likewise', async () => {
    const subject = await add('masked');
    const paths = [pathOf(subject), pathOf(subject, 'deliveries', 'event_masked')];
    for (const path of paths) {
      const seenBy = async (role: 'viewer' | 'support') => (await desk.clerks[role].get(path)).text;
      expect(await seenBy('viewer')).not.toContain('ada@');
      expect(await seenBy('support')).toContain('ada@');
      expect(await seenBy('support')).not.toContain('abc123');
    }
  });

  test('nobody’s case is a page that says so, whatever stands in the address', async () => {
    for (const subject of ['connect_webview:none', 'x', '<script>alert(1)</script>']) {
      const shown = await desk.clerks.viewer.get(pathOf(subject));
      expect(shown.status).toBe(404);
      expect(shown.text).not.toContain('<script>alert');
    }
    const other = await add('other');
    const shown = await desk.clerks.viewer.get(pathOf(other, 'deliveries', 'event_masked'));
    expect(shown.status).toBe(404);
  });

  test('long lists are cut, and lead on to the older ones', async () => {
    const subject = await add('long');
    await desk.database.pool.query(
      `insert into reconciler.runs (subject, generation, trigger, detail)
       select $1, 1, 'sweep', 'run No. ' || n || '.' from generate_series(1, 60) n`,
      [subject],
    );
    const { text } = await desk.clerks.viewer.get(pathOf(subject));
    expect(text).toContain('run No. 60.');
    expect(text).not.toContain('run No. 10.');
    const older = /href="([^"]*runs_before=[^"]*)"/.exec(text)?.[1] ?? '';
    const next = await desk.clerks.viewer.get(older.replaceAll('&amp;', '&'));
    expect(next.text).toContain('run No. 10.');
    expect(next.text).not.toContain('Older runs');
  });

  test('a note that can’t be kept comes back with what is wrong, and with what was typed', async () => {
    const subject = await add('typed');
    const typed = `<b>${'x'.repeat(5_000)}`;
    const shown = await desk.clerks.support.post(pathOf(subject, 'notes'), { text: typed });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('role="alert"');
    expect(shown.text).toContain('aria-invalid="true"');
    expect(shown.text).toContain(`&lt;b&gt;${'x'.repeat(5_000)}</textarea>`);
  });

  test('is dismissed with a note, which is asked for, and opened again by the notice’s button', async () => {
    const subject = await add('aside');
    const { support, viewer } = desk.clerks;
    expect((await support.post(pathOf(subject, 'dismiss'), { why: ' ' })).status).toBe(422);
    const dismissed = await support.post(pathOf(subject, 'dismiss'), { why: 'A test of ours.' });
    expect(dismissed.text).toContain('Dismissed. It reopens automatically');
    expect(dismissed.text).toContain('A test of ours.');
    expect(dismissed.text).toContain(`action="${pathOf(subject, 'reopen')}"`);
    expect((await viewer.get(pathOf(subject))).text).toContain('requires the role support');
    const opened = await support.post(pathOf(subject, 'reopen'));
    expect(opened.text).toContain('Needs attention');
    expect((await support.post(pathOf(subject, 'reopen'))).status).toBe(409);
  });
});

describe('the API says and does the same', () => {
  test('the whole case, a delivery, a note, dismissed, opened again', async () => {
    const subject = await add('api');
    const note = { body: { text: 'From a program.' }, key: 'n1' };
    for (const _ of [1, 2]) {
      const kept = await desk.call('support', 'POST', apiPathOf(subject, 'notes'), note);
      expect(kept).toMatchObject({ status: 201, body: { text: 'From a program.' } });
    }
    const why = { body: { why: 'No more.', generation: 1 } };
    const dismissed = await desk.call('support', 'POST', apiPathOf(subject, 'dismiss'), why);
    expect(dismissed).toMatchObject({ status: 200, body: { state: 'dismissed' } });
    const found = await desk.call('viewer', 'GET', apiPathOf(subject));
    expect(found.body).toMatchObject({
      subject,
      state: 'dismissed',
      account: { identifier: 'a•••@l•••.example' },
      user: { user_id: 'u1', how: 'named', email: 'a•••@a•••.example', is_ours: true },
      notes: [{ text: 'No more.' }, { text: 'From a program.' }],
      changes: [{ action: 'dismiss', face: 'api' }, { action: 'note' }],
      more: { runs: false },
    });
    const payload = await desk.call(
      'support',
      'GET',
      apiPathOf(subject, 'deliveries', 'event_api'),
    );
    expect(payload.body).toMatchObject({
      payload: { who: 'ada@locks.example', token: expect.stringContaining('secret') },
    });
    const opened = await desk.call('support', 'POST', apiPathOf(subject, 'reopen'), { body: {} });
    expect(opened).toMatchObject({ status: 200, body: { state: 'failed' } });
    const log = await desk.call('viewer', 'GET', '/audit-log?target=api&limit=2');
    expect(log.body).toMatchObject({
      changes: [{ action: 'reopen' }, { action: 'dismiss', why: 'No more.' }],
      next: expect.any(Number),
    });
  });

  test('what can’t be is said: nothing there, nothing to dismiss, news since', async () => {
    const subject = await add('linked', { state: 'linked' });
    const stale = await add('stale');
    const dismissing = async (which: string, generation: number) =>
      (
        await desk.call('support', 'POST', apiPathOf(which, 'dismiss'), {
          body: { why: 'x', generation },
        })
      ).status;
    expect(await dismissing('connect_webview:none', 1)).toBe(404);
    expect(await dismissing(subject, 1)).toBe(409);
    expect(await dismissing(stale, 7)).toBe(409);
  });
});

describe('the audit log', () => {
  test('is filtered by the address, shown with its links, and read as a file safe for spreadsheets', async () => {
    const subject = await add('logged');
    await desk.clerks.support.post(pathOf(subject, 'notes'), { text: '=cmd()' });
    await desk.clerks.support.post(pathOf(subject, 'dismiss'), { why: '=HYPERLINK("x")' });
    const shown = await desk.clerks.viewer.get('/support/audit-log?target=logged&what=dismiss');
    expect(shown.text).toContain('dismissed');
    expect(shown.text).toContain(`href="${pathOf('connected_account:account_logged')}"`);
    expect(shown.text).not.toContain('added a note</td>');
    const file = await desk.clerks.viewer.get('/support/audit-log.csv?target=logged');
    expect(file.headers.get('content-disposition')).toContain('audit-log.csv');
    const lines = file.text.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`);
  });

  test('says what is wrong with a filter, and keeps it', async () => {
    const shown = await desk.clerks.viewer.get('/support/audit-log?since=soon&actor=Ada');
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('href="#since"');
    expect(shown.text).toContain('value="soon"');
    expect(shown.text).toContain('value="Ada"');
  });
});
