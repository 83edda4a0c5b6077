import { beforeEach, describe, expect, test } from 'vitest';
import { byMetadataKey, type UserIdentity } from '../../src/config/user-identity.ts';
import { readLatest } from '../../src/drift/records.ts';
import { compareIfDue } from '../../src/drift/schedule.ts';
import type { Walked } from '../../src/drift/walk.ts';
import { putUpHold } from '../../src/reconcile/holds.ts';
import { SeamError, SeamRefusedError } from '../../src/seam/errors.ts';
import { connectedAccountSchema } from '../../src/seam/resources.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';
import { silentLog } from '../fixtures/settings.ts';

/* One workspace that is in trouble keeps no other from being compared. */

const site = useAudits();
const { comparer, findings, here } = site;

const query = (text: string, values: unknown[] = []) => site.database.pool.query(text, values);

let asked: string[] = [];
beforeEach(async () => {
  asked = [];
  await query('truncate reconciler.workspace_holds');
  await query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, received_at)
     values ('old', 'connected_account.created', 'connected_account:old', '', '{}', now() - interval '3 days')`,
  );
});

/** A workspace with so many accounts; `fails` says what is thrown instead of its page. */
const workspaceOf = (
  id: string | null,
  count: number,
  fails: (page: number) => Error | null = () => null,
): Walked => ({
  id,
  seam: {
    getUserIdentity: async () => ({ value: null, requestId: null }),
    listConnectedAccounts: async ({ cursor, limit = 2 }) => {
      const from = Number(cursor ?? 0);
      asked.push(`${id} ${from / limit}`);
      const failure = fails(from / limit);
      if (failure !== null) throw failure;
      const names = Array.from({ length: count }, (_, n) => `${id}-${n}`).slice(from, from + limit);
      const accounts = names.map(name =>
        connectedAccountSchema.parse({
          connected_account_id: name,
          custom_metadata: { id: 'ada' },
        }),
      );
      return { accounts, nextCursor: from + limit < count ? String(from + limit) : null };
    },
  },
});

const turn = (workspaces: readonly Walked[]) =>
  compareIfDue(
    {
      ...comparer(),
      workspaces,
      db: site.database.db,
      atMinutes: 210,
      pagePauseMs: 0,
      onAsked: ignore,
      log: silentLog,
    },
    forever,
  );

const leaseIsOver = () => query('update reconciler.audits set leased_until = now()');
const hoursLater = (hours: number) =>
  query(`update reconciler.audits set started_at = started_at - $1 * interval '1 h'`, [hours]);
const latest = async () => (await readLatest(site.database.pool)).latest;
const hold = (workspaceId: string | null) =>
  putUpHold(site.database.db, {
    workspaceId,
    reason: 'seam_unauthorized',
    detail: 'no',
    seamRequestId: null,
    waitMs: 0,
  });

describe('a workspace in trouble', () => {
  test('held: the others are compared, and it is told what is waited for', async () => {
    await hold('a');
    const workspaces = ['a', 'b', 'c'].map(id => workspaceOf(id, 3));
    expect(await turn(workspaces)).toBeNull();
    expect(asked).toEqual(['b 0', 'b 1', 'c 0', 'c 1']);
    expect(await latest()).toMatchObject({
      listed: 6,
      failure: 'Waits for workspace a: its queue is held.',
    });
    await query('truncate reconciler.workspace_holds');
    await leaseIsOver();
    expect(await turn(workspaces)).toMatchObject({ listed: 9, counts: { not_linked: 9 } });
  });

  test('failing in the middle of its list: it is gone on with there, after the others', async () => {
    let isDown = true;
    const denied = new SeamError('seam_forbidden', 'the key may not list');
    const a = workspaceOf('a', 5, page => (page === 1 && isDown ? denied : null));
    const b = workspaceOf('b', 3);
    expect(await turn([a, b])).toBeNull();
    expect(asked).toEqual(['a 0', 'a 1', 'b 0', 'b 1']);
    expect((await latest())?.failure).toBe('Waits for workspace a. Seam: the key may not list');
    isDown = false;
    await leaseIsOver();
    const ended = await turn([a, b]);
    expect(asked.slice(4)).toEqual(['a 1', 'a 2']);
    expect(ended).toMatchObject({ listed: 8, counts: { not_linked: 8 }, failure: null });
    if (ended !== null) expect((await findings(ended)).size).toBe(8);
  });

  test('for hours: it ends without it, and says so; nothing of it is missing', async () => {
    await hold('a');
    const elsewhere = await here('a-lost', 'ada');
    await query(`update reconciler.connected_accounts set workspace_id = 'a'`);
    const workspaces = [workspaceOf('a', 3), workspaceOf('b', 3)];
    expect(await turn(workspaces)).toBeNull();
    await hoursLater(7);
    await leaseIsOver();
    const ended = await turn(workspaces);
    expect(ended).toMatchObject({ phase: 'done', listed: 3, tally: { a: { isLeftOut: true } } });
    if (ended !== null) expect((await findings(ended)).has(elsewhere)).toBe(false);
    const { rows } = await query('select missed_by_audit from reconciler.connected_accounts');
    expect(rows).toEqual([{ missed_by_audit: null }]);
  });

  test('all of them for hours: it goes on waiting, rather than end with nothing', async () => {
    await hold(null);
    expect(await turn([workspaceOf(null, 3)])).toBeNull();
    await hoursLater(20);
    await leaseIsOver();
    expect(await turn([workspaceOf(null, 3)])).toBeNull();
    expect(await latest()).toMatchObject({
      finishedAt: null,
      failure: 'Waits: its queue is held.',
    });
  });
});

describe('where a rule reads user identities', () => {
  const identity: UserIdentity = {
    ...byMetadataKey('id'),
    rules: [{ kind: 'user_identity' }, { kind: 'metadata', of: 'account', key: 'id' }],
  };

  test('a page is small; an identity that Seam refuses is no page that is gone', async () => {
    const limits: number[] = [];
    const inner = workspaceOf(null, 3);
    const refusing: Walked = {
      id: null,
      seam: {
        getUserIdentity: async () => {
          throw new SeamRefusedError('no such identity');
        },
        listConnectedAccounts: async ({ cursor, limit = 0 }, signal) => {
          limits.push(limit);
          const { accounts, ...page } = await inner.seam.listConnectedAccounts(
            { cursor, limit: 2 },
            signal,
          );
          const isLast = page.nextCursor === null;
          return {
            ...page,
            accounts: accounts.map(one => ({ ...one, userIdentityId: isLast ? 'who' : null })),
          };
        },
      },
    };
    const { pageSize: _, ...usual } = comparer();
    const options = { ...usual, identity, workspaces: [refusing], db: site.database.db };
    const turning = { atMinutes: 210, pagePauseMs: 0, onAsked: ignore, log: silentLog };
    expect(await compareIfDue({ ...options, ...turning }, forever)).toBeNull();
    expect(new Set(limits)).toEqual(new Set([20]));
    const { rows } = await query('select listed, failure from reconciler.audits');
    expect(rows).toEqual([{ listed: 2, failure: 'Seam: no such identity' }]);
  });
});
