import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addFailed, bulkDesk, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* What the console asks for and shows of runs that are no retry. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.database.pool.query(
    `truncate reconciler.reconciliations, reconciler.bulk_runs, reconciler.audit_log, reconciler.users,
              reconciler.assignments cascade`,
  );
});

const idIn = (path: string): number => Number(/\/bulk-runs\/(\d+)/.exec(path)?.[1]);
const text = (page: string): string => page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const plan = (action: string, subject?: string[]) =>
  desk.clerks.support.post(
    subject === undefined ? '/support/bulk-runs/plan' : '/support/bulk-runs/selected',
    subject === undefined ? { query: 'state=failed', action } : { subject, action },
  );

test('dismiss: previewed, refused without a note with all that was typed, then done', async () => {
  await addFailed(desk.database, 3);
  const preview = await plan('dismiss', ['connect_webview:w1', 'connect_webview:w2']);
  expect(text(preview.text)).toContain('Dismiss 2 selected');
  expect(preview.text).toContain('Dismiss 2</button>');
  const path = `/support/bulk-runs/${idIn(preview.url)}`;
  const { support } = desk.clerks;
  const lacking = await support.post(`${path}/start`, { why: '\u0007 odd' });
  expect(lacking.status).toBe(422);
  expect(lacking.text).toContain('invisible control character');
  expect(lacking.text).toContain(' odd</textarea>');
  const empty = await support.post(`${path}/start`, { why: '' });
  expect([empty.status, text(empty.text)]).toEqual([422, expect.stringContaining('Write a note')]);
  const started = await support.post(`${path}/start`, { why: 'The tenant left.' });
  expect(text(started.text)).toContain('Started dismissal of 2.');
  await stepOn(bulkDesk(desk.database));
  const done = text((await support.get(path)).text);
  expect(done).toContain('2 of 2 finished (100%)');
  expect(done).toContain('2 done');
});

test('assign: to whoever is chosen, and shown', async () => {
  await addFailed(desk.database, 2);
  const preview = await plan('assign');
  expect(text(preview.text)).toContain('Assign all 2 matching');
  const to = /<option value="(\d+)">a on-call</.exec(preview.text)?.[1] ?? '';
  const path = `/support/bulk-runs/${idIn(preview.url)}`;
  expect((await desk.clerks.support.post(`${path}/start`, { to: '' })).status).toBe(422);
  const started = await desk.clerks.support.post(`${path}/start`, { to });
  expect(text(started.text)).toContain('To a on-call');
});

test('link: asks to whom, then shows the user of each, and who is left out', async () => {
  await desk.database.pool.query(
    `insert into reconciler.users (id, name) values ('ada', 'Ada Lovelace')`,
  );
  for (const [id, claimedUserId] of [
    ['a1', 'tenant-9:ada'],
    ['a2', 'tenant-9:x'],
  ] as const) {
    const subject = `connected_account:${id}`;
    await addConnection(desk.database, { subject, accountId: id, claimedUserId });
  }
  const preview = await plan('link');
  const path = `/support/bulk-runs/${idIn(preview.url)}`;
  const { support } = desk.clerks;
  expect(preview.text).not.toContain('/start"');
  const unknown = await support.post(`${path}/users`, { whom: 'one', user_id: 'n"obody' });
  expect(unknown.status).toBe(422);
  expect(unknown.text).toContain('value="n&quot;obody"');
  const fields = { whom: 'metadata', without_prefix: 'tenant-9:', with_prefix: '' };
  const chosen = await support.post(`${path}/users`, fields);
  expect(text(chosen.text)).toContain('Ada Lovelace');
  expect(text(chosen.text)).toContain('1 × with an id that none of our users has');
  expect(chosen.text).toContain('Link 1</button>');
  const other = await support.post(`${path}/users`, { ...fields, without_prefix: 'tenant-8:' });
  expect(other.status).toBe(409);
  await support.post(`${path}/start`, { why: 'Ticket 7' });
  await stepOn(bulkDesk(desk.database));
  expect(await itemStates(desk.database, idIn(preview.url))).toEqual({ succeeded: 1 });
});

test('one of more than 100: on-call is asked, sees it on the start page, and declines or starts it', async () => {
  await addFailed(desk.database, 101);
  const preview = await plan('note');
  const path = `/support/bulk-runs/${idIn(preview.url)}`;
  expect(preview.text).toContain('Ask on-call to start this run</button>');
  const asked = await desk.clerks.support.post(`${path}/ask`, { text: 'Seam was down' });
  expect(text(asked.text)).toContain('You asked for someone on call to start this');
  const home = await desk.clerks['on-call'].get('/support');
  expect(home.text).toContain(`href="${path}"`);
  expect((await desk.clerks.viewer.get('/support')).text).not.toContain(`href="${path}"`);
  const shown = await desk.clerks['on-call'].get(path);
  expect(shown.text).toContain('Add a note to 101</button>');
  expect(shown.text).toContain('Seam was down</textarea>');
  expect((await desk.clerks['on-call'].post(`${path}/decline`, { decline_why: '' })).status).toBe(
    422,
  );
  const declined = await desk.clerks['on-call'].post(`${path}/decline`, { decline_why: 'Wait' });
  expect(text(declined.text)).toContain('a on-call declined it: Wait');
  expect((await desk.clerks['on-call'].get('/support')).text).not.toContain(`href="${path}"`);
});

test('what one asked for can be withdrawn by themselves, in these words', async () => {
  await addFailed(desk.database, 101);
  const path = `/support/bulk-runs/${idIn((await plan('note')).url)}`;
  const { support, 'on-call': onCall } = desk.clerks;
  const asked = await support.post(`${path}/ask`, { text: 'Seam was down' });
  expect(asked.text).toContain('Withdraw</button>');
  const shown = await onCall.get(path);
  expect(text(shown.text)).toContain('a support asked for someone on call to start this');
  expect(shown.text).toContain('Decline</button>');
  const withdrawn = await support.post(`${path}/decline`, { decline_why: 'It is back' });
  expect(text(withdrawn.text)).toContain('Withdrawn. Nothing was done.');
  expect(text(withdrawn.text)).toContain('a support withdrew it: It is back');
});

test('an action that there isn’t is refused, and nothing is planned', async () => {
  await addFailed(desk.database, 1);
  expect((await plan('delete')).status).toBe(422);
  const { rows } = await desk.database.pool.query('select 1 from reconciler.bulk_runs');
  expect(rows).toEqual([]);
});
