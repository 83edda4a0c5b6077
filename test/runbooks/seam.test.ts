import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { alertsOf } from '../fixtures/alerts-open.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { makeFolder, OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';
import { openRunbook, QUIET, type Runbook, WHY } from './follow.ts';

/* What Seam does to us, and what the pages say is done about it. */

const stack = new AsyncDisposableStack();
let house: House;
let keyFile: string;
let secretFile: string;
beforeAll(async () => {
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  keyFile = path.join(folder, 'key');
  secretFile = path.join(folder, 'secret');
  await writeFile(secretFile, SECRET);
  house = stack.use(
    await openHouse('postgres', {
      env: async seam => {
        await writeFile(keyFile, seam.apiKey);
        return {
          ...{ SEAM_API_KEY: '', SEAM_API_KEY_FILE: keyFile },
          ...{ SEAM_WEBHOOK_SECRET: '', SEAM_WEBHOOK_SECRET_FILE: secretFile },
          PROVISIONAL_LINKS: 'off',
        };
      },
    }),
  );
  await house.addUser('ada');
});
afterEach(() => house.seam.interfere(null));
afterAll(() => stack.disposeAsync());

const runbook = (name: string): Runbook =>
  openRunbook(name, { env: house.env, pool: house.database.pool });

/** Somebody finishes a webview; no webhook has told us yet. */
const finish = async (minutesAgo = 0) => {
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  for (const event of events) Object.assign(event, { created_at: at, occurred_at: at });
  return { webviewId, events };
};
const connect = async (): Promise<string> => {
  const { webviewId, events } = await finish();
  await house.deliver(...events);
  return webviewId;
};
const alerts = () => alertsOf(house.database.pool);
const status = () => readQueueStatus(house.database.db, SHELL);
const held = (reason: string) =>
  until(`the hold: ${reason}`, async () =>
    (await status()).holds.some(hold => hold.reason === reason),
  );
const running = () => until('the queue to run', async () => (await status()).holds.length === 0);

test('key-refused', async () => {
  await using page = runbook('key-refused');
  const good = await readFile(keyFile, 'utf8');
  await writeFile(keyFile, 'seam_revoked_key');
  const webview = await until('a check that is refused', async () => {
    const id = await connect();
    return (await status()).holds.length > 0 ? id : null;
  });
  await held('seam_unauthorized');
  await alerts().begun('key_refused');
  await page.follow('How to see it');
  await page.follow('What to do', { 'the new key': good });
  expect(await house.settled(webview, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
  await running();
  await alerts().over('key_refused');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('seam-throttled', async () => {
  await using page = runbook('seam-throttled');
  house.seam.interfere(() => answer => answer.writeHead(429, { 'retry-after': '2' }).end());
  const webview = await connect();
  await held('seam_rate_limited');
  await alerts().begun('seam_throttled');
  await page.follow('How to see it');
  await page.follow('What to do');
  house.seam.interfere(null);
  expect(await house.settled(webview, 'linked')).toMatchObject({ user_id: 'ada' });
  await running();
  await alerts().over('seam_throttled');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('seam-away', async () => {
  await using page = runbook('seam-away');
  house.seam.interfere(() => answer => answer.writeHead(503).end('outage'));
  const webviews = await Promise.all(Array.from({ length: 6 }, () => connect()));
  await held('seam_unavailable');
  await alerts().begun('seam_away');
  await page.follow('How to see it');
  const asked = await page.follow('What to do');
  expect(['503\n', '']).toContain(asked[0]?.printed);
  house.seam.interfere(null);
  for (const id of webviews) await house.settled(id, 'linked');
  await running();
  await alerts().over('seam_away');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

/** Somebody connects, and each event is taken once the secret that signs it is known. */
const takenWith = async (secret: string, minutesAgo = 0): Promise<void> => {
  const { webviewId, events } = await finish(minutesAgo);
  for (const event of events) {
    await until('what is signed so to be taken', async () => {
      const answer = await post(house.url, event, secret);
      await answer.text();
      return answer.status === 204;
    });
  }
  await house.settled(webviewId, 'linked');
};

const dueAgain = () => house.database.pool.query('update reconciler.backfills set due_at = now()');

/** Somebody connected an hour ago, Seam lists it, and we have run for longer. */
const unheard = async (): Promise<void> => {
  await finish(60);
  await house.database.pool.query(
    `update reconciler.backfills set due_at = now(), covered_until = now() - interval '2 h',
            unheard_until = now() - interval '2 h', last_heard_at = now() - interval '2 h'`,
  );
};

test('silence', async () => {
  await using page = runbook('silence');
  await until('the first backfill', async () => (await status()).coverage.length > 0);
  await unheard();
  await until('the silence', async () => (await status()).silence.length > 0);
  await alerts().begun('silence');
  await page.follow('How to see it');
  let secret = '';
  const [, , asked] = await page.follow('What to do', ([setup]) => {
    secret = /whsec_\S+/.exec(setup?.printed ?? '')?.[0] ?? '';
    return { 'our URL': `${house.url}/webhooks/seam`, 'the secret': secret };
  });
  expect(['400\n', '']).toContain(asked?.printed);
  // Of a while ago, as a backfill leaves to the webhooks what is of the last minutes.
  await takenWith(secret, 9);
  await dueAgain();
  await until('the silence to be over', async () => (await status()).silence.length === 0);
  await alerts().over('silence');
  await page.follow('How to know it is over');
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});

test('webhook-wrong', async () => {
  await using page = runbook('webhook-wrong');
  const url = `${house.url}/webhooks/seam`;
  await house.seam.registerEndpoint(url, OTHER_SECRET);
  Object.assign(house.seam.fake.database.webhooks[0] ?? {}, { event_types: EVENT_TYPES.slice(2) });
  const [wrong] = await page.follow('How to see it');
  expect(wrong?.code).toBe(1);
  await page.follow('What to do', { 'our URL': url, 'the secret': OTHER_SECRET });
  await page.follow('How to know it is over');
  await takenWith(OTHER_SECRET);
  await page.follow(QUIET, WHY);
  expect(page.left()).toEqual([]);
});
