import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionRow } from '../../../src/support/finding/connection-row.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { addAccount } from '../../fixtures/finding.ts';

const AT = new Date('2026-11-22T14:00:00Z');
const HOSTILE = `"><script>alert('x')</script>`;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { database } = desk;
  // All at one moment: an order by time alone would show some twice, and others never.
  for (let n = 0; n < 120; n += 1) {
    const state = (['failed', 'retrying', 'linked'] as const)[n % 3] ?? 'failed';
    await addConnection(database, {
      subject: `connect_webview:w${n}`,
      state,
      reason: state === 'linked' ? null : n % 2 === 0 ? 'user_not_found' : 'seam_unavailable',
      claimedUserId: `user_${n % 10}`,
      updatedAt: AT,
    });
  }
  await addConnection(database, {
    subject: `connect_webview:${HOSTILE}`,
    state: 'dismissed',
    reason: 'internal_error',
    accountId: 'a1',
    claimedUserId: HOSTILE,
    updatedAt: new Date('2026-11-21T14:00:00Z'),
  });
  await addAccount(database, { id: 'a1', email: `${HOSTILE}@locks.example`, type: HOSTILE });
});
afterAll(() => desk[Symbol.asyncDispose]());

type Page = { connections: ConnectionRow[]; next_cursor: string | null; count: number };
const listed = async (query: string): Promise<Page> =>
  (await desk.call('support', 'GET', `/connections?${query}`)).body as Page;

const walk = async (query: string): Promise<string[]> => {
  const subjects: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = await listed(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    subjects.push(...page.connections.map(row => row.subject));
    cursor = page.next_cursor;
  }
  return subjects;
};

describe('pages of a list', () => {
  test.each([
    ['limit=7', 121],
    ['limit=7&state=open', 80],
    ['limit=9&state=failed&reason=user_not_found', 20],
    ['limit=3&named=user_4&state=settled', 4],
    ['limit=500&until=2026-11-22', 1],
  ])('%s shows each of %i once, also where all changed at one moment', async (query, count) => {
    const subjects = await walk(query);
    expect(subjects).toHaveLength(count);
    expect(new Set(subjects).size).toBe(count);
    expect((await listed(query)).count).toBe(count);
  });

  test('a cursor that no list gave is refused in words', async () => {
    const { status, body } = await desk.call('viewer', 'GET', '/connections?cursor=x');
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: { type: 'invalid', faults: { cursor: expect.any(String) } },
    });
    const shown = await desk.clerks.viewer.get('/support/connections?cursor=x');
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('Start at the first page.');
  });
});

describe('the page', () => {
  test('has the filter in its address, in words and in its form; each row leads to its case', async () => {
    const { status, text } = await desk.clerks.support.get(
      '/support/connections?state=failed&reason=user_not_found&named=user_4',
    );
    expect(status).toBe(200);
    expect(text).toContain('<option value="user_not_found" selected>User not found</option>');
    expect(text).toMatch(
      /<strong>4 connections<\/strong>:\s*Needs attention · User not found · names user user_4/,
    );
    expect(text).toContain('href="/support/connections/connect_webview%3Aw24?from=state%3Dfailed');
    expect(text).toContain('aria-label="Select User not found, user_4, connect_webview:w24"');
    expect(text).toContain('Retry all 4 matching…');
    expect(text).toContain(
      'name="query" value="state=failed&amp;reason=user_not_found&amp;named=user_4"',
    );
  });

  test('what can’t be a filter is answered with the form, its fault and what was typed', async () => {
    const { status, text } = await desk.clerks.support.get(
      '/support/connections?since=yesterday&user=ada',
    );
    expect(status).toBe(422);
    expect(text).toContain('<a href="#filter-since">');
    expect(text).toMatch(
      /value="yesterday"[^>]*aria-invalid="true" aria-describedby="filter-since-fault"/,
    );
    expect(text).toContain('value="ada"');
  });

  test('a viewer sees which role it takes to retry, and masked e-mails', async () => {
    const { text } = await desk.clerks.viewer.get('/support/connections?state=dismissed');
    expect(text).not.toContain('type="checkbox"');
    expect(text).toMatch(/disabled>Retry selected<\/button> <small>requires the role support/);
    expect(text).not.toContain('@locks.example');
  });

  test('hostile ids and names are text', async () => {
    const { text } = await desk.clerks.support.get('/support/connections?state=dismissed');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert');
  });

  test('refreshes its rows in their places, and tells of new ones', async () => {
    const path = '/support/connections?state=dismissed';
    const first = await desk.clerks.support.get(path);
    const refresh =
      /data-live hx-get="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await desk.clerks.support.get(refresh)).text).not.toContain('new. Show');
    await addConnection(desk.database, { subject: 'connect_webview:new', state: 'dismissed' });
    await desk.database.pool.query(
      `update reconciler.reconciliations set state = 'linked', reason = null, dismissed_by = null, dismissed_why = null,
              observed_generation = generation, updated_at = now()
        where claimed_user_id = $1`,
      [HOSTILE],
    );
    const { text } = await desk.clerks.support.get(refresh);
    expect(text).toContain('1 new. Show it.');
    expect(text).not.toContain('connect_webview%3Anew"');
    // It stays where it was, though it would no longer be on this page: but it is told as it stands.
    expect(text).toMatch(/<th scope="row">[\s\S]*Linked[\s\S]*script/);
  });
});
