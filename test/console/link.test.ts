import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email)
     values ('ada', 'Ada Lovelace', 'Ada@locks.example'), ('bob', 'Bob', 'bob@else.example'),
            ('nameless', null, null), ('<b>x</b>', '"><script>alert(1)</script>', null)`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

let count = 0;
/** A connection without a user id, of an account whose e-mail is Ada's. */
const addFailed = async (metadata: object = {}) => {
  const n = ++count;
  const subject = `connect_webview:w${n}`;
  await addConnection(desk.database, {
    subject,
    reason: 'metadata_id_missing',
    accountId: `account_${n}`,
  });
  await desk.database.pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, account_type_display_name, display_name, user_identifier,
             custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
     values ($1, 'August', 'Ada at home', '{"email":"ada@locks.example"}', $2, '[]', '[]', '[]',
             'connected', 0)`,
    [`account_${n}`, metadata],
  );
  const path = `/support/connections/${encodeURIComponent(subject)}`;
  return { subject, accountId: `account_${n}`, path };
};
/** Where the page of that case is. */
const caseOf = (path: string): string =>
  path.replace('connect_webview%3Aw', 'connected_account%3Aaccount_');
const linkedTo = async (accountId: string) => {
  const { rows } = await desk.database.pool.query(
    'select user_id from reconciler.links where connected_account_id = $1 and unlinked_at is null',
    [accountId],
  );
  return rows[0]?.user_id ?? null;
};
const support = {
  get: (path: string) => desk.clerks.support.get(path),
  post: (path: string, fields?: Record<string, string>) => desk.clerks.support.post(path, fields),
};

describe('finding whose it is', () => {
  test('who has the account’s e-mail is proposed, and why', async () => {
    const { path } = await addFailed();
    const { status, text } = await desk.clerks.support.get(`${path}/link`);
    expect(status).toBe(200);
    expect(text).toContain('ada@locks.example');
    expect(text).toMatch(/Ada Lovelace[\s\S]*has the same e-mail as the account/);
  });

  test('whom the metadata name is proposed, and who was linked before', async () => {
    const { path, accountId } = await addFailed({ id: 'bob' });
    await desk.database.pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run, unlinked_at)
       values ($1, 'nameless', 0, now())`,
      [accountId],
    );
    const { text } = await desk.clerks.support.get(`${path}/link`);
    expect(text).toMatch(/Bob<[\s\S]*Seam names this user/);
    expect(text).toMatch(/nameless<[\s\S]*was linked to it before/);
  });

  test.each(['ada', 'ADA@locks.example', 'ada lov'])('by "%s"', async find => {
    const { path } = await addFailed();
    const { text } = await support.get(`${path}/link?find=${encodeURIComponent(find)}`);
    expect(text).toMatch(/Found[\s\S]*Ada Lovelace/);
    expect(text).not.toContain('Suggestions');
  });

  test('nobody: the page says what to check, and still proposes', async () => {
    const { path } = await addFailed();
    const { text } = await support.get(`${path}/link?find=zoe`);
    expect(text).toMatch(/None of our users has the id 'zoe'[\s\S]*Suggestions/);
  });
});

test('both are shown side by side, and whether the e-mails agree', async () => {
  const { path } = await addFailed({ id: 'bob' });
  const same = (await support.get(`${path}/link?user=ada`)).text;
  expect(same).toMatch(
    /The account[\s\S]*August[\s\S]*The user[\s\S]*Ada@locks\.example[^<]*<[^>]*good/,
  );
  expect(same).toContain('>Link to Ada Lovelace</button>');
  const other = (await support.get(`${path}/link?user=bob`)).text;
  expect(other).toMatch(/bob@else\.example[^<]*<[^>]*warn/);
});

test('a link is made, told, and undone from its notice', async () => {
  const { path, accountId } = await addFailed();
  const form = { user_id: 'ada', why: 'ticket 4711', seen: '' };
  const shown = await support.post(`${path}/link`, form);
  expect(shown.url).toBe(caseOf(path));
  expect(shown.text).toContain('Linked to Ada Lovelace.');
  expect(await linkedTo(accountId)).toBe('ada');
  const undo = /action="([^"]+\/links\/\d+\/undo)"/.exec(shown.text)?.[1] ?? '';
  const undone = await support.post(undo);
  expect(undone.text).toContain('The link to Ada Lovelace was undone');
  expect(await linkedTo(accountId)).toBeNull();
  expect(await support.post(undo)).toMatchObject({ status: 409 });
});

test('the same form twice links once, and leads to the connection', async () => {
  const { path, accountId } = await addFailed();
  const form = { user_id: 'ada', why: 'ticket 4711', seen: '', once: 'this form' };
  await support.post(`${path}/link`, form);
  const again = await support.post(`${path}/link`, form);
  expect(again).toMatchObject({ status: 200, url: caseOf(path) });
  expect(again.text).toContain('already done');
  expect(await linkedTo(accountId)).toBe('ada');
});

test('without a note the form comes back with what was chosen, and says what is missing', async () => {
  const { path, accountId } = await addFailed();
  const { status, text } = await support.post(`${path}/link`, { user_id: 'ada', why: ' ' });
  expect(status).toBe(422);
  expect(text).toMatch(/role="alert"[\s\S]*href="#why"[\s\S]*Write a note/);
  expect(text).toMatch(/id="why"[^>]*aria-invalid="true" aria-describedby="why-fault"/);
  expect(text).toContain('>Link to Ada Lovelace</button>');
  const gone = await support.post(`${path}/link`, { user_id: 'nobody', why: 'my note' });
  expect(gone.status).toBe(422);
  expect(gone.text).toContain('None of our users has the id');
  expect(await linkedTo(accountId)).toBeNull();
});

test('who saw something else than what is there now is told so', async () => {
  const { path, accountId } = await addFailed();
  const form = { why: 'ticket 4711', seen: '' };
  await support.post(`${path}/link`, { ...form, user_id: 'bob' });
  const late = await support.post(`${path}/link`, { ...form, user_id: 'ada' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('It is now linked to bob');
  expect(await linkedTo(accountId)).toBe('bob');
});

test('where there is no account yet, the page says what to do', async () => {
  await addConnection(desk.database, {
    subject: 'connect_webview:open',
    reason: 'webview_pending',
  });
  const shown = await support.get('/support/connections/connect_webview%3Aopen/link');
  expect(shown.status).toBe(409);
  expect(shown.text).toContain('Ask the user to finish it');
});

test('what comes from outside is shown as text', async () => {
  const { path } = await addFailed({ id: '<img src=x onerror=alert(1)>' });
  for (const query of ['', '?find=%3Cb%3E', '?user=%3Cb%3Ex%3C%2Fb%3E', '?user=%3Cscript%3E']) {
    const { text } = await support.get(`${path}/link${query}`);
    expect(text).not.toMatch(/<script>|<img|<b>x/);
  }
});

describe('unlinking', () => {
  const addLinked = async (metadata: object = { id: 'ada' }) => {
    const added = await addFailed(metadata);
    await support.post(`${added.path}/link`, { user_id: 'ada', why: 'ticket 4711', seen: '' });
    return added;
  };
  const form = { why: 'It is not hers.', seen: 'ada' };

  test('the page says whose it is, what will happen, and until when', async () => {
    const { path } = await addLinked();
    expect((await support.get(path)).text).toContain(`href="${caseOf(path)}/unlink"`);
    const { status, text } = await support.get(`${path}/unlink`);
    expect(status).toBe(200);
    expect(text).toMatch(/The account[\s\S]*August[\s\S]*The user[\s\S]*Ada Lovelace/);
    expect(text).toContain('It stays so until what Seam says of its user changes');
    expect(text).toContain('>Unlink from Ada Lovelace</button>');
  });

  test('it is done, told on the case, and undone from its notice', async () => {
    const { path, accountId } = await addLinked();
    const shown = await support.post(`${path}/unlink`, form);
    expect(shown.url).toBe(caseOf(path));
    expect(shown.text).toContain('Unlinked from Ada Lovelace.');
    expect(await linkedTo(accountId)).toBeNull();
    expect(shown.text).not.toContain(`href="${caseOf(path)}/unlink"`);
    expect(shown.text).toMatch(
      /Unlinked by hand[\s\S]*From <code>ada<\/code> by[\s\S]*“It is not hers.”/,
    );
    const undo = /action="([^"]+\/links\/\d+\/undo)"/.exec(shown.text)?.[1] ?? '';
    const undone = await support.post(undo);
    expect(undone.text).toContain(
      'The unlinking was undone. The account is linked to Ada Lovelace',
    );
    expect(await linkedTo(accountId)).toBe('ada');
    expect(await support.post(undo)).toMatchObject({ status: 409 });
  });

  test('the case offers to undo it later, too, and a viewer is told which role that takes', async () => {
    const { path, accountId } = await addLinked();
    await support.post(`${path}/unlink`, form);
    await support.get(path);
    const later = await support.get(path);
    const undo = /action="([^"]+\/links\/\d+\/undo)"/.exec(later.text)?.[1] ?? '';
    expect(later.text).toMatch(/>Undo the unlinking<\/button>/);
    const viewers = await desk.clerks.viewer.get(path);
    expect(viewers.text).toMatch(
      /disabled>Undo the unlinking<\/button> <small>requires the role support/,
    );
    await support.post(undo);
    expect(await linkedTo(accountId)).toBe('ada');
  });

  test('without a note the form comes back; who saw something else is told so', async () => {
    const { path, accountId } = await addLinked();
    const bare = await support.post(`${path}/unlink`, { ...form, why: ' ' });
    expect(bare.status).toBe(422);
    expect(bare.text).toMatch(/role="alert"[\s\S]*href="#why"[\s\S]*Write a note/);
    const late = await support.post(`${path}/unlink`, { ...form, seen: 'bob' });
    expect(late).toMatchObject({ status: 409 });
    expect(late.text).toContain('It is now linked to ada');
    expect(await linkedTo(accountId)).toBe('ada');
    await support.post(`${path}/unlink`, { ...form, once: 'this form' });
    const again = await support.post(`${path}/unlink`, { ...form, once: 'this form' });
    expect(again).toMatchObject({ status: 200, url: caseOf(path) });
    expect(again.text).toContain('already done');
    expect(await support.get(`${path}/unlink`)).toMatchObject({ status: 409 });
  });

  test('what comes from outside is shown as text', async () => {
    const { path } = await addFailed({ id: '<img src=x onerror=alert(1)>' });
    await support.post(`${path}/link`, { user_id: '<b>x</b>', why: 'ticket 4711', seen: '' });
    const { status, text } = await support.get(`${path}/unlink`);
    expect(status).toBe(200);
    expect(text).not.toMatch(/<script>alert|<img|<b>x/);
  });
});
