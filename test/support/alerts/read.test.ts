import { expect, test } from 'vitest';
import { countOpenAlerts, readAlerts } from '../../../src/support/alerts/read.ts';
import { silenceAlerts } from '../../../src/support/alerts/silence.ts';
import { useAlertDatabase } from '../../fixtures/alert-database.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { insertRows, minutesAgo } from '../../fixtures/site/insert.ts';

const DAY = 24 * 60;

const database = useAlertDatabase();

type Seed = { rule: string; about?: string; sentence?: string; endedMinutesAgo?: number };
const add = (...alerts: Seed[]) =>
  insertRows(
    database.pool,
    'alerts',
    alerts.map(({ rule, about = '', sentence = 'It is so.', endedMinutesAgo }) => ({
      ...{ rule, about, sentence, began_at: minutesAgo(40 * DAY), seen_at: minutesAgo(0) },
      ended_at: endedMinutesAgo === undefined ? null : minutesAgo(endedMinutesAgo),
    })),
  );
const site = (runbooksUrl: string | null = null) => ({
  pool: database.pool,
  config: { alerts: { runbooksUrl } },
});
const list = (wanted: Partial<Parameters<typeof readAlerts>[2]> = {}) =>
  readAlerts(site(), SHELL, { limit: 50, ...wanted });

test('those that are open come first, then what was over within 30 days, the latest first', async () => {
  await add(
    { rule: 'backlog', endedMinutesAgo: 31 * DAY },
    { rule: 'silence', endedMinutesAgo: 29 * DAY },
    { rule: 'seam_away' },
    { rule: 'no_worker', endedMinutesAgo: 5 },
    { rule: 'reason_jump', about: 'user_not_found' },
  );
  const { alerts, next_cursor } = await list();
  expect(alerts.map(({ id }) => id)).toEqual([5, 3, 4, 2]);
  expect(alerts[1]).toMatchObject({
    title: 'Seam can’t be reached',
    runbook: 'docs/runbooks/seam-away.md',
    page: '/support/queue',
    ended_at: null,
    silence: null,
    told: [],
  });
  expect(next_cursor).toBeNull();
  expect((await list({ isOpen: true })).alerts).toHaveLength(2);
  expect(await countOpenAlerts(database.pool)).toBe(2);
});

test('its runbook is a link where it is known where those are read', async () => {
  await add({ rule: 'seam_away' });
  const at = site('https://wiki.example/locks');
  const { alerts } = await readAlerts(at, SHELL, { limit: 5 });
  expect(alerts[0]?.runbook).toBe('https://wiki.example/locks/seam-away.md');
});

test('page by page, each once', async () => {
  await add(
    ...Array.from({ length: 3 }, (_, n) => ({ rule: 'reason_jump', about: `r${n}` })),
    // All of one moment: the id tells them apart.
    ...Array.from({ length: 4 }, () => ({ rule: 'backlog', endedMinutesAgo: 60 })),
  );
  const pages: number[][] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
    pages.push(page.alerts.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(pages).toEqual([[3, 2], [1, 7], [6, 5], [4]]);
});

test.each(['none', Buffer.from('9999-12-31T23:59:59.999999Z x').toString('base64url')])(
  'a cursor that didn’t come from here is refused (%s)',
  async cursor => {
    await expect(list({ cursor })).rejects.toMatchObject({ fault: 'invalid' });
  },
);

test('each has whom it was told to, channel by channel, and how that stands', async () => {
  await add({ rule: 'backlog' }, { rule: 'seam_away' });
  const at = minutesAgo(5);
  const began = { kind: 'began', alert_ids: [1, 2], created_at: at, fault: 'It answered 503.' };
  await insertRows(database.pool, 'alert_notices', [
    { ...began, channel: 'slack', sent_at: at, attempts: 2, next_try_at: null },
    { ...began, channel: 'email', sent_at: null, attempts: 3, next_try_at: at },
    { ...began, channel: 'pagerduty', sent_at: null, attempts: 9, next_try_at: null },
    { ...began, channel: 'url', sent_at: null, attempts: 0, next_try_at: at, fault: null },
    { ...began, channel: 'slack', alert_ids: [2], sent_at: null, attempts: 0, next_try_at: at },
    { ...began, channel: 'slack', kind: 'test', sent_at: at, attempts: 1, next_try_at: null },
  ]);
  const { alerts } = await list();
  const first = alerts.find(({ id }) => id === 1);
  expect(first?.told).toMatchObject([
    { channel: 'slack', state: 'sent', sent_at: at, fault: null },
    { channel: 'email', state: 'retrying', next_try_at: at, fault: 'It answered 503.' },
    { channel: 'pagerduty', state: 'given_up', attempts: 9, next_try_at: null },
    { channel: 'url', state: 'waiting', fault: null },
  ]);
  expect(alerts.find(({ id }) => id === 2)?.told).toHaveLength(5);
});

test('the silence in force that lasts longest is told with it, and no other’s', async () => {
  await add(
    { rule: 'endpoint_failing', about: '3' },
    { rule: 'endpoint_failing', about: '4' },
    { rule: 'backlog' },
    { rule: 'backlog', endedMinutesAgo: 5 },
  );
  const silence = (rule: string, about: string | null, until: string) =>
    silenceAlerts(database.pool, SHELL, { rule, about, until, timeZone: 'UTC', why: until });
  await silence('endpoint_failing', '3', '1h');
  await silence('endpoint_failing', null, '2h');
  await silence('endpoint_failing', '4', '3h');
  const { alerts } = await list();
  const silenced = alerts.map(({ id, silence: own }) => [id, own?.why ?? null]);
  expect(silenced).toEqual([
    [3, null],
    [2, '3h'],
    [1, '2h'],
    [4, null],
  ]);
});

test('a viewer reads no e-mail in it', async () => {
  await add({ rule: 'endpoint_failing', about: '3', sentence: 'Endpoint ada@app.example fails.' });
  const { alerts } = await readAlerts(site(), { role: 'viewer' }, { limit: 5 });
  expect(alerts[0]?.sentence).not.toContain('ada@app.example');
});
