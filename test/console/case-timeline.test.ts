import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* One connection of an account and two webviews, whose lock lost access yesterday and has it again. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { pool } = desk.database;
  for (const [subject, account, state] of [
    ['connect_webview:w1', 'a', 'linked'],
    ['connect_webview:w2', 'a', 'failed'],
    ['connected_account:a', 'a', 'linked'],
  ]) {
    await pool.query(
      `insert into reconciler.reconciliations
              (subject, generation, observed_generation, state, reason, connected_account_id)
       values ($1, 1, 1, $2, case when $2 = 'failed' then 'user_not_found' end, $3)`,
      [subject, state, account],
    );
  }
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, occurred_at)
     values ('e1', 'connected_account.disconnected', 'connected_account:a', '{}', '{}', '2026-11-26T12:25:00Z'),
            ('e2', 'connected_account.connected', 'connect_webview:w1', '{}', '{}', '2026-11-26T18:00:00Z')`,
  );
  await pool.query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome)
     select 'connected_account:a', 1, 'delivery', at, at, 'already_linked'
       from generate_series('2026-11-26T13:00:00Z'::timestamptz, '2026-11-26T15:00:00Z', '1 h') at`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const PATH = '/support/connections/connected_account%3Aa';

test.each(['connect_webview%3Aw1', 'connect_webview%3Aw2', 'a', 'w2'])(
  'the old address %s leads to the case, and keeps what was asked',
  async name => {
    const response = await fetch(`${desk.url}/support/connections/${name}?show=seam`, {
      headers: { cookie: desk.clerks.viewer.cookie },
      redirect: 'manual',
    });
    await response.text();
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`${PATH}?show=seam`);
  },
);

const timelineOf = async (query = ''): Promise<string> => {
  const { text } = await desk.clerks.support.get(`${PATH}${query}`);
  const [, list = ''] = /<ol class="timeline"[^>]*>(.*?)<\/ol>/s.exec(text) ?? [];
  return list.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
};

test('what all of it went through is one list, the newest first, with quiet checks folded', async () => {
  const told = await timelineOf();
  expect(told).toMatch(/has access.*Checked 3 times, nothing changed.*lost access/);
  expect(told).toContain('26 Nov 2026, 12:25:00 UTC');
});

test('it can be narrowed to what Seam said, and to checks', async () => {
  expect(await timelineOf('?show=seam')).not.toContain('Checked');
  expect(await timelineOf('?show=checks')).not.toContain('lost access');
  expect(await timelineOf('?show=nonsense')).toContain('lost access');
});

test('what is done by one name is done to all of it that it applies to, with one audit row', async () => {
  const shown = await desk.clerks.support.post('/support/connections/w1/dismiss', {
    why: 'Known.',
  });
  expect(shown.url).toBe(PATH);
  expect(shown.text).toContain('Known.');
  const { rows } = await desk.database.pool.query(
    `select a.target, n.subject as noted,
            (select array_agg(subject order by subject) from reconciler.reconciliations where state = 'dismissed') as set_aside
       from reconciler.audit_log a, reconciler.notes n where a.action = 'dismiss'`,
  );
  expect(rows).toEqual([
    {
      target: 'connected_account:a',
      noted: 'connected_account:a',
      set_aside: ['connect_webview:w2'],
    },
  ]);
});
