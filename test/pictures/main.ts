import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { openDatabase } from '../../src/db/client.ts';
import { listOperators } from '../../src/operators/operators.ts';
import { createSignInLink } from '../../src/operators/sign-in.ts';
import { createLogger } from '../../src/ops/log.ts';
import { CHROMIUM } from '../fixtures/chromium.ts';
import { PICTURES } from './pictures.ts';
import { useSandbox } from './sandbox.ts';
import { inFewerColours } from './smaller.ts';

/* `npm run pictures`: pictures of the main pages, from the sandbox, for the README. */

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const WIDTH = 1100;
/** Of longer pages the beginning. */
const TALLEST = 1000;
const SHORTEST = 400;
const SETTLING_LIMIT_MS = 60_000;

const take = async (page: Page, blank: Page, name: string): Promise<void> => {
  // Made small first: a page is at least as high as its window.
  await page.setViewportSize({ width: WIDTH, height: SHORTEST });
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width: WIDTH, height: Math.min(height, TALLEST) });
  const file = path.join(FOLDER, `${name}.png`);
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  writeFileSync(file, await inFewerColours(blank, shot));
  process.stdout.write(`${name}.png ${Math.ceil(statSync(file).size / 1_024)} KiB\n`);
};

await using sandbox = await useSandbox();
const log = createLogger({ level: 'warn', pretty: true });
await using database = openDatabase({ url: sandbox.databaseUrl, name: 'pictures', max: 2, log });
const { pool } = database;

/** What is tried a few times only has failed by then. */
const untilSettled = async (): Promise<void> => {
  const deadline = Date.now() + SETTLING_LIMIT_MS;
  const waiting = `select 1 from reconciler.reconciliations where state = 'pending'
      or (state = 'retrying' and reason in ('webview_not_found', 'account_not_found')) limit 1`;
  while ((await pool.query(waiting)).rows.length > 0) {
    if (Date.now() > deadline) throw new Error('the sandbox does not come to rest; see its log');
    await sleep(500);
  }
};

/** Some more of the commonest, so that there are numbers to see. */
const GUESTS = 6;
for (let guest = 1; guest <= GUESTS; guest++) {
  const { ok } = await fetch(`${sandbox.sandboxUrl}/connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: `guest_${guest}` }),
  });
  if (!ok) throw new Error('the sandbox refused a guest');
}
await untilSettled();

const operator = (await listOperators(pool)).find(({ name }) => name === 'you');
if (operator === undefined || sandbox.sandboxUrl === null) {
  throw new Error('what runs here is no sandbox');
}
const key = await createSignInLink(pool, operator.id, 5);

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
try {
  const blank = await browser.newPage();
  const page = await browser.newPage({ viewport: { width: WIDTH, height: TALLEST } });
  await page.goto(`${sandbox.sandboxUrl}/app`);
  const desk = await page.getByRole('link', { name: 'the support desk' }).getAttribute('href');
  await page.goto(`${desk}/sign-in/link#key=${key}`);
  await page.getByRole('button', { name: 'Sign in with this link' }).click();
  for (const { name, dark = false, open } of PICTURES) {
    await page.setViewportSize({ width: WIDTH, height: TALLEST });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await page.goto(`${desk}`);
    await open(page, sandbox.sandboxUrl);
    await page.waitForLoadState();
    await take(page, blank, name);
  }
} finally {
  await browser.close();
}
