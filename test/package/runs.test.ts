import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { type App, appWithPackage, nodeOf, PACKING_LIMIT_MS } from '../fixtures/package.ts';
import { childEnv, start } from '../fixtures/processes.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/* The package, out of an app's node_modules, on each Node that it is for. */

const stack = new AsyncDisposableStack();
let app: App;
let seam: TestSeam;
beforeAll(async () => {
  app = await appWithPackage();
  seam = stack.use(await startTestSeam());
}, PACKING_LIMIT_MS);
afterAll(() => stack.disposeAsync());

const program = (): string => path.join(app.folder, 'node_modules', '.bin', 'seam-reconciler');

const settingsFor = (database: TestDatabase): Record<string, string> => ({
  DATABASE_URL: database.url,
  SEAM_API_KEY: seam.apiKey,
  SEAM_ENDPOINT: seam.endpoint,
  SEAM_WEBHOOK_SECRET: SECRET,
  PORT: '0',
});

const NODES = ([22, 24, 26] as const).map(major => [major, nodeOf(major)] as const);

describe.each(NODES)('on Node %i', (major, found) => {
  const node = found ?? '';
  const call = (args: readonly string[], env: Record<string, string> = {}, input = '') => {
    const { status, stdout, stderr } = spawnSync(node, [program(), ...args], {
      cwd: app.folder,
      env: childEnv(env),
      input,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  describe.skipIf(found === undefined)('with it', () => {
    const own = new AsyncDisposableStack();
    let database: TestDatabase;
    beforeAll(async () => {
      database = own.use(await createTestDatabase('template0'));
      const { stderr, status } = call(['migrate'], settingsFor(database));
      expect(stderr).not.toContain('Error');
      expect(status).toBe(0);
      await database.pool.query("insert into reconciler.users (id) values ('ada')");
    });
    afterAll(() => own.disposeAsync());

    test('it is that Node', () => {
      const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
    });

    test('an app imports it by its name, which opens and says nothing', () => {
      const code = `
        const before = [...process.eventNames(), ...Object.getOwnPropertyNames(globalThis)];
        const { VERSION } = await import('seam-reconciler');
        const after = [...process.eventNames(), ...Object.getOwnPropertyNames(globalThis)];
        console.log(JSON.stringify({ VERSION, added: after.filter(each => !before.includes(each)) }));`;
      const { stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', code], {
        cwd: app.folder,
        env: childEnv({}),
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ VERSION: packageJson.version, added: [] });
    });

    test('its program tells its version, of no repository that is round it, and its commands', () => {
      expect(call(['--version'])).toMatchObject({
        status: 0,
        stdout: `${packageJson.version}\n`,
        stderr: '',
      });
      const help = call(['--help']);
      expect(help).toMatchObject({ status: 0, stderr: '' });
      expect(help.stdout).toMatch(/^ {2}serve /m);
      expect(help.stdout).not.toMatch(/^ {2}(dev|sandbox) /m);
    });

    test.each([['dev'], ['sandbox', 'user', 'ada']])(
      '"%s" says that it needs a clone',
      (...args) => {
        const { status, stdout, stderr } = call(args);
        expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
        expect(stderr).toContain('This needs a clone of seam-reconciler');
      },
    );

    test('the doctor finds the database and the key in order', async () => {
      const { stdout } = call(['doctor', '--json'], settingsFor(database));
      const { checks } = JSON.parse(stdout) as { checks: { check: string; result: string }[] };
      const fine = checks.filter(({ result }) => result === 'ok').map(({ check }) => check);
      expect(fine).toEqual(expect.arrayContaining(['database', 'Seam key and workspace']));
    });

    test('how easily a password is guessed is estimated, in a thread of its own', () => {
      const add = (password: string) =>
        call(
          ['operator', 'add', 'ada', '--role', 'admin', '--password-stdin'],
          settingsFor(database),
          password,
        );
      expect(add('password-password').stderr).toContain('easy to guess');
      expect(add('four-violet-otters-hum')).toMatchObject({ status: 0 });
    });

    test('takes a signed webhook, links the account, and serves the console', async () => {
      await using serve = start(
        ['serve', '--work'],
        { ...settingsFor(database), CONSOLE_URL: 'http://127.0.0.1' },
        pathToFileURL(program()).pathname,
        node,
      );
      const { url } = await serve.logged('listening');
      await serve.logged('worker ready');
      const webviewId = await seam.createWebview({ id: 'ada' });
      const { events } = await seam.completeWebview(webviewId, { email: `ada${major}@l.example` });
      for (const event of events) expect((await post(String(url), event)).status).toBe(204);
      const links = await until('the account to be linked', async () => {
        const { rows } = await database.pool.query(
          'select user_id from reconciler_public.user_accounts',
        );
        return rows.length > 0 ? rows : null;
      });
      expect(links).toEqual([{ user_id: 'ada' }]);
      const page = await (await fetch(`${url}/support/sign-in`)).text();
      const assets = [...page.matchAll(/(?:href|src)="(\/support\/assets\/[^"]+)"/g)];
      expect(assets.length).toBeGreaterThan(3);
      for (const [, asset = ''] of assets) expect((await fetch(`${url}${asset}`)).status).toBe(200);
      expect(await serve.stop('SIGTERM')).toBe(0);
    });
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
