import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { summarize } from '../../src/drift/left.ts';
import { beginComparison, expectedAccounts, findUnfinished } from '../../src/drift/records.ts';
import { toNumbers } from '../../src/drift/tally.ts';
import { walk } from '../../src/drift/walk.ts';
import type { Seam } from '../../src/seam/client.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';

const site = useAudits();
const { atSeam, here, comparer, audit, findings, oneOfEach } = site;

describe('an audit', () => {
  test('finds each kind, page by page, and counts what is right', async () => {
    const accounts = await oneOfEach();
    const done = await audit();
    const { linked_right: _, link_kept: __, ...wrong } = accounts;
    expect(await findings(done)).toEqual(
      new Map(Object.entries(wrong).map(([kind, id]) => [id, kind])),
    );
    expect(done).toMatchObject({ phase: 'done', listed: 8 });
    expect(done.counts).toEqual(Object.fromEntries(Object.keys(accounts).map(kind => [kind, 1])));
    expect(summarize(done)).toEqual({ mendable: 3, forAPerson: 5 });
    expect(await expectedAccounts(site.database.pool)).toBe(8);
  });

  test('an account whose webview alone carries the id is that user’s, as in a run', async () => {
    const id = atSeam({});
    await site.database.pool.query(
      `insert into reconciler.connect_webviews
         (connect_webview_id, status, connected_account_id, custom_metadata, read_by_run, seam_created_at)
       values ('old', 'authorized', $1, '{"id": "grace"}', 0, now() - interval '1 day'),
              ('new', 'authorized', $1, '{"id": "ada"}', 0, now())`,
      [id],
    );
    const done = await audit();
    expect(await findings(done)).toEqual(new Map([[id, 'not_linked']]));
  });

  test('what was linked while it walked is not told as unknown to Seam', async () => {
    const begun = await beginComparison(site.database.pool);
    const id = await here(randomUUID(), 'ada');
    await site.database.pool.query('update reconciler.connected_accounts set read_at = now()');
    expect((await findings(await walk(comparer(), begun, ignore, forever))).has(id)).toBe(false);
  });

  test('interrupted after each page in turn, it is resumed and comes to the same', async () => {
    await oneOfEach();
    const expected = await audit();
    let begun = await beginComparison(site.database.pool);
    for (let stops = 0; begun.phase !== 'done'; stops++) {
      const stop = new AbortController();
      await walk(comparer(), begun, () => stop.abort(new Error('stop')), stop.signal).catch(
        (error: Error) => expect(error.message).toBe('stop'),
      );
      const left = await findUnfinished(site.database.pool);
      if (left === null) break;
      expect(left.id).toBe(begun.id);
      begun = left;
      expect(stops).toBeLessThan(20);
    }
    const { rows } = await site.database.pool.query(
      'select listed, counts from reconciler.audits where id = $1 and finished_at is not null',
      [begun.id],
    );
    const counts = toNumbers(expected.counts, expected.tally);
    expect(rows).toEqual([{ listed: expected.listed, counts }]);
    expect(await findings(begun)).toEqual(await findings(expected));
  });

  test('Seam failing half way ends it where it can be resumed; nothing is told as gone', async () => {
    await oneOfEach();
    let calls = 0;
    site.fake.interfere(path => {
      if (path !== '/connected_accounts/list' || ++calls < 3) return null;
      return response => response.writeHead(401).end('{}');
    });
    await expect(audit()).rejects.toMatchObject({ reason: 'seam_unauthorized' });
    const left = await findUnfinished(site.database.pool);
    expect(left).toMatchObject({ phase: 'seam', listed: 4 });
    expect([...(left === null ? [] : (await findings(left)).values())]).not.toContain(
      'unknown_to_seam',
    );
  });

  test('an answer without pagination is no last page', async () => {
    atSeam({});
    site.fake.amend((path, answer) => {
      if (path === '/connected_accounts/list') delete answer.pagination;
    });
    await expect(audit()).rejects.toThrow('unreadable response at pagination');
    site.fake.amend(null);
  });

  test('two workspaces: what only one of them lists is known', async () => {
    const known = await here(atSeam({ id: 'ada' }), 'ada');
    const none: Pick<Seam, 'listConnectedAccounts' | 'getUserIdentity'> = {
      getUserIdentity: async () => ({ value: null, requestId: null }),
      listConnectedAccounts: async () => ({ accounts: [], nextCursor: null }),
    };
    const both = {
      ...comparer(),
      workspaces: [none, site.seam, none].map((seam, n) => ({ id: `w${n}`, seam })),
    };
    const done = await walk(both, await beginComparison(site.database.pool), ignore, forever);
    expect(await findings(done)).toEqual(new Map());
    expect(done.counts).toEqual({ linked_right: 1 });
    expect(known).toBeTruthy();
  });
});
