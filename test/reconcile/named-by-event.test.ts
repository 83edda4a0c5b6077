import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { decide } from '../../src/reconcile/decide.ts';
import { POLICIES } from '../../src/reconcile/retry.ts';
import { useRuns } from '../fixtures/runs.ts';
import { eventOf } from '../fixtures/two-workspaces.ts';
import { FINISHED, OF_GRACE, PROVISIONALLY, UNKNOWN_TO_US } from './decide-cases.ts';

/* The account that an event named with a webview, where the webview itself says nothing of it. */

const site = useRuns();
const { owe, look, find, connect, currentUser } = site;
afterEach(() => {
  site.seam.interfere(null);
  site.seam.amend(null);
});

type Gone = (path: string, id: string) => boolean;
/** Seam has none of these. */
const forget = (isGone: Gone) =>
  site.seam.interfere((path, body) => {
    const kind = path.startsWith('/connect_webviews') ? 'connect_webview' : 'connected_account';
    if (!path.endsWith('/get') || !isGone(kind, String(body[`${kind}_id`]))) return null;
    const error = JSON.stringify({ error: { type: `${kind}_not_found`, message: 'gone' } });
    return response => response.writeHead(404, { 'content-type': 'application/json' }).end(error);
  });
const webviewGone: Gone = kind => kind === 'connect_webview';
const showWebview = (changes: Record<string, unknown>) =>
  site.seam.amend((path, answer) => {
    if (path === '/connect_webviews/get') Object.assign(answer.connect_webview as object, changes);
  });
const PENDING = { status: 'pending', connected_account_id: null };

/** Owed, as an event has it that names this account. */
const told = async (subject: Subject, accountId: string) => {
  await owe(subject);
  await site.database.pool.query(
    'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
    [subject, accountId],
  );
};
const store = (subject: Subject, accountId: string, at: string, setAside: string | null = null) =>
  site.database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, occurred_at, set_aside)
     values ($1, 'connected_account.connected', $2, $3, '{}', $4, $5)`,
    [
      randomUUID(),
      subject,
      JSON.stringify(eventOf('connected_account.connected', { connected_account_id: accountId })),
      at,
      setAside,
    ],
  );
const lookAgain = async (subject: Subject) => {
  await site.database.pool.query(
    'update reconciler.reconciliations set due_at = now() where subject = $1',
    [subject],
  );
  return look(subject);
};

describe('a webview that the app deleted once it had served', () => {
  test('is linked at once by the account that its event named', async () => {
    const { subject, accountId } = await connect('ada');
    await told(subject, accountId);
    forget(webviewGone);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'linked' } });
    expect(await currentUser(accountId)).toEqual(['ada']);
    expect(await find(subject)).toMatchObject({ state: 'linked', connected_account_id: accountId });
  });

  test.each([
    ['nobody', 'user_not_found'],
    [' ', 'metadata_id_invalid'],
  ])('fails as its account does: %j', async (id, reason) => {
    const { subject, accountId } = await connect(id);
    await told(subject, accountId);
    forget(webviewGone);
    expect(await look(subject)).toMatchObject({ ending: { reason } });
  });

  test('is not found where its account is gone, too, and where no event named one', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    forget(() => true);
    expect(await look(subject)).toMatchObject({ ending: { reason: 'webview_not_found' } });
    await told(subject, accountId);
    expect(await lookAgain(subject)).toMatchObject({ ending: { reason: 'webview_not_found' } });
    expect(await find(subject)).toMatchObject({ connected_account_id: accountId });
  });

  test('goes by the latest of its events by Seam’s time whose account is there, in whatever order they came', async () => {
    const { subject, accountId: latest } = await connect('ada');
    const { accountId: older } = await connect('grace');
    const { accountId: deleted } = await connect('grace');
    await store(subject, latest, '2026-01-02T00:00:00Z');
    await store(subject, deleted, '2026-01-03T00:00:00Z');
    await store(subject, older, '2026-01-01T00:00:00Z');
    await told(subject, older);
    forget((kind, id) => webviewGone(kind, id) || id === deleted);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'linked' } });
    expect(await find(subject)).toMatchObject({ connected_account_id: latest, user_id: 'ada' });
    expect(await currentUser(older)).toEqual([]);
  });

  test('goes by no event that is not believed, nor by any where several workspaces speak of it', async () => {
    const { subject } = await connect('ada');
    const { accountId: others } = await connect('grace');
    await store(subject, others, '2026-01-01T00:00:00Z', 'subject_of_another_workspace');
    await owe(subject);
    forget(webviewGone);
    expect(await look(subject)).toMatchObject({ ending: { reason: 'webview_not_found' } });
    await told(subject, others);
    await site.database.pool.query(
      `update reconciler.reconciliations set claimants = '{hotels,flats}' where subject = $1`,
      [subject],
    );
    expect(await lookAgain(subject)).toMatchObject({ ending: { reason: 'webview_not_found' } });
    expect(await currentUser(others)).toEqual([]);
  });

  test('and whose account from before is gone, goes by the one that an event named since', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    await look(subject);
    const { accountId: other } = await connect('grace');
    await told(subject, other);
    forget((kind, id) => webviewGone(kind, id) || id === accountId);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'linked' } });
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
  });
});

describe('a webview that Seam shows as unfinished, though its event named an account', () => {
  test.each([
    ['pending', PENDING],
    ['authorized, but without an account', { connected_account_id: null }],
  ])('%s: a new account is linked at once', async (_name, shown) => {
    const { subject, accountId } = await connect('ada');
    await told(subject, accountId);
    showWebview(shown);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'linked' } });
    expect(await currentUser(accountId)).toEqual(['ada']);
  });

  test('one that was linked before is waited for, and in the end what it shows counts', async () => {
    const { subject, accountId } = await connect('ada');
    const account: Subject = `connected_account:${accountId}`;
    await owe(account);
    await look(account);
    await told(subject, accountId);
    showWebview(PENDING);
    const { tries } = POLICIES.webview_pending;
    for (let tried = 1; tried < tries; tried++) {
      expect(await lookAgain(subject)).toMatchObject({ ending: { reason: 'webview_pending' } });
    }
    expect(await lookAgain(subject)).toMatchObject({ ending: { outcome: 'already_linked' } });
    expect(await find(subject)).toMatchObject({ state: 'linked', reason: null });
  });

  test('says itself what is its own: an event’s account is not linked for one that has failed', async () => {
    const { subject, accountId } = await connect('ada');
    await told(subject, accountId);
    showWebview({ status: 'failed', connected_account_id: null });
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'login_failed' } });
    expect(await currentUser(accountId)).toEqual([]);
  });
});

describe('decided', () => {
  const shown = FINISHED.webview as Exclude<typeof FINISHED.webview, 'not_asked' | null>;
  const pending = {
    ...FINISHED,
    webview: { ...shown, status: 'pending', connectedAccountId: null },
  };

  test.each([
    ['a new account', UNKNOWN_TO_US],
    ['one that is linked provisionally', { ...UNKNOWN_TO_US, ...PROVISIONALLY }],
  ])('%s is not waited for', (_name, standing) => {
    expect(decide(pending, standing)).toMatchObject({ kind: 'settled', outcome: 'linked' });
  });

  test('one that is somebody’s is waited for, and what it shows is told beside', () => {
    expect(decide(pending, { ...UNKNOWN_TO_US, ...OF_GRACE })).toMatchObject({
      reason: 'webview_pending',
      link: { kind: 'none' },
      atLast: { outcome: 'relinked' },
    });
  });

  test.each([
    ['names nobody of ours', { user: { kind: 'none' } }, {}],
    ['carries no id', { claim: { kind: 'missing' }, user: { kind: 'none' } }, {}],
    ['is another workspace’s', {}, { otherOwner: 'another' }],
    ['is being deleted', {}, { deletionAnnounced: 'just_now' }],
  ] as const)('one that %s changes nothing of the waiting', (_name, facts, standing) => {
    const verdict = decide({ ...pending, ...facts }, { ...UNKNOWN_TO_US, ...standing });
    expect(verdict).toMatchObject({ reason: 'webview_pending', link: { kind: 'none' } });
    expect(verdict).not.toHaveProperty('atLast');
  });
});
