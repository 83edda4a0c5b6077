import { describe, expect, test } from 'vitest';
import { useDeskOfTwo } from '../fixtures/desk-of-two.ts';
import { startReceiver } from '../fixtures/endpoints.ts';
import { runHere } from '../fixtures/here.ts';
import { insertRows, minutesAgo } from '../fixtures/site/insert.ts';

const two = useDeskOfTwo(['alerts', 'alert_notices', 'alert_silences']);

const add = (...alerts: { rule: string; about?: string; ended_at?: string }[]) =>
  insertRows(
    two.desk.database.pool,
    'alerts',
    alerts.map(({ rule, about = '', ended_at = null }) => ({
      ...{ rule, about, ended_at, sentence: 'It has been <b>so</b> for 14 minutes.' },
      ...{ began_at: minutesAgo(14), seen_at: minutesAgo(0) },
    })),
  );

describe('the page', () => {
  test('says what is wrong, since when, where it is seen to, and what to do', async () => {
    await add(
      { rule: 'seam_away', about: 'hotels' },
      { rule: 'reason_jump', about: 'user_not_found' },
      { rule: 'endpoint_failing', about: '7' },
    );
    const { text, status } = await two.desk.clerks.viewer.get('/support/alerts');
    expect(status).toBe(200);
    expect(text).toContain('<h3>Seam can’t be reached: Hotels (hotels)</h3>');
    expect(text).toContain('It has been &lt;b&gt;so&lt;/b&gt; for 14 minutes.');
    expect(text).toMatch(/What to do: .*<code>docs\/runbooks\/seam-away\.md<\/code>/);
    expect(text).toContain('href="/support/connections?state=open&amp;reason=user_not_found"');
    expect(text).toContain('href="/support/endpoints/7"');
    expect(text).toContain('Told to: <span class="faint">No one');
    expect(text.match(/<small>requires the role on-call<\/small>/g)).toHaveLength(4);
  });

  test('has what is over within 30 days, page by page', async () => {
    await add(...Array.from({ length: 51 }, () => ({ rule: 'backlog', ended_at: minutesAgo(3) })));
    const { text } = await two.desk.clerks.viewer.get('/support/alerts');
    expect(text).toContain('Nothing is wrong: no alert is open.');
    expect(text.match(/Checks wait too long<\/strong>/g)).toHaveLength(50);
    const [, older = ''] = /href="(\/support\/alerts\?cursor=[^"]+)">Older/.exec(text) ?? [];
    const next = await two.desk.clerks.viewer.get(older);
    expect(next.text.match(/Checks wait too long<\/strong>/g)).toHaveLength(1);
  });

  test('the menu counts those that are open, and home says so', async () => {
    const calm = await two.desk.clerks.viewer.get('/support');
    expect(calm.text).toMatch(/data-go="l">Alerts<\/a>/);
    expect(calm.text).not.toContain('View alerts');
    await add(
      { rule: 'backlog' },
      { rule: 'no_worker' },
      { rule: 'silence', ended_at: minutesAgo(1) },
    );
    const { text } = await two.desk.clerks.viewer.get('/support');
    expect(text).toMatch(/Alerts <span class="state bad">2<span class="hidden"> open<\/span>/);
    expect(text).toMatch(/2 alerts are open<\/span>: <a href="\/support\/alerts">/);
  });
});

describe('the form', () => {
  test('silences what was chosen, says so with who and why, and ends it', async () => {
    await add({ rule: 'seam_away', about: 'hotels' });
    const { 'on-call': onCall } = two.desk.clerks;
    const form = await onCall.get('/support/alerts/silence?what=seam_away+hotels');
    expect(form.text).toContain(
      '<option value="seam_away hotels" selected>Seam can’t be reached: Hotels (hotels)</option>',
    );
    const why = 'Seam <b>told</b> us';
    const made = await onCall.post('/support/alerts/silence', {
      ...{ what: 'seam_away hotels', why, for: '4h' },
    });
    expect(made.url).toBe('/support/alerts');
    expect(made.text).toContain('Silenced: Seam can’t be reached: Hotels (hotels).');
    expect(made.text).toMatch(/Silenced<\/span> until .* by a on-call: “Seam &lt;b&gt;told/);
    const ended = await onCall.post('/support/alerts/silences/1/end');
    expect(ended.text).toContain('Silence ended: Seam can’t be reached: Hotels (hotels).');
    expect(ended.text).not.toContain('“Seam &lt;b&gt;told');
    expect(await two.auditRows()).toMatchObject([
      { action: 'silence_alerts', target: 'alerts:seam_away:hotels', face: 'console', why },
      { action: 'end_silence', target: 'alerts:seam_away:hotels', actor_name: 'a on-call' },
    ]);
  });

  test('that can’t be taken comes back with what was typed', async () => {
    const shown = await two.desk.clerks.admin.post('/support/alerts/silence', {
      ...{ what: 'backlog', why: ' ', for: 'date', until_when: '2020-01-01' },
    });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('<a href="#silence-why">Say why');
    expect(shown.text).toContain('<a href="#silence-until">Choose a time that is still to come.');
    expect(shown.text).toContain('<option value="backlog" selected>');
    expect(shown.text).toContain('value="2020-01-01"');
    expect(await two.auditRows()).toEqual([]);
  });

  test('sent twice silences once', async () => {
    const fields = { what: '', why: 'first', for: '1h', once: 'the same' };
    await two.desk.clerks.admin.post('/support/alerts/silence', fields);
    const again = await two.desk.clerks.admin.post('/support/alerts/silence', fields);
    expect(again.text).toContain('This was already done');
    expect(await two.auditRows()).toHaveLength(1);
  });
});

describe('the other faces', () => {
  test('the API lists, silences, and ends that; the same key silences once', async () => {
    await add({ rule: 'backlog' }, { rule: 'no_worker', ended_at: minutesAgo(1) });
    const body = { rule: 'backlog', until: '2h', why: 'a test' };
    const silence = () => two.desk.call('on-call', 'POST', '/alerts/silences', { body, key: 'k1' });
    expect(await silence()).toMatchObject({ status: 201, body: { silence: { id: 1 } } });
    expect(await silence()).toMatchObject({ status: 201, body: { silence: { id: 1 } } });
    const silenced = { id: 1, rule: 'backlog', about: null, why: 'a test', by: 'a on-call' };
    expect(await two.desk.call('viewer', 'GET', '/alerts')).toMatchObject({
      status: 200,
      body: {
        alerts: [{ rule: 'backlog', silence: silenced }, { rule: 'no_worker' }],
        silences: [silenced],
        next_cursor: null,
      },
    });
    const { body: page } = await two.desk.call('viewer', 'GET', '/alerts?limit=1');
    const { next_cursor: next } = page as { next_cursor: string };
    expect(await two.desk.call('viewer', 'GET', `/alerts?cursor=${next}`)).toMatchObject({
      body: { alerts: [{ rule: 'no_worker' }] },
    });
    expect(await two.desk.call('viewer', 'GET', '/alerts?open=true')).toMatchObject({
      body: { alerts: [{ rule: 'backlog' }], next_cursor: null },
    });
    expect(await two.desk.call('viewer', 'GET', '/queue')).toMatchObject({
      body: { open_alerts: 1 },
    });
    const end = () => two.desk.call('on-call', 'POST', '/alerts/silences/1/end', { body: {} });
    expect(await end()).toMatchObject({ status: 200, body: { ended: silenced } });
    expect(await end()).toMatchObject({ status: 409 });
    expect(await two.auditRows()).toHaveLength(2);
  });

  test('the API names what is wrong with a silence', async () => {
    const body = { until: '90d', why: '', time_zone: 'UTC' };
    const { status, body: answer } = await two.desk.call('admin', 'POST', '/alerts/silences', {
      body,
    });
    expect(status).toBe(422);
    expect(answer).toMatchObject({
      error: { faults: { why: expect.any(String), until: 'Choose a time within 30 days.' } },
    });
  });

  test('the commands list, silence and end that; "queue status" has a line', async () => {
    await add({ rule: 'backlog' }, { rule: 'no_worker', ended_at: minutesAgo(1) });
    const env = { DATABASE_URL: two.desk.database.url, OPERATOR_NAME: 'ada at the shell' };
    const run = (...args: string[]) => runHere(args, env);
    expect((await run('queue', 'status')).stdout).toContain('ALERTS open: 1 ("alert list"');
    expect(await run('alert', 'silence', 'backlog', '--for', '2h')).toMatchObject({ code: 2 });
    expect(await run('alert', 'silence', 'boredom', '--for', '2h', '--why', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no such rule.'),
    });
    const made = await run('alert', 'silence', 'backlog', '--for', '2h', '--why', 'we know');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('"alert unsilence 1"') });
    const { stdout } = await run('alert', 'list');
    expect(stdout).toMatch(/^backlog: OPEN since \S+: It has been/);
    expect(stdout).toMatch(/^ {2}Silenced until \S+ by ada at the shell: we know$/m);
    expect(stdout).not.toContain('no_worker');
    const told = JSON.parse((await run('alert', 'list', '--all', '--json')).stdout);
    expect(told).toMatchObject({ alerts: [{}, { rule: 'no_worker' }], silences: [{ id: 1 }] });
    expect(await run('alert', 'unsilence', '1')).toMatchObject({ code: 0 });
    expect(await run('alert', 'unsilence', '1')).toMatchObject({ code: 4 });
    expect((await run('alert', 'silence', 'all', '--for', '1d', '--why', 'x')).stdout).toMatch(
      /^all: silenced until/,
    );
  });

  test('"alert test" says of each channel whether it got there', async () => {
    await using app = await startReceiver();
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    app.verifyWith(secret);
    const env = {
      DATABASE_URL: two.desk.database.url,
      ENDPOINT_PRIVATE_NETWORKS: '127.0.0.0/8',
      ALERT_URL: app.url,
      ALERT_URL_SECRET: secret,
      ALERT_SLACK_URL: 'http://127.0.0.1:1/none',
    };
    const url = await runHere(['alert', 'test', '--channel', 'url'], env);
    expect(url).toMatchObject({ code: 0, stdout: 'url: it was taken\n' });
    expect(app.got).toMatchObject([{ type: 'alert.test' }]);
    const all = await runHere(['alert', 'test', '--json'], env);
    expect(all.code).toBe(1);
    expect(JSON.parse(all.stdout).tested).toMatchObject([
      { channel: 'slack', ok: false, fault: expect.any(String) },
      { channel: 'url', ok: true, fault: null },
    ]);
    expect(await runHere(['alert', 'test', '--channel', 'email'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('set are: slack, url'),
    });
    const none = await runHere(['alert', 'test'], { DATABASE_URL: two.desk.database.url });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('no channel is set') });
    expect(app.got).toHaveLength(2);
  });
});
