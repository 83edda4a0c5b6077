import { afterAll, beforeAll, expect, test } from 'vitest';
import { byMetadataKey } from '../../../src/config/user-identity.ts';
import { erasePerson, finishErasures } from '../../../src/support/erasure/erase.ts';
import { STEPS } from '../../../src/support/erasure/places.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { whereStands } from '../../fixtures/dump.ts';
import { connectAs, liveThrough, somebody } from '../../fixtures/life.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* How far an erasure came is kept as a number, with which another version of this program may go on. */

let site: HandDesk;
beforeAll(async () => {
  site = await openHandDesk();
});
afterAll(() => site[Symbol.asyncDispose]());

const forever = new AbortController().signal;

/** Of the versions before there was anything else: none may be moved, and none be put in between. */
const OF_OLD = [
  'own deliveries',
  'own conflicting_deliveries',
  'own uncounted',
  'own connected_accounts',
  'own connect_webviews',
  'own expected_webviews',
  'own links',
  'own reconciliations',
  'own runs',
  'own notes',
  'own audit_log',
  'own audit_findings',
  'all deliveries',
  'all conflicting_deliveries',
  'all uncounted',
  'all connected_accounts',
  'all connect_webviews',
  'all expected_webviews',
  'all links',
  'all reconciliations',
  'all runs',
  'all notes',
  'all audit_log',
  'all audit_findings',
  'all bulk_runs',
  'all bulk_items',
  'all saved_views',
  'all pauses',
  'all workspace_holds',
  'all sessions',
  'all api_answers',
];

test('what is new comes after all steps that there were before', () => {
  const steps = STEPS.map(({ place, way }) => `${way} ${place.table}`);
  const messages = ['told', 'outbox', 'messages', 'send_attempts'];
  expect(steps).toEqual([
    ...OF_OLD,
    'own user_keys',
    'all user_keys',
    ...messages.map(table => `own ${table}`),
    ...messages.map(table => `all ${table}`),
    'own snoozes',
    'all snoozes',
    'all drafts',
    'all alert_silences',
  ]);
});

test('an erasure that the version before had begun goes on where that was', async () => {
  const { pool } = site.database;
  const who = somebody('vv8k');
  await liveThrough(site, who, await connectAs(site, who));
  await pool.query('delete from reconciler.users where id = $1', [who.userId]);
  const order = { userId: who.userId, why: 'they asked' };
  const { erasure } = await erasePerson(site.desk, SHELL, order, AbortSignal.abort());
  await pool.query(
    `insert into reconciler.user_keys (key, user_id) values ('0b7c1d0a-5f0e-4c37-9a57-2f7ad53fb4d2', $1)`,
    [who.userId],
  );
  // It was done with what comes before, and had just begun with these: the key that it keeps is of theirs.
  await pool.query(`update reconciler.erasures set step = $2, cursor = '["a"]' where id = $1`, [
    erasure,
    OF_OLD.indexOf('all reconciliations') + 1,
  ]);
  expect(await finishErasures(pool, byMetadataKey('id'), forever)).toBe(1);
  const left = await whereStands(pool, who.userId);
  const done = ['reconciliations', 'runs', 'notes', 'audit_log', 'user_keys'];
  expect(left.filter(where => done.some(table => where.startsWith(`${table}.`)))).toEqual([]);
});
