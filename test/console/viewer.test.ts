import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayRole, type Role } from '../../src/access/permissions.ts';
import { API_ROUTES } from '../../src/api/routes.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

/*
 * An e-mail and a telephone number wherever one can come to stand: a user's id, a users table, an account,
 * metadata, Seam's words, people's words. A viewer reads none of it, in whatever answer of whatever route.
 */

const EMAIL = 'ada.secret@locks.example';
/** An id of a user that is their e-mail. */
const USER_ID = 'secret.user@locks.example';
const PHONES = ['+1 (555) 010-4477', '+15550104477', '555-010-4477'] as const;
const WORDS = `She wrote from ${EMAIL} and called from ${PHONES[0]} (or ${PHONES[2]}), ticket 4711`;
const PLANTED = ['ada.secret', 'secret.user', '0104477', '010-4477'];

const SUBJECT = 'connect_webview:w1';
const OTHER = 'connect_webview:w2';
const at = (...parts: string[]): string => parts.map(encodeURIComponent).join('/');

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.users (id, name, email) values ($1, $2, $2), ('nobody', $3, $2)`,
    [USER_ID, EMAIL, `Grace ${PHONES[1]}`],
  );
  const account = { reason: 'user_not_found', accountId: 'a1', claimedUserId: USER_ID };
  await addConnection(desk.database, { subject: SUBJECT, ...account });
  await addConnection(desk.database, { subject: OTHER, reason: 'webview_pending' });
  await pool.query(
    `insert into reconciler.expected_webviews (connect_webview_id, user_id) values ('w2', $1)`,
    [USER_ID],
  );
  const troubles = JSON.stringify([{ error_code: 'odd', message: `${WORDS} was refused` }]);
  await pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, account_type_display_name, display_name, user_identifier,
             custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
     values ('a1', 'August', $1, $2, $3, $4, '[]', '[]', 'connected', 1),
            ('a2', 'Yale', $5, $6, '{}', '[]', '[]', '[]', 'connected', 1)`,
    [
      EMAIL,
      { email: EMAIL, phone: PHONES[1] },
      { id: USER_ID, contact: EMAIL, call: PHONES[0], api_token: 'hunter-two' },
      troubles,
      PHONES[0],
      { phone: PHONES[1] },
    ],
  );
  await addConnection(desk.database, {
    subject: 'connected_account:a2',
    reason: 'metadata_id_missing',
    accountId: 'a2',
  });
  await pool.query(
    `insert into reconciler.runs (subject, generation, trigger, finished_at, outcome, reason, detail)
     values ($1, 1, 'delivery', now(), 'failed', 'seam_unavailable', $2)`,
    [SUBJECT, WORDS],
  );
  await pool.query(
    `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
     values (null, 'seam_unavailable', $1, now())`,
    [WORDS],
  );
  await pool.query(
    `insert into reconciler.backfills
            (workspace, covered_from, covered_until, due_at, failing_since, failure)
     values ('', now(), now(), now(), now(), $1)`,
    [WORDS],
  );
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ('e1', 'connected_account.connected', $1, $2, '{}')`,
    [SUBJECT, Buffer.from(JSON.stringify({ who: EMAIL, id: USER_ID, note: WORDS }))],
  );
  await told('POST', `/${at('connections', SUBJECT, 'notes')}`, { text: WORDS });
  await told('POST', '/bulk-runs', { filter: { state: 'failed', user: USER_ID }, why: WORDS });
  await told('POST', `/${at('connections', SUBJECT, 'link')}`, { user_id: USER_ID, why: WORDS });
  await told('POST', '/bulk-runs', { subjects: [OTHER], why: WORDS });
  await told('POST', `/${at('connections', OTHER, 'dismiss')}`, { why: WORDS });
  await told('POST', '/queue/pause', { why: WORDS });
});
afterAll(() => desk[Symbol.asyncDispose]());

const told = async (method: string, path: string, body: unknown): Promise<void> => {
  const { status, body: answer } = await desk.call('admin', method, path, { body });
  expect(status, JSON.stringify(answer)).toBeLessThan(300);
};

/** Where the parts of a path lead to something, and with which queries there is most to see. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  '/': ['', '?tab=dismissed'],
  '/bulk-runs/:id': ['/bulk-runs/1', '/bulk-runs/2'],
  '/bulk-runs/{id}': ['/bulk-runs/1', '/bulk-runs/2'],
  '/bulk-runs/{id}/items': ['/bulk-runs/1/items', '/bulk-runs/2/items'],
  '/connections/:subject': [SUBJECT, OTHER, 'connected_account:a2'].map(
    subject => `/${at('connections', subject)}`,
  ),
  '/connections/{subject}': [SUBJECT, OTHER, 'connected_account:a2'].map(
    subject => `/${at('connections', subject)}`,
  ),
  '/connections/:subject/deliveries/:event': [`/${at('connections', SUBJECT, 'deliveries', 'e1')}`],
  '/connections/{subject}/deliveries/{event_id}': [
    `/${at('connections', SUBJECT, 'deliveries', 'e1')}`,
  ],
  '/accounts/{account_id}': ['/accounts/a1', '/accounts/a2'],
  // What a viewer typed stands on the page that answers: so they type what isn't hidden.
  '/search': ['/search?q=a1', '/search?q=w2', '/search?q=nobody', '/search?q=e1'],
};

const placesOf = (path: string): readonly string[] => {
  const places = PLACES[path] ?? (/[:{]/.test(path) ? undefined : [path]);
  if (places === undefined) throw new Error(`say above where ${path} leads to something`);
  return places;
};
const readsOf = (routes: readonly { method: string; path: string; needs: never }[]) =>
  routes
    .filter(({ method, needs }) => method === 'get' && mayRole('viewer', needs))
    .flatMap(({ path }) => placesOf(path));

/** However it is written: as text, in HTML, in an address, in JSON. */
const spelt = (text: string): string => {
  const decoded = text
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  return `${text}\n${decoded}\n${decoded.replaceAll(/[\s().+-]/g, '')}`;
};
const seenIn = (text: string): string[] => PLANTED.filter(planted => spelt(text).includes(planted));

const pageFor = async (role: Role, path: string): Promise<string> => {
  const { status, text, headers } = await desk.clerks[role].get(`/support${path}`);
  expect(status).toBe(200);
  return text + JSON.stringify([...headers]);
};
const answerTo = async (role: Role, path: string): Promise<string> => {
  const { status, body, headers } = await desk.call(role, 'GET', path);
  expect(status).toBe(200);
  return JSON.stringify(body) + JSON.stringify([...headers]);
};

const PAGES = readsOf(CONSOLE_ROUTES as never);
const CALLS = readsOf(API_ROUTES as never);

describe('a viewer sees no e-mail and no telephone number', () => {
  test.each(PAGES)('on the page %s', async path => {
    expect(seenIn(await pageFor('viewer', path))).toEqual([]);
  });

  test.each(CALLS)('in the answer to %s', async path => {
    expect(seenIn(await answerTo('viewer', path))).toEqual([]);
  });
});

describe('support sees what was put in, so the test could fail', () => {
  test('everything planted stands somewhere in the console, and somewhere in the API', async () => {
    const pages = await Promise.all(PAGES.map(path => pageFor('support', path)));
    expect(seenIn(pages.join())).toEqual(PLANTED);
    const answers = await Promise.all(CALLS.map(path => answerTo('support', path)));
    expect(seenIn(answers.join())).toEqual(PLANTED);
  });

  test.each([
    `/${at('connections', SUBJECT)}`,
    '/search?q=a1',
    '/audit-log',
    '/queue',
    '/bulk-runs/1',
    '/accounts/a1',
  ])('in the answer to %s', async path => {
    expect(seenIn(await answerTo('support', path))).not.toEqual([]);
  });

  test('but not what lets somebody in', async () => {
    expect(await answerTo('support', '/accounts/a1')).not.toContain('hunter-two');
  });
});
