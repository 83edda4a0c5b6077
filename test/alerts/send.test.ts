import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openChannels } from '../../src/alerts/channels/channels.ts';
import { takeDue } from '../../src/alerts/due.ts';
import { type AlertSender, sendDue } from '../../src/alerts/send.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { type AlertReceiver, startAlertReceiver } from '../fixtures/alert-channels.ts';
import { type AlertNotices, alertNotices } from '../fixtures/alert-notices.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';

let database: TestDatabase;
let receiver: AlertReceiver;
let notices: AlertNotices;
let from = 0;
const going = new AbortController().signal;
const LINKS = { consoleUrl: 'https://support.example.com', runbooksUrl: null };

beforeAll(async () => {
  database = await createTestDatabase();
  notices = alertNotices(database.pool);
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

type Body = Readonly<{
  type: string;
  id: string;
  alerts: { about: string; ended_at: string | null }[];
}>;
const got = () => receiver.got.slice(from).map(({ text }) => JSON.parse(text) as Body);
const said = () =>
  got().map(({ type, alerts }) => `${type} ${alerts.map(({ about }) => about).join()}`);
test('what is due is sent once, and noted', async () => {
  await notices.addNotice('began', [await notices.addAlert('7'), await notices.addAlert('8')]);
  await sendDue(sender(), going);
  await sendDue(sender(), going);
  expect(said()).toEqual(['alert.began 7,8']);
  expect(await notices.rows()).toEqual([
    { kind: 'began', state: 'sent', attempts: 1, fault: null },
  ]);
  expect(got()[0]).toMatchObject({
    alerts: [{ page: 'https://support.example.com/support/endpoints/7' }, {}],
  });
});

test('of several processes at once, one sends each message', async () => {
  for (let n = 0; n < 12; n++) await notices.addNotice('began', [await notices.addAlert(`${n}`)]);
  await Promise.all(Array.from({ length: 4 }, () => sendDue(sender(), going)));
  expect(said().toSorted()).toEqual(
    Array.from({ length: 12 }, (_, n) => `alert.began ${n}`).toSorted(),
  );
});

test('what doesn’t get there is tried again, each time later, and in the end given up', async () => {
  receiver.answer(503);
  const outcomes: string[] = [];
  const waits: number[] = [];
  await notices.addNotice('began', [await notices.addAlert('7')]);
  const failing = sender({ onTried: (channel, outcome) => outcomes.push(`${channel} ${outcome}`) });
  for (let n = 0; n < 14; n++) {
    await sendDue(failing, going);
    const { rows: left } = await database.pool.query<{ s: number | null }>(
      'select extract(epoch from next_try_at - now())::float8 as s from reconciler.alert_notices',
    );
    if (left[0]?.s) waits.push(Math.ceil(left[0].s / 10) * 10);
    await notices.makeDue();
  }
  expect(waits).toEqual([20, 60, 180, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800]);
  expect(outcomes).toEqual([...Array(11).fill('url failed'), 'url given_up']);
  expect(await notices.rows()).toEqual([
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
  const [seven, eight] = [await notices.addAlert('7'), await notices.addAlert('8')];
  await notices.addNotice('began', [seven, eight]);
  await sendDue(sender(), going);
  await notices.end(seven);
  await notices.addNotice('over', [seven]);
  receiver.answer(202);
  // Its end waits for its beginning.
  await sendDue(sender(), going);
  expect(said()).toEqual(['alert.began 7,8']);
  await notices.makeDue();
  await sendDue(sender(), going);
  expect(said().slice(1)).toEqual(['alert.began 7,8']);
  expect(
    got()
      .at(-1)
      ?.alerts.map(({ ended_at }) => ended_at !== null),
  ).toEqual([true, false]);
  // Not the same to who has taken the first try, whatever we were told of that.
  expect(new Set(got().map(({ id }) => id)).size).toBe(2);
  expect(await notices.rows()).toEqual([
    { kind: 'began', state: 'sent', attempts: 2, fault: null },
  ]);
});

test('an end that is left of several is still told', async () => {
  const [seven, eight] = [await notices.addAlert('7'), await notices.addAlert('8')];
  await notices.addNotice('began', [eight]);
  await sendDue(sender(), going);
  await notices.addNotice('began', [seven]);
  await Promise.all([notices.end(seven), notices.end(eight)]);
  await notices.addNotice('over', [seven, eight]);
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
    await notices.addNotice('began', [await notices.addAlert('7'), await notices.addAlert('8')]);
    await silence('7');
    await sendDue(sender(), going);
    expect(said()).toEqual(['alert.began 8']);
    const { rows: left } = await database.pool.query(
      'select alert_ids::int[] from reconciler.alert_notices',
    );
    expect(left).toEqual([{ alert_ids: [2] }]);
  });

  test('keeps all of it back, as if it had never been owed', async () => {
    await notices.addNotice('began', [await notices.addAlert('7')]);
    await silence(null);
    await sendDue(sender(), going);
    expect([said(), await notices.rows()]).toEqual([[], []]);
  });
});

describe('a process that dies, or stands still', () => {
  const url = { name: 'url', keepsOpen: false };

  test('after it took a message: another sends it a minute later, under the same id', async () => {
    await notices.addNotice('began', [await notices.addAlert('7')]);
    const taken = await takeDue(database.pool, url, LINKS);
    await sendDue(sender(), going);
    expect(said()).toEqual([]);
    const { rows: left } = await database.pool.query<{ s: number }>(
      'select round(extract(epoch from next_try_at - now()))::int as s from reconciler.alert_notices',
    );
    expect(left[0]?.s).toBeGreaterThan(50);
    await notices.makeDue();
    await sendDue(sender(), going);
    expect(got().map(({ id }) => id)).toEqual([
      taken !== null && taken !== 'dropped' ? taken.message.id : '',
    ]);
  });

  test('what it notes late changes nothing of what another has taken since', async () => {
    await notices.addNotice('began', [await notices.addAlert('7')]);
    let isOvertaken = false;
    const frozen = sender({
      onStep: () => undefined,
      channels: [
        {
          ...url,
          send: async () => {
            await notices.makeDue();
            isOvertaken = (await takeDue(database.pool, url, LINKS)) !== null;
            return 'It came back too late.';
          },
        },
      ],
    });
    await sendDue(frozen, going);
    expect(isOvertaken).toBe(true);
    expect(await notices.rows()).toEqual([
      { kind: 'began', state: 'waits', attempts: 2, fault: null },
    ]);
  });
});

test('a message to a channel that nobody has any more is given up after a day, and says so', async () => {
  await notices.addNotice('began', [await notices.addAlert('7')], 'slack 9');
  await sendDue(sender(), going);
  expect(await notices.rows()).toEqual([
    { kind: 'began', state: 'waits', attempts: 0, fault: null },
  ]);
  await database.pool.query(
    "update reconciler.alert_notices set created_at = now() - interval '31 hours'",
  );
  await sendDue(sender(), going);
  expect(await notices.rows()).toEqual([
    {
      kind: 'began',
      state: 'given up',
      attempts: 0,
      fault: 'No process that runs has this channel in its settings.',
    },
  ]);
});

test('one channel that doesn’t answer keeps no other waiting', async () => {
  const ids = [await notices.addAlert('7')];
  await notices.addNotice('began', ids, 'slow');
  await notices.addNotice('began', ids, 'url');
  const { promise: others, resolve: othersAreDone } = Promise.withResolvers<void>();
  const slow = { name: 'slow', keepsOpen: false, send: () => others.then(() => null) };
  const own = sender({ onTried: channel => channel === 'url' && othersAreDone() });
  await sendDue({ ...own, channels: [slow, ...own.channels] }, going);
  expect(said()).toEqual(['alert.began 7']);
  expect((await notices.rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
});
