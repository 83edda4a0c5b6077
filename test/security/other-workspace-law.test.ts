import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import {
  eventOf,
  FLATS,
  HOTELS,
  openTwoWorkspaces,
  type TwoWorkspaces,
} from '../fixtures/two-workspaces.ts';

/*
 * Whatever is said with the secret of Flats, and whenever: the books of Hotels end as they would without. Of two
 * connections that Seam has: one stays, the account of the other is deleted in between.
 */

let house: TwoWorkspaces;
beforeAll(async () => {
  house = await openTwoWorkspaces();
});
afterAll(() => house[Symbol.asyncDispose]());

type Id = 'kept' | 'deleted' | 'made_up';

/** What somebody with the secret may say: of Hotels' webviews and accounts or others, under any event id. */
type Forged = Readonly<{
  type: (typeof EVENT_TYPES)[number];
  webview: Id | null;
  account: Id | null;
  names: string | null;
  /** Under the id of one of Hotels' own events; null: its own. */
  idOf: number | null;
}>;

const id = fc.constantFrom<Id>('kept', 'deleted', 'made_up');
const forged: fc.Arbitrary<Forged> = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  webview: fc.option(id),
  account: fc.option(id),
  names: fc.constantFrom(null, FLATS, HOTELS, 'zzz'),
  idOf: fc.option(fc.nat(8)),
});

/** `tell`: the next of Hotels' events comes. */
type Step =
  | Readonly<{ kind: 'forge'; what: Forged }>
  | Readonly<{ kind: 'tell' }>
  | Readonly<{ kind: 'look' }>
  | Readonly<{ kind: 'count' }>;

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: forged.map((what): Step => ({ kind: 'forge', what })) },
    { weight: 3, arbitrary: fc.constant<Step>({ kind: 'tell' }) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'look' }, { kind: 'count' }) },
  ),
  { minLength: 1, maxLength: 30 },
);

type Standing = Readonly<{ of: number; state: string; workspace_id: string }>;

/** What Hotels' books say in the end. */
const booksOf = async (accounts: readonly string[], subjects: readonly string[]) => {
  const { pool } = house.database;
  const { rows: links } = await pool.query(
    `select connected_account_id, user_id from reconciler.links
      where unlinked_at is null order by connected_account_id`,
  );
  const { rows: history } = await pool.query(
    `select user_id, unlinked_because from reconciler.links
      where connected_account_id = any($1)
      order by array_position($1, connected_account_id), id`,
    [accounts],
  );
  const { rows: standing } = await pool.query<Standing>(
    `select array_position($1, subject) as of, state, reason, workspace_id, claimed_user_id
       from reconciler.reconciliations where subject = any($1) order by 1`,
    [subjects],
  );
  const { rows: shown } = await pool.query(
    `select state, workspace_id, deleted_at is not null as deleted from reconciler.connected_accounts
      where connected_account_id = any($1) order by array_position($1, connected_account_id)`,
    [accounts],
  );
  return { links: links.length, history, standing, shown };
};

const RESET = `truncate reconciler.reconciliations, reconciler.deliveries, reconciler.uncounted, reconciler.links,
  reconciler.connect_webviews, reconciler.connected_accounts cascade`;

const play = async (played: readonly Step[]) => {
  await house.database.pool.query(RESET);
  const [kept, gone] = [await house.connect('ada'), await house.connect('bob')];
  const made = { webviewId: 'made_up_webview', accountId: 'made_up_account' };
  const of = { kept, deleted: gone, made_up: made };
  const story = [...gone.events, ...kept.events];
  let told = 0;
  const tell = async (): Promise<void> => {
    if (told > story.length) return;
    // Hotels' account has been seen before it is deleted.
    if (told === story.length) await house.settle();
    await house.store(HOTELS, story[told] ?? house.remove(gone.accountId));
    told += 1;
  };
  const forge = async ({ type, webview, account, names, idOf }: Forged): Promise<void> => {
    const known = idOf === null ? undefined : story[idOf]?.event_id;
    const event = eventOf(type, {
      ...(known === undefined ? {} : { event_id: known }),
      ...(webview === null ? {} : { connect_webview_id: of[webview].webviewId }),
      ...(account === null ? {} : { connected_account_id: of[account].accountId }),
      ...(names === null ? {} : { workspace_id: names }),
      connected_account_custom_metadata: { id: 'bob' },
    });
    await house.store(FLATS, event);
  };
  for (const step of played) {
    if (step.kind === 'tell') await tell();
    else if (step.kind === 'look') await house.look();
    else if (step.kind === 'count') await house.take(HOTELS);
    else await forge(step.what);
  }
  while (told <= story.length) await tell();
  await house.settle();
  return booksOf(
    [kept.accountId, gone.accountId],
    [kept.webview, kept.account, gone.webview, gone.account],
  );
};

test('whatever is said with the secret of another workspace, and whenever, the books end as without it', async () => {
  const { standing: alone, ...rest } = await play([]);
  expect(rest.links).toBe(1);
  expect(alone.map(({ state }) => state)).toEqual(['linked', 'no_action', 'no_action']);
  const known = new Set(alone.map(({ of }) => of));
  await fc.assert(
    fc.asyncProperty(steps, async played => {
      const { standing, ...books } = await play(played);
      expect(books).toEqual(rest);
      expect(standing.filter(({ of }) => known.has(of))).toEqual(alone);
      // What was claimed of Hotels' account before it had a case of its own is now that case.
      for (const row of standing) expect(row).toMatchObject({ workspace_id: HOTELS, reason: null });
    }),
    { numRuns: 15 },
  );
});
