import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftsOf, keepDraft, pruneDrafts } from '../../../src/support/drafts/drafts.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* Nothing that somebody typed is lost, whatever stands in the way of its form. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  for (const number of [1, 2, 3, 4]) {
    await addConnection(desk.database, {
      subject: `connect_webview:w${number}`,
      reason: 'user_not_found',
    });
  }
});
afterAll(() => desk[Symbol.asyncDispose]());

const at = (number: number, what = ''): string =>
  `/support/connections/connect_webview%3Aw${number}${what}`;
const opened = (): string => `${(Date.now() - 60_000).toString(36)}-${crypto.randomUUID()}`;
const draftsIn = async () => {
  const { rows } = await desk.database.pool.query(
    'select form, fields from reconciler.drafts order by form',
  );
  return rows;
};
const clear = () => desk.database.pool.query('delete from reconciler.drafts');

test('somebody else was faster: the text is there, and what is new', async () => {
  await desk.clerks.admin.post(at(1, '/dismiss'), { why: 'A test of ours.' });
  const shown = await desk.clerks.support.post(at(1, '/dismiss'), {
    why: 'Ticket 4711 <b>',
    typed: 'why',
    once: opened(),
  });
  expect(shown.status).toBe(409);
  expect(shown.text).toContain('Ticket 4711 &lt;b&gt;');
  expect(shown.text).toContain('New since you opened this page');
  expect(shown.text).toContain('A test of ours.');
  expect(await draftsIn()).toMatchObject([{ form: 'dismiss connect_webview:w1' }]);
  await clear();
});

test('a draft is in its form, for its writer only, and is gone once it was sent', async () => {
  const draft = {
    draft: 'dismiss connect_webview:w2',
    action: at(2, '/dismiss'),
    page: at(2, '/dismiss'),
  };
  const kept = await desk.clerks.support.post('/support/drafts', {
    ...draft,
    why: 'half a sen',
    typed: 'why',
  });
  expect(kept.status).toBe(200);
  const page = await desk.clerks.support.get(at(2, '/dismiss'));
  expect(page.text).toContain('half a sen</textarea>');
  expect(page.text).toContain('Discard draft');
  expect((await desk.clerks.support.get('/support/drafts')).text).toContain('half a sen');
  expect((await desk.clerks.admin.get(at(2, '/dismiss'))).text).not.toContain('half a sen');
  expect((await desk.clerks.admin.get('/support/drafts')).text).not.toContain('half a sen');
  const sent = await desk.clerks.support.post(at(2, '/dismiss'), {
    why: 'a sentence',
    typed: 'why',
  });
  expect(sent.status).toBe(200);
  expect(await draftsIn()).toEqual([]);
});

test('a draft is discarded', async () => {
  await desk.clerks.support.post('/support/drafts', {
    draft: 'dismiss connect_webview:w3',
    action: at(3, '/dismiss'),
    why: 'no',
  });
  const after = await desk.clerks.support.post('/support/drafts/discard', {
    draft: 'dismiss connect_webview:w3',
  });
  expect(after.text).toContain('Draft discarded.');
  expect(await draftsIn()).toEqual([]);
});

test('a form after the session: in the form again for its writer, and for no stranger', async () => {
  const clerk = await desk.signIn({
    name: 'Late',
    password: 'long enough to be one',
    role: 'support',
  });
  const csrf = /name="csrf" value="([^"]+)"/.exec((await clerk.get('/support')).text)?.[1] ?? '';
  await desk.database.pool.query(
    `update reconciler.sessions set expires_at = now() - interval '1 s' where token_hash = sha256($1::bytea)`,
    [clerk.cookie.split('=')[1]],
  );
  const late = async (fields: Record<string, string>) => {
    const response = await fetch(`${desk.url}${at(4, '/dismiss')}`, {
      method: 'POST',
      headers: { cookie: clerk.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ why: 'Ticket 4712', typed: 'why', ...fields }).toString(),
    });
    return { status: response.status, text: await response.text() };
  };
  const strange = await late({ csrf: 'guessed' });
  expect(strange.status).toBe(403);
  expect(await draftsIn()).toEqual([]);
  const own = await late({ csrf });
  expect(own.status).toBe(403);
  expect(own.text).toContain('What you wrote is kept');
  const again = await desk.signIn({ name: 'Late', password: 'long enough to be one' });
  expect((await again.get(at(4, '/dismiss'))).text).toContain('Ticket 4712</textarea>');
  await clear();
});

test('what another site has sent in somebody’s name is neither in a form of theirs nor kept', async () => {
  const sent = async (
    clerk: Pick<typeof desk.clerks.support, 'cookie'>,
    headers: Record<string, string>,
  ) => {
    const response = await fetch(`${desk.url}${at(4, '/dismiss')}`, {
      method: 'POST',
      headers: {
        cookie: clerk.cookie,
        'content-type': 'application/x-www-form-urlencoded',
        referer: `https://attack.example${at(4, '/dismiss')}`,
        ...headers,
      },
      body: new URLSearchParams({ why: 'Only send it', typed: 'why', csrf: 'guessed' }).toString(),
    });
    return { status: response.status, text: await response.text() };
  };
  const { support, viewer } = desk.clerks;
  for (const site of ['cross-site', 'same-site']) {
    const strange = await sent(support, { 'sec-fetch-site': site });
    expect(strange.status).toBe(403);
    expect(strange.text).not.toContain('Only send it');
  }
  // Of whoever may not do it anyway nothing is kept either, whatever it is refused for first.
  expect((await sent(viewer, {})).status).toBe(403);
  expect((await sent(support, {})).text).toContain('Only send it');
  expect(await draftsIn()).toEqual([]);
});

test('drafts are bounded: too long, sent already, too many, too old', async () => {
  const { pool } = desk.database;
  const { rows } = await pool.query('select id::int from reconciler.operators order by id limit 1');
  const id: number = rows[0].id;
  const keep = (form: string, why: string, once: string | null = null) =>
    keepDraft(pool, id, { form, fields: { why }, once });
  expect(await keep('a', 'x'.repeat(30_000))).toBe('too long');
  await pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, once_key)
     values ($1, 'A', 'support', 'console', 'note', 'case', 'sent-once')`,
    [`operator:${id}`],
  );
  expect(await keep('sent', 'x', 'sent-once')).toBe('sent');
  for (let number = 0; number < 102; number++) expect(await keep(`f${number}`, 'x')).toBe('kept');
  const all = await draftsOf(pool, id);
  expect(all.length).toBe(100);
  expect(all.map(({ form }) => form)).not.toContain('f0');
  await pool.query(
    `update reconciler.drafts set updated_at = now() - interval '31 days' where form <> 'f50'`,
  );
  expect(await pruneDrafts(pool)).toBe(99);
  await clear();
});
