import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openChannels } from '../../src/alerts/channels/channels.ts';
import { takeDue } from '../../src/alerts/due.ts';
import { type AlertSender, sendDue } from '../../src/alerts/send.ts';
import type { AlertNoticeKind } from '../../src/model/alert.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { type AlertReceiver, startAlertReceiver } from '../fixtures/alert-channels.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';

let database: TestDatabase;
let receiver: AlertReceiver;
let from = 0;
const going = new AbortController().signal;
const LINKS = { consoleUrl: 'https://support.example.com', runbooksUrl: null };

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startAlertReceiver();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  receiver.answer(202);
  from = receiver.got.length;
  await database.pool.query(
    'truncate reconciler.alerts, reconciler.alert_notices, reconciler.alert_silences restart identity',
  );
});

const sender = (of: Partial<AlertSender> = {}): AlertSender => ({
  pool: database.pool,
  channels: openChannels(
    [{ kind: 'url', name: 'url', url: receiver.url, secrets: [SECRET] }],
    ['127.0.0.0/8'],
  ),
  links: LINKS,
  random: () => 0.5,
  log: silentLog,
  onStep: ignoreSteps,
  onTried: () => undefined,
  ...of,
});

const addAlert = async (about: string, endedAgo: number | null = null): Promise<number> => {
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into reconciler.alerts (rule, about, sentence, began_at, ended_at)
     values ('endpoint_failing', $1, 'It takes nothing.', now() - interval '1 hour', now() - $2 * interval '1 min')
     returning id::int`,
    [about, endedAgo],
  );
  return rows[0]?.id ?? 0;
};
const end = (id: number) =>
  database.pool.query('update reconciler.alerts set ended_at = now() where id = $1', [id]);
const addNotice = (kind: AlertNoticeKind, ids: readonly number[], channel = 'url') =>
  database.pool.query(
    'insert into reconciler.alert_notices (channel, kind, alert_ids) values ($1, $2, $3)',
    [channel, kind, ids],
  );
/** All that waits is due. */
const makeDue = () =>
  database.pool.query(
    'update reconciler.alert_notices set next_try_at = now() where next_try_at is not null',
  );

type Body = Readonly<{
  type: string;
  id: string;
  alerts: { about: string; ended_at: string | null }[];
}>;
const got = () => receiver.got.slice(from).map(({ text }) => JSON.parse(text) as Body);
const said = () =>
  got().map(({ type, alerts }) => `${type} ${alerts.map(({ about }) => about).join()}`);
const rows = async () =>
  (
    await database.pool.query<{
      kind: string;
      state: string;
      attempts: number;
      fault: string | null;
    }>(
      `select kind, attempts, fault, case when sent_at is not null then 'sent'
              when next_try_at is null then 'given up' else 'waits' end as state
         from reconciler.alert_notices order by id`,
    )
  ).rows;

test('what is due is sent once, and noted', async () => {
  await addNotice('began', [await addAlert('7'), await addAlert('8')]);
  await sendDue(sender(), going);
  await sendDue(sender(), going);
  expect(said()).toEqual(['alert.began 7,8']);
  expect(await rows()).toEqual([{ kind: 'began', state: 'sent', attempts: 1, fault: null }]);
  expect(got()[0]).toMatchObject({
    alerts: [{ page: 'https://support.example.com/support/endpoints/7' }, {}],
  });
});

test('of several processes at once, one sends each message', async () => {
  for (let n = 0; n < 12; n++) await addNotice('began', [await addAlert(`${n}`)]);
  await Promise.all(Array.from({ length: 4 }, () => sendDue(sender(), going)));
  expect(said().toSorted()).toEqual(
    Array.from({ length: 12 }, (_, n) => `alert.began ${n}`).toSorted(),
  );
});

test('what doesn’t get there is tried again, each time later, and in the end given up', async () => {
  receiver.answer(503);
  const outcomes: string[] = [];
  const waits: number[] = [];
  await addNotice('began', [await addAlert('7')]);
  const failing = sender({ onTried: (channel, outcome) => outcomes.push(`${channel} ${outcome}`) });
  for (let n = 0; n < 14; n++) {
    await sendDue(failing, going);
    const { rows: left } = await database.pool.query<{ s: number | null }>(
      'select extract(epoch from next_try_at - now())::float8 as s from reconciler.alert_notices',
    );
    if (left[0]?.s) waits.push(Math.ceil(left[0].s / 10) * 10);
    await makeDue();
  }
  expect(waits).toEqual([20, 60, 180, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800]);
  expect(outcomes).toEqual([...Array(11).fill('url failed'), 'url given_up']);
  expect(await rows()).toEqual([
    {
      kind: 'began',
      state: 'given up',
      attempts: 12,
      fault: 'The answer was 503 (Service Unavailable).',
    },
  ]);
  expect(new Set(got().map(({ id }) => id)).size).toBe(1);
});

test('what began and is over before it could be told is one message, which says from when to when', async () => {
  receiver.answer(503);
  const [seven, eight] = [await addAlert('7'), await addAlert('8')];
  await addNotice('began', [seven, eight]);
  await sendDue(sender(), going);
  await end(seven);
  await addNotice('over', [seven]);
  receiver.answer(202);
  // Its end waits for its beginning.
  await sendDue(sender(), going);
  expect(said()).toEqual(['alert.began 7,8']);
  await makeDue();
  await sendDue(sender(), going);
  expect(said().slice(1)).toEqual(['alert.began 7,8']);
  expect(
    got()
      .at(-1)
      ?.alerts.map(({ ended_at }) => ended_at !== null),
  ).toEqual([true, false]);
  // Not the same to who has taken the first try, whatever we were told of that.
  expect(new Set(got().map(({ id }) => id)).size).toBe(2);
  expect(await rows()).toEqual([{ kind: 'began', state: 'sent', attempts: 2, fault: null }]);
});

test('an end that is left of several is still told', async () => {
  const [seven, eight] = [await addAlert('7'), await addAlert('8')];
  await addNotice('began', [eight]);
  await sendDue(sender(), going);
  await addNotice('began', [seven]);
  await Promise.all([end(seven), end(eight)]);
  await addNotice('over', [seven, eight]);
  await sendDue(sender(), going);
  expect(said()).toEqual(['alert.began 8', 'alert.began 7', 'alert.over 8']);
});

describe('a silence that begins while a message waits', () => {
  const silence = (about: string | null) =>
    database.pool.query(
      `insert into reconciler.alert_silences (rule, about, until, why, by)
       values ('endpoint_failing', $1, now() + interval '1 hour', 'known', 'ada')`,
      [about],
    );

  test('leaves out what nobody wants to hear of', async () => {
    await addNotice('began', [await addAlert('7'), await addAlert('8')]);
    await silence('7');
    await sendDue(sender(), going);
    expect(said()).toEqual(['alert.began 8']);
    const { rows: left } = await database.pool.query(
      'select alert_ids::int[] from reconciler.alert_notices',
    );
    expect(left).toEqual([{ alert_ids: [2] }]);
  });

  test('keeps all of it back, as if it had never been owed', async () => {
    await addNotice('began', [await addAlert('7')]);
    await silence(null);
    await sendDue(sender(), going);
    expect([said(), await rows()]).toEqual([[], []]);
  });
});

describe('a process that dies, or stands still', () => {
  const url = { name: 'url', keepsOpen: false };

  test('after it took a message: another sends it a minute later, under the same id', async () => {
    await addNotice('began', [await addAlert('7')]);
    const taken = await takeDue(database.pool, url, LINKS);
    await sendDue(sender(), going);
    expect(said()).toEqual([]);
    const { rows: left } = await database.pool.query<{ s: number }>(
      'select round(extract(epoch from next_try_at - now()))::int as s from reconciler.alert_notices',
    );
    expect(left[0]?.s).toBeGreaterThan(50);
    await makeDue();
    await sendDue(sender(), going);
    expect(got().map(({ id }) => id)).toEqual([
      taken !== null && taken !== 'dropped' ? taken.message.id : '',
    ]);
  });

  test('what it notes late changes nothing of what another has taken since', async () => {
    await addNotice('began', [await addAlert('7')]);
    let isOvertaken = false;
    const frozen = sender({
      onStep: () => undefined,
      channels: [
        {
          ...url,
          send: async () => {
            await makeDue();
            isOvertaken = (await takeDue(database.pool, url, LINKS)) !== null;
            return 'It came back too late.';
          },
        },
      ],
    });
    await sendDue(frozen, going);
    expect(isOvertaken).toBe(true);
    expect(await rows()).toEqual([{ kind: 'began', state: 'waits', attempts: 2, fault: null }]);
  });
});

test('a message to a channel that nobody has any more is given up after a day, and says so', async () => {
  await addNotice('began', [await addAlert('7')], 'slack 9');
  await sendDue(sender(), going);
  expect(await rows()).toEqual([{ kind: 'began', state: 'waits', attempts: 0, fault: null }]);
  await database.pool.query(
    "update reconciler.alert_notices set created_at = now() - interval '31 hours'",
  );
  await sendDue(sender(), going);
  expect(await rows()).toEqual([
    {
      kind: 'began',
      state: 'given up',
      attempts: 0,
      fault: 'No process that runs has this channel in its settings.',
    },
  ]);
});

test('one channel that doesn’t answer keeps no other waiting', async () => {
  const ids = [await addAlert('7')];
  await addNotice('began', ids, 'slow');
  await addNotice('began', ids, 'url');
  const { promise: others, resolve: othersAreDone } = Promise.withResolvers<void>();
  const slow = { name: 'slow', keepsOpen: false, send: () => others.then(() => null) };
  const own = sender({ onTried: channel => channel === 'url' && othersAreDone() });
  await sendDue({ ...own, channels: [slow, ...own.channels] }, going);
  expect(said()).toEqual(['alert.began 7']);
  expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
});
