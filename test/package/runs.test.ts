import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { type App, appWithPackage, nodeOf, PACKING_LIMIT_MS } from '../fixtures/package.ts';
import { childEnv, start } from '../fixtures/processes.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/* The package, out of an app's node_modules, on each Node that it is for: as a library and as a program. */

const stack = new AsyncDisposableStack();
let app: App;
let seam: TestSeam;
beforeAll(async () => {
  app = await appWithPackage();
  seam = stack.use(await startTestSeam());
}, PACKING_LIMIT_MS);
afterAll(() => stack.disposeAsync());

const program = (): string => path.join(app.folder, 'node_modules', '.bin', 'seam-reconciler');

/** Not waited for by standing still: Seam's fake, which it may ask, is in this very process. */
const caller =
  (node: string) =>
  async (args: readonly string[], env: Record<string, string> = {}, input = '') => {
    const child = spawn(node, [program(), ...args], { cwd: app.folder, env: childEnv(env) });
    child.stdin.end(input);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { status, stdout, stderr };
  };

const settingsFor = (database: TestDatabase): Record<string, string> => ({
  DATABASE_URL: database.url,
  SEAM_API_KEY: seam.apiKey,
  SEAM_ENDPOINT: seam.endpoint,
  SEAM_WEBHOOK_SECRET: SECRET,
  PORT: '0',
});

const connect = async (url: string, email: string): Promise<void> => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const { events } = await seam.completeWebview(webviewId, { email });
  for (const event of events) expect((await post(url, event)).status).toBe(204);
};

const NODES = ([22, 24, 26] as const).map(major => [major, nodeOf(major)] as const);

describe.each(NODES)('on Node %i', (major, found) => {
  const node = found ?? '';

  describe.skipIf(found === undefined)('with it', () => {
    const own = new AsyncDisposableStack();
    let database: TestDatabase;
    beforeAll(async () => {
      database = own.use(await createTestDatabase('template0'));
    });
    afterAll(() => own.disposeAsync());

    test('a part of an app: migrates, takes a webhook, links, calls a hook, and ends', async () => {
      const code = readFileSync('test/package/app/run.mjs', 'utf8');
      const options = {
        databaseUrl: database.url,
        seam: { apiKey: seam.apiKey, endpoint: seam.endpoint, webhookSecret: SECRET },
      };
      const args = ['--input-type=module', '--eval', code, JSON.stringify(options)];
      const child = spawn(node, args, {
        cwd: app.folder,
        env: childEnv({}),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      own.defer(() => void child.kill('SIGKILL'));
      const ended = once(child, 'exit');
      const [lines, complaints]: string[][] = [[], []];
      createInterface({ input: child.stdout }).on('line', line => lines?.push(line));
      createInterface({ input: child.stderr }).on('line', line => complaints?.push(line));
      const told = async (at: number) => {
        const line = await until(`line ${at} of the app`, () => {
          expect(child.exitCode === null ? [] : complaints).toEqual([]);
          return lines?.at(at) ?? null;
        });
        return JSON.parse(line) as Record<string, unknown>;
      };
      const begun = await told(0);
      expect(begun).toMatchObject({ VERSION: packageJson.version, added: false });
      await database.pool.query("insert into reconciler.users (id) values ('ada')");
      await connect(`http://127.0.0.1:${begun.port}/locks`, `app${major}@l.example`);
      expect(await told(1)).toEqual({ user_id: 'ada', accounts: 1, ready: true, api: 200 });
      expect(await ended).toEqual([0, null]);
      expect(complaints).toEqual([]);
    });

    test('a service: takes a webhook, links, and serves the console', async () => {
      await using serve = start(
        ['serve', '--work'],
        { ...settingsFor(database), CONSOLE_URL: 'http://127.0.0.1' },
        program(),
        node,
      );
      const { url } = await serve.logged('listening');
      await serve.logged('worker ready');
      await connect(String(url), `service${major}@l.example`);
      await until('the account to be linked', async () => {
        const { rowCount } = await database.pool.query(
          "select from reconciler_public.user_accounts where user_id = 'ada'",
        );
        return rowCount === 2;
      });
      const page = await (await fetch(`${url}/support/sign-in`)).text();
      const assets = [...page.matchAll(/(?:href|src)="(\/support\/assets\/[^"]+)"/g)];
      expect(assets.length).toBeGreaterThan(3);
      for (const [, asset = ''] of assets) expect((await fetch(`${url}${asset}`)).status).toBe(200);
      expect(await serve.stop('SIGTERM')).toBe(0);
    });

    test('how easily a password is guessed is estimated, in a thread of its own', async () => {
      const add = ['operator', 'add', 'ada', '--role', 'admin', '--password-stdin'];
      const { status, stderr } = await caller(node)(
        add,
        settingsFor(database),
        'password-password',
      );
      expect(status).not.toBe(0);
      expect(stderr).toContain('easy to guess');
    });
  });
});

// On the oldest of them, which lacks the most.
describe.skipIf(nodeOf(22) === undefined)('its program', () => {
  const call = caller(nodeOf(22) ?? '');

  test('tells its version, of no repository that is round it, and its commands', async () => {
    const told = await call(['--version']);
    expect(told).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    const help = await call(['--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/^ {2}serve /m);
    expect(help.stdout).not.toMatch(/^ {2}(dev|sandbox) /m);
  });

  test.each([['dev'], ['sandbox', 'user', 'ada']])(
    '"%s" says that it needs a clone',
    async (...args) => {
      const { status, stdout, stderr } = await call(args);
      expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
      expect(stderr).toContain('This needs a clone of seam-reconciler');
    },
  );

  test('the doctor finds the database and the key in order', async () => {
    await using database = await createTestDatabase();
    const { stdout } = await call(['doctor', '--json'], settingsFor(database));
    const { checks } = JSON.parse(stdout) as { checks: { check: string; result: string }[] };
    const fine = checks.filter(({ result }) => result === 'ok').map(({ check }) => check);
    expect(fine).toEqual(expect.arrayContaining(['database', 'Seam key and workspace']));
  });
});

test('its program starts by itself, with whatever Node comes first', () => {
  const bin = path.dirname(process.execPath);
  const { stdout } = spawnSync(program(), ['--version'], {
    env: childEnv({ PATH: `${bin}:${process.env.PATH}` }),
    encoding: 'utf8',
  });
  expect(stdout).toBe(`${packageJson.version}\n`);
});
