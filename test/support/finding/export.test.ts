import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_FILTER } from '../../../src/support/finding/connection-filter.ts';
import { exportConnections } from '../../../src/support/finding/export.ts';
import { createUserDirectory } from '../../../src/users/directory.ts';
import { createProfiles } from '../../../src/users/profiles.ts';
import { addConnection, DESK_CONFIG, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { addAccount } from '../../fixtures/finding.ts';
import { silentLog } from '../../fixtures/settings.ts';
import { SHELL } from '../../fixtures/shell.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  for (let n = 0; n < 25; n += 1) {
    const subject = `connect_webview:w${n}`;
    await addConnection(desk.database, {
      subject,
      reason: 'user_not_found',
      claimedUserId: '=1+1',
    });
  }
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email) values ('ada', ' @SUM(A1), "x"', 'ada@app.example')`,
  );
  await addConnection(desk.database, {
    subject: 'connect_webview:linked',
    state: 'linked',
    accountId: 'a1',
    claimedUserId: 'ada',
  });
  await addAccount(desk.database, { id: 'a1', email: 'ada@locks.example', type: '+1' });
});
afterAll(() => desk[Symbol.asyncDispose]());

const linesOf = (text: string): string[] => text.trimEnd().split('\r\n');

describe('a list as CSV', () => {
  test('has what the filter of the page means, under a name that says when', async () => {
    const { status, headers, text } = await desk.clerks.support.get(
      '/support/connections.csv?state=failed&reason=user_not_found',
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename=connections-\d{4}-\d\d-\d\dT\d{4}Z\.csv$/,
    );
    const [heading, ...lines] = linesOf(text);
    expect(heading).toMatch(/^subject,state,reason,what_happened,user_id,/);
    expect(lines).toHaveLength(25);
    expect(new Set(lines).size).toBe(25);
  });

  test('holds no formula, and each cell stays one cell', async () => {
    const { text } = await desk.clerks.support.get('/support/connections.csv');
    expect(text).toContain(`,'=1+1,`);
    expect(text).toContain(`,ada,"' @SUM(A1), ""x""",ada@app.example,`);
    expect(text).toContain(`,a1,'+1,ada@locks.example,connected,`);
  });

  test('has masked e-mails for whoever may only look', async () => {
    const { text } = await desk.clerks.viewer.get('/support/connections.csv');
    expect(text).toContain('a•••@l•••.example');
    expect(text).not.toMatch(/ada@(locks|app)\.example/);
  });

  test('a filter that can’t be is refused before anything is written', async () => {
    const { status } = await desk.clerks.viewer.get('/support/connections.csv?state=none');
    expect(status).toBe(422);
  });

  test('says so in its last line where there are more than it may hold', async () => {
    const { db, pool } = desk.database;
    const profiles = createProfiles(
      pool,
      createUserDirectory(pool, DESK_CONFIG.users),
      DESK_CONFIG.users,
    );
    const most = (rows: number): AsyncIterable<string> =>
      exportConnections({ db, pool, profiles, log: silentLog }, SHELL, NO_FILTER, rows);
    const cut = linesOf((await Array.fromAsync(most(10))).join(''));
    expect(cut).toHaveLength(12);
    expect(cut.at(-1)).toBe(
      'There are more. These are the latest 10: narrow the filter to get the others.',
    );
    expect(linesOf((await Array.fromAsync(most(26))).join(''))).toHaveLength(27);
  });
});
