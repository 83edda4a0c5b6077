import { describe, expect, test } from 'vitest';
import { noBuckets } from '../../src/metrics/timings.ts';
import { useDeskOfTwo } from '../fixtures/desk-of-two.ts';
import { runHere } from '../fixtures/here.ts';

const two = useDeskOfTwo([
  'pauses',
  'processes',
  'acknowledgements',
  'workspace_holds',
  'reconciliations',
]);

describe('the queue page', () => {
  test('says who paused it, since when and why, and Resume ends that', async () => {
    const { 'on-call': onCall, viewer } = two.desk.clerks;
    const paused = await onCall.post('/support/queue/pause', { why: 'Seam <b>asked</b> us to' });
    expect(paused.url).toBe('/support/queue');
    expect(paused.text).toContain('Queue paused. Every worker');
    const seen = (await viewer.get('/support/queue')).text;
    expect(seen).toMatch(/Paused<\/span> by a on-call, .*“Seam &lt;b&gt;asked&lt;\/b&gt; us to”/);
    expect(seen).toMatch(/<button type="submit" class="main" disabled>Resume<\/button>/);
    const resumed = await onCall.post('/support/queue/resume', { workspace_id: '' });
    expect(resumed.text).toContain('Queue resumed');
    expect(await two.auditRows()).toEqual([
      {
        action: 'pause_queue',
        target: 'queue',
        actor_name: 'a on-call',
        face: 'console',
        why: 'Seam <b>asked</b> us to',
      },
      expect.objectContaining({ action: 'resume_queue', target: 'queue', face: 'console' }),
    ]);
  });

  test('one workspace can be paused by itself', async () => {
    await two.desk.clerks.admin.post('/support/queue/pause', { why: 'x', workspace_id: 'hotels' });
    const { text } = await two.desk.clerks.viewer.get('/support/queue');
    expect(text).toContain('Hotels (hotels) is paused');
    expect((await two.auditRows())[0]).toMatchObject({ target: 'queue:hotels' });
  });

  test('says what the coverage leaves out, of the workspaces that are served', async () => {
    const { pool } = two.desk.database;
    await pool.query(
      `insert into reconciler.backfills (workspace, covered_from, covered_until, due_at)
       select id, '2026-11-01T00:00Z', '2026-11-02T00:00Z', now() from unnest(array['hotels', 'flats']) as id`,
    );
    await pool.query(
      `insert into reconciler.backfill_gaps (workspace, gap_from, gap_until, why, next_try_at)
       select id, '2026-11-01T10:00:00.123Z', '2026-11-01T10:00:00.124Z', 'Too <b>many</b>.', now() + interval '1 h'
         from unnest(array['hotels', 'gone']) as id`,
    );
    const { text } = await two.desk.clerks.viewer.get('/support/queue');
    expect(text.match(/is accounted for, except in the gaps below/g)).toHaveLength(1);
    expect(text.match(/<code>2026-11-01T10:00:00.123Z<\/code>/g)).toHaveLength(1);
    expect(text).toContain('Too &lt;b&gt;many&lt;/b&gt;.');
    await pool.query('truncate reconciler.backfills, reconciler.backfill_gaps');
  });

  test('without a reason nothing is paused, and what was chosen is kept', async () => {
    const shown = await two.desk.clerks.admin.post('/support/queue/pause', {
      why: ' ',
      workspace_id: 'flats',
    });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('<a href="#why">Say why');
    expect(shown.text).toContain('aria-invalid="true" aria-describedby="why-fault"');
    expect(shown.text).toContain('<option value="flats" selected>');
    expect(await two.auditRows()).toEqual([]);
  });

  test('the same form sent twice pauses once; a second pause is told of the first', async () => {
    const { admin } = two.desk.clerks;
    await admin.post('/support/queue/pause', { why: 'first', once: 'the same' });
    const again = await admin.post('/support/queue/pause', { why: 'first', once: 'the same' });
    expect(again.text).toContain('This was already done');
    const other = await admin.post('/support/queue/pause', { why: 'second' });
    expect(other.status).toBe(409);
    expect(other.text).toContain('by a admin since');
    expect(await two.auditRows()).toHaveLength(1);
  });

  test('tells of Seam, the workers, and those that were lost', async () => {
    await two.desk.database.pool.query(
      `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
       values ('flats', 'seam_rate_limited', '429', now() + interval '1 min')`,
    );
    await two.desk.database.pool.query(
      `insert into reconciler.processes (id, kind, host, pid, version, seen_at, running, concurrency, trouble)
       values ('1', 'work', 'alpha', 11, '1.2.3', now(), 3, 10, 'checks have been due'),
              ('2', 'work', 'beta', 12, '1.2.3', now() - interval '31 s', 0, 10, null),
              ('3', 'serve', 'gamma', 13, '1.2.3', now(), 0, null, null)`,
    );
    const { text } = await two.desk.clerks.viewer.get('/support/queue');
    expect(text).toMatch(/flats is held<\/span>.*Seam has asked us to slow down\./s);
    expect(text).toMatch(/Hotels \(hotels\): .*Responding/);
    expect(text).toMatch(/on alpha, process 11.*Unhealthy<\/span>: checks have been due.*3 of 10/s);
    expect(text).toMatch(/on beta, process 12.*Lost<\/span>/s);
    expect(text).toMatch(/on gamma, process 13.*Healthy<\/span>/s);
  });

  test('draws the last hour: failing looks, and how long looks and answers took', async () => {
    const buckets = noBuckets();
    buckets[4] = 100;
    await two.desk.database.pool.query(
      `insert into reconciler.acknowledgements (minute, process_id, count, buckets)
       values (date_trunc('minute', now()) - interval '5 min', 'one', 100, $1)`,
      [JSON.stringify(buckets)],
    );
    await two.desk.database.pool.query(
      `with subject as (
         insert into reconciler.reconciliations (subject, generation, observed_generation, state)
         values ('connected_account:a', 1, 1, 'failed') returning subject
       )
       insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome)
       select subject, 1, 'delivery', now() - interval '3 min',
              now() - interval '3 min' + n * interval '10 ms', case when n < 3 then 'failed' else 'linked' end
         from subject, generate_series(1, 4) as n`,
    );
    const { text } = await two.desk.clerks.viewer.get('/support/queue/history');
    expect(text).toContain('Failed: latest 0, highest 2');
    expect(text).toMatch(/p95: latest 39 ms/);
    expect(text).toMatch(/p99: latest 7\.0 ms/);
  });
});

describe('the other faces', () => {
  test('the API pauses, tells, and resumes; the same key pauses once', async () => {
    const body = { why: 'a test', workspace_id: 'hotels' };
    const pause = () => two.desk.call('on-call', 'POST', '/queue/pause', { body, key: 'k1' });
    expect(await pause()).toMatchObject({ status: 201, body: { pause: { why: 'a test' } } });
    expect(await pause()).toMatchObject({ status: 201, body: { pause: { why: 'a test' } } });
    expect(await two.desk.call('viewer', 'GET', '/queue')).toMatchObject({
      status: 200,
      body: {
        pauses: [{ workspace_id: 'hotels', by: 'a on-call', why: 'a test' }],
        seam: [
          { workspace_id: 'hotels', state: 'ok' },
          { workspace_id: 'flats', state: 'ok' },
        ],
        processes: [],
      },
    });
    const resume = () =>
      two.desk.call('on-call', 'POST', '/queue/resume', { body: { workspace_id: 'hotels' } });
    expect(await resume()).toMatchObject({ status: 200, body: { resumed: { by: 'a on-call' } } });
    expect(await resume()).toMatchObject({ status: 409, body: { error: { type: 'conflict' } } });
    expect(await two.auditRows()).toHaveLength(2);
  });

  test('the API names what is wrong with a pause', async () => {
    const body = { why: '', workspace_id: 'castles' };
    const { status, body: answer } = await two.desk.call('admin', 'POST', '/queue/pause', { body });
    expect(status).toBe(422);
    expect(answer).toMatchObject({
      error: { faults: { why: expect.any(String), workspace_id: expect.any(String) } },
    });
  });

  test('the commands know a workspace by its name, and end with a code of their own', async () => {
    const env = {
      DATABASE_URL: two.desk.database.url,
      SEAM_WORKSPACES: JSON.stringify([{ workspace_id: 'hotels', name: 'Hotels' }]),
      OPERATOR_NAME: 'ada at the shell',
    };
    const queue = (...args: string[]) => runHere(['queue', ...args], env);
    expect(await queue('pause')).toMatchObject({ code: 2 });
    expect(await queue('pause', '--why', 'x', '--workspace', 'Castles')).toMatchObject({ code: 2 });
    const paused = await queue('pause', '--why', 'x', '--workspace', 'Hotels');
    expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining('Hotels (hotels)') });
    expect(paused.stdout).toContain('"queue resume --workspace hotels"');
    expect(await queue('pause', '--why', 'y', '--workspace', 'hotels')).toMatchObject({ code: 4 });
    expect((await queue('status')).stdout).toContain('"queue resume --workspace hotels"');
    const told = JSON.parse((await queue('status', '--json')).stdout);
    expect(told.pauses).toMatchObject([{ workspace_id: 'hotels', by: 'ada at the shell' }]);
    expect(await queue('resume')).toMatchObject({ code: 4 });
    expect(await queue('resume', '--workspace', 'Hotels')).toMatchObject({ code: 0 });
  });
});
