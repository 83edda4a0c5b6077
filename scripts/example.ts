// `npm run example`: starts examples/express-drizzle beside the `npm start` that runs here, with all that it needs: its
// packages, a token, an endpoint. `npm run example -- inside` starts it with the library inside.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { openDatabase, prepareDatabase } from '../examples/express-drizzle/src/database.ts';
import { shellActor } from '../src/access/actor.ts';
import { DATA_FOLDER, findRunning, type Running } from '../src/cli/laptop.ts';
import { openDesk } from '../src/cli/open.ts';
import { createToken } from '../src/operators/tokens.ts';
import { readOwnSecrets, registerPretendApp } from '../src/sandbox/own-endpoint.ts';
import { EVENT_TYPES } from '../src/seam/events.ts';

const ROOT = path.join(import.meta.dirname, '..');
const EXAMPLE = path.join(ROOT, 'examples/express-drizzle');
const NAME = 'The example app';
const URL_OF_APP = `http://127.0.0.1:${process.env.PORT || 3010}`;
/** What it was given before. It goes with the data that it opens. */
const KEPT = path.join(DATA_FOLDER, 'example.json');

type Kept = { sessionSecret: string; token: string | null; webhookSecret?: string };

const readKept = (): Kept =>
  existsSync(KEPT)
    ? JSON.parse(readFileSync(KEPT, 'utf8'))
    : { sessionSecret: randomBytes(32).toString('base64'), token: null };

/** @throws Error where it can't be built */
const build = (program: string): void => {
  const isInside = program === 'inside';
  const [name, folder, args] = isInside
    ? ['seam-reconciler', ROOT, ['scripts/build.cjs']]
    : ['seam-reconciler-client', path.join(ROOT, 'clients/typescript'), [TSC, '-p', CLIENT]];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} could not be built.`);
  const link = path.join(EXAMPLE, 'node_modules', name);
  mkdirSync(path.dirname(link), { recursive: true });
  if (!existsSync(link)) symlinkSync(folder, link, 'dir');
};
const TSC = path.join(ROOT, 'node_modules/@typescript/native/bin/tsc');
const CLIENT = 'clients/typescript';

const works = async (consoleUrl: string, token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${consoleUrl}/api/v1/users/ada/accounts`, { headers })).ok;
};

/** What an admin would give the app: a token, and the secret of its endpoint. */
const settingsBeside = async (consoleUrl: string, kept: Kept): Promise<Record<string, string>> => {
  await using opened = openDesk(process.env);
  const { desk } = opened;
  await registerPretendApp(desk, `${URL_OF_APP}/webhooks/connections`, NAME);
  const [secret = ''] = await readOwnSecrets(desk.pool, desk.outgoing.secretsKeys, NAME);
  if (kept.token === null || !(await works(consoleUrl, kept.token))) {
    const made = await createToken(desk.pool, shellActor('npm run example'), {
      name: NAME,
      role: 'support',
      owner: 'you',
      permissions: ['view', 'create_webview'],
      workspaces: undefined,
      lifetimeHours: undefined,
    });
    kept.token = made.secret;
  }
  return { RECONCILER_URL: consoleUrl, RECONCILER_TOKEN: kept.token, RECONCILER_SECRET: secret };
};

/** What was linked before the app was told of anything, as its README has it. */
const takeOver = async (databaseUrl: string): Promise<void> => {
  const readme = readFileSync(path.join(EXAMPLE, 'README.md'), 'utf8');
  const [, statement = ''] = /^```sql\n(.*?)^```$/ms.exec(readme) ?? [];
  const db = openDatabase(databaseUrl);
  await prepareDatabase(db, { hasDemoUsers: true });
  await db.$client.query(statement);
  await db.$client.end();
};

/** Asks the sandbox's Seam. */
const askSeam = async ({ seamSettings }: Running, what: string, body: object) => {
  const { SEAM_API_KEY, SEAM_ENDPOINT } = seamSettings;
  const answer = await fetch(`${SEAM_ENDPOINT}${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SEAM_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { webhook?: { secret: string }; webhooks?: { url: string }[] };
};

const isThereAlready = (error: unknown): boolean => (error as { code?: string }).code === '42P04';

/** A database of its own beside the sandbox's, and a webhook of its own in the sandbox's Seam. */
const settingsInside = async (running: Running, kept: Kept): Promise<Record<string, string>> => {
  const own = new URL(running.databaseUrl);
  own.pathname = '/example_inside';
  const client = new pg.Client(running.databaseUrl);
  await client.connect();
  await client.query('create database example_inside').catch((error: unknown) => {
    if (!isThereAlready(error)) throw error;
  });
  await client.end();
  const url = `${URL_OF_APP}/webhooks/seam`;
  const { webhooks = [] } = await askSeam(running, '/webhooks/list', {});
  if (kept.webhookSecret === undefined || !webhooks.some(each => each.url === url)) {
    const request = { url, event_types: [...EVENT_TYPES] };
    const { webhook } = await askSeam(running, '/webhooks/create', request);
    kept.webhookSecret = webhook?.secret ?? '';
  }
  const { SEAM_API_KEY = '', SEAM_ENDPOINT = '' } = running.seamSettings;
  return {
    DATABASE_URL: own.href,
    SEAM_API_KEY,
    SEAM_ENDPOINT,
    SEAM_WEBHOOK_SECRET: kept.webhookSecret,
  };
};

const main = async (program: string): Promise<void> => {
  const running = findRunning();
  if (running === null || running.sandboxUrl === null || running.consoleUrl === null) {
    throw new Error('No sandbox is running here. Start one with "npm start" in another terminal.');
  }
  if (program !== 'beside' && program !== 'inside') throw new Error('It is "beside" or "inside".');
  build(program);
  const kept = readKept();
  const settings =
    program === 'inside'
      ? await settingsInside(running, kept)
      : await settingsBeside(running.consoleUrl, kept);
  if (program === 'beside') await takeOver(running.databaseUrl);
  writeFileSync(KEPT, JSON.stringify(kept), { mode: 0o600 });
  const app = spawn(process.execPath, [`src/${program}.ts`], {
    cwd: EXAMPLE,
    stdio: 'inherit',
    env: {
      ...process.env,
      // Its sign-in asks for no password.
      HOST: '127.0.0.1',
      DATABASE_URL: running.databaseUrl,
      APP_URL: URL_OF_APP,
      SESSION_SECRET: kept.sessionSecret,
      DEMO_USERS: 'on',
      ...settings,
    },
  });
  // The same Ctrl-C reaches it, too; this ends when it has.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => app.kill('SIGTERM'));
  app.on('exit', code => {
    process.exitCode = code ?? 0;
  });
};

try {
  await main(process.argv[2] ?? 'beside');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
