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

test('all that happened is reached by going on to what is older, each once', async () => {
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, occurred_at, received_at)
     select 'old' || n, case when n % 2 = 0 then 'connected_account.connected' else 'connected_account.disconnected' end,
            'connected_account:a', '{}', '{}', at, at
       from generate_series(1, 230) n, lateral (select '2026-10-01T00:00:00Z'::timestamptz + n * interval '1 h' as at) t`,
  );
  await pool.query(
    `insert into reconciler.notes (subject, text, by, at)
     select 'connected_account:a', 'ticket ' || n, 'Grace', '2026-10-03T00:30:00Z'::timestamptz + n * interval '1 h'
       from generate_series(1, 60) n`,
  );
  const seen: string[] = [];
  let pages = 0;
  for (let path: string | undefined = PATH; path !== undefined && pages < 9; pages += 1) {
    const { text } = await desk.clerks.support.get(path);
    const [, list = ''] = /<ol class="timeline"[^>]*>(.*?)<\/ol>/s.exec(text) ?? [];
    seen.push(
      ...[...list.matchAll(/deliveries\/(old\d+)|(ticket \d+)/g)].map(
        ([, id, note]) => id ?? note ?? '',
      ),
    );
    path = /<a href="([^"]*)">Older<\/a>/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  }
  expect(pages).toBeGreaterThan(2);
  expect(seen).toHaveLength(290);
  expect(new Set(seen).size).toBe(290);
  expect(seen.filter(each => each.startsWith('old'))).toEqual(
    Array.from({ length: 230 }, (_, index) => `old${230 - index}`),
  );
});

test('a place that no timeline gave is refused', async () => {
  const { status } = await desk.clerks.support.get(`${PATH}?older=nonsense`);
  expect(status).toBe(422);
});

test('the case of several is dismissed from its own page', async () => {
  await desk.database.pool.query(
    `update reconciler.reconciliations set dismissed_by = null,dismissed_why = null, state = 'failed', reason = 'user_not_found', generation = 7, observed_generation = 7
      where subject = 'connect_webview:w2'`,
  );
  const { text } = await desk.clerks.support.get(`${PATH}/dismiss`);
  const [, generation = ''] = /name="generation" value="(\d+)"/.exec(text) ?? [];
  expect(generation).toBe('9');
  const shown = await desk.clerks.support.post(`${PATH}/dismiss`, {
    why: 'Known, too.',
    generation,
  });
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('Known, too.');
});

test('a reason that only a newer version knows is shown as it is, of a sibling, too', async () => {
  await desk.database.pool.query(
    `update reconciler.reconciliations set dismissed_by = null,dismissed_why = null, state = 'failed', reason = 'of_next_year' where subject like 'connect_webview:%'`,
  );
  const { text } = await desk.clerks.support.get(PATH);
  expect(text).toContain('<dt>What to do</dt><dd>Retry. If this persists, tell an engineer.</dd>');
  const [, others = ''] = /<h2 id="others">(.*?)<\/ul>/s.exec(text) ?? [];
  expect(others).toContain('of_next_year');
  expect(text).not.toContain('undefined');
});
