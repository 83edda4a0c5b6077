import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addEndpoint } from '../../src/sandbox/beginnings.ts';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { type AlertReceiver, startAlertReceiver } from '../fixtures/alert-channels.ts';
import { slackAlerts, urlAlerts } from '../fixtures/alerts-heard.ts';
import { hurryAlerts } from '../fixtures/alerts-hurried.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { type Receiver, startReceiver } from '../fixtures/endpoints.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { listOf, type Place } from '../fixtures/places.ts';
import { type Running, start } from '../fixtures/processes.ts';
import { makeFolder, OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/* Five things go wrong side by side in a whole house. Somebody is told of each, once; and once that it is over. */

const stack = new AsyncDisposableStack();
let url: AlertReceiver;
let slack: AlertReceiver;
let app: Receiver;
let house: House;
let endpoint: string;
let hotels: Place;
let flats: Place;
const broken = new Set<string>();

beforeAll(async () => {
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'workspaces.json');
  url = stack.use(await startAlertReceiver());
  slack = stack.use(await startAlertReceiver());
  app = stack.use(await startReceiver());
  const env = async (seam: House['seam']) => {
    const placeOf = async (id: string, name: string, types: readonly string[]) => {
      const apiKey = await seam.addWorkspace(id);
      const secret = id === 'hotels' ? SECRET : OTHER_SECRET;
      addEndpoint(seam.fake, id, 'https://locks.example/webhooks/seam', types, secret);
      return { id, name, apiKey, secret };
    };
    hotels = await placeOf('hotels', 'Hotels', EVENT_TYPES);
    flats = await placeOf('flats', 'Flats', EVENT_TYPES.slice(2));
    await writeFile(file, listOf(hotels, flats));
    return {
      ...TELLING_ENV,
      ...{ SEAM_API_KEY: '', SEAM_WEBHOOK_SECRET: '', SEAM_WORKSPACES_FILE: file },
      ...{ ALERT_URL: url.url, ALERT_URL_SECRET: SECRET, ALERT_SLACK_URL: slack.url },
      ...{ ALERT_SEAM_MINUTES: '1', ALERT_ENDPOINT_MINUTES: '2', PROVISIONAL_LINKS: 'off' },
      ...{ RUNBOOKS_URL: 'https://wiki.example/runbooks', CONSOLE_URL: 'https://desk.example' },
    };
  };
  house = stack.use(await openHouse('postgres', { apart: true, env }));
  await house.addUser('ada');
  const made = await insertEndpoint(house.database.pool, app.url);
  app.verifyWith(made.secret);
  endpoint = String(made.id);
  house.seam.interfere((_path, _body, apiKey) => {
    if (!broken.has(apiKey)) return null;
    const status = apiKey === hotels.apiKey ? 401 : 503;
    return answer => answer.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
});
afterAll(() => stack.disposeAsync());

const query = (sql: string) => house.database.pool.query(sql);
const connect = async ({ id, secret }: Place): Promise<string> => {
  const webviewId = await house.seam.createWebview({ id: 'ada' }, id);
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  for (const event of events) expect((await post(house.url, event, secret)).status).toBe(204);
  return webviewId;
};
const holds = async () => (await readQueueStatus(house.database.db, SHELL)).holds.length;

const PAGES = (): Readonly<Record<string, string>> => ({
  'key_refused hotels': '/support/queue',
  'seam_away flats': '/support/queue',
  'webhook_wrong flats': '/support/queue',
  [`endpoint_failing ${endpoint}`]: `/support/endpoints/${endpoint}`,
  'no_worker ': '/support/queue',
});

test('each is told once when it begins, to each channel, with what to do', async () => {
  app.handle((_got, answer) => void answer.writeHead(500).end('out of order'));
  await house.settled(await connect(hotels), 'linked');
  await until('the app to fail', async () => {
    const { rows } = await query(
      'select from reconciler.endpoints where failing_since is not null',
    );
    return rows.length > 0;
  });
  broken.add(hotels.apiKey).add(flats.apiKey);
  for (const place of [hotels, ...Array.from({ length: 6 }, () => flats)]) await connect(place);
  await until('both queues to be held', async () => (await holds()) === 2);
  await house.work.stop('SIGKILL');
  await query(
    `update reconciler.processes set seen_at = now() - interval '5 min' where kind = 'work'`,
  );
  const all = Object.keys(PAGES()).toSorted();
  await until('all to be told', async () => {
    await hurryAlerts(house.database.pool);
    const told = [urlAlerts(url).began.length, slackAlerts(slack).began.length];
    return told.every(number => number >= all.length);
  });
  const { began, over } = urlAlerts(url);
  expect(began.map(({ rule, about }) => `${rule} ${about}`).toSorted()).toEqual(all);
  expect(over).toEqual([]);
  for (const { rule, about, runbook, page, sentence, first_step: step } of began) {
    expect(runbook).toBe(`https://wiki.example/runbooks/${rule.replaceAll('_', '-')}.md`);
    expect(page).toBe(`https://desk.example${PAGES()[`${rule} ${about}`]}`);
    expect([sentence, step].map(text => text.length > 20)).toEqual([true, true]);
  }
  expect(slackAlerts(slack).began.toSorted()).toEqual(
    began.map(({ runbook }) => runbook).toSorted(),
  );
});

test('each is told once when it is over, also where all that send are killed meanwhile', async () => {
  // Taken, and nobody hears of it: whoever has sent it is killed before it can note that.
  url.answer(null);
  broken.clear();
  for (const webhook of house.seam.fake.database.webhooks) {
    Object.assign(webhook, { event_types: [...EVENT_TYPES] });
  }
  app.handle((_got, answer) => void answer.writeHead(204).end());
  const work = start(['work'], house.env);
  const before = url.got.length;
  await until('the first end to be told', async () => {
    await hurryAlerts(house.database.pool);
    return url.got.length > before;
  });
  await Promise.all([house.serve, work].map(process => process.stop('SIGKILL')));
  url.answer(202);
  const again: Running[] = [['serve'], ['work']].map(args => stack.use(start(args, house.env)));
  await until('all to be over, and told', async () => {
    await hurryAlerts(house.database.pool);
    const { rows } = await query(
      `select from reconciler.alerts where ended_at is null
       union all select from reconciler.alert_notices where sent_at is null and next_try_at is not null`,
    );
    return rows.length === 0;
  });
  const all = Object.keys(PAGES()).toSorted();
  const { began, over } = urlAlerts(url);
  expect(began.map(({ rule, about }) => `${rule} ${about}`).toSorted()).toEqual(all);
  expect(over.map(({ rule, about }) => `${rule} ${about}`).toSorted()).toEqual(all);
  // One came twice, under the same id.
  const ids = url.got.map(({ headers }) => headers['webhook-id']);
  expect(ids.length).toBeGreaterThan(new Set(ids).size);
  const heard = slackAlerts(slack);
  expect([heard.began.length, heard.over]).toEqual([all.length, all.length]);
  expect(again.flatMap(({ log }) => log.filter(({ level }) => level === 'error'))).toEqual([]);
});
