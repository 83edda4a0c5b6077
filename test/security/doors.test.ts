import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import { openDoors } from '../../src/app/doors.ts';
import { type Env, parseConfig } from '../../src/config/config.ts';
import { consoleWithheld } from '../../src/config/doors.ts';
import type { Logger } from '../../src/ops/log.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';

/* Who may come in by which door. */

const withheldWith = (env: Env): string | null => consoleWithheld(parseConfig(env));

describe('in production the console needs an address that can be trusted', () => {
  const NODE_ENV = 'production';
  test.each<[string, Env, RegExp]>([
    ['none', {}, /^CONSOLE_URL is missing/],
    ['http', { CONSOLE_URL: 'http://support.example.com' }, /^CONSOLE_URL must start with https/],
    ['like this machine', { CONSOLE_URL: 'http://localhost.evil.example' }, /^CONSOLE_URL must/],
  ])('refused: %s', (_case, env, fault) => {
    expect(withheldWith({ ...env, NODE_ENV })).toMatch(fault);
  });

  test.each<Env>([
    { CONSOLE_URL: 'https://support.example.com' },
    { CONSOLE_URL: 'https://app.example.com/a/locks/' },
    { CONSOLE_URL: 'http://localhost:3000' },
    { CONSOLE_URL: 'http://127.0.0.1:3000/' },
    { CONSOLE_URL: 'http://[::1]:3000' },
    { CONSOLE: 'off' },
  ])('taken: %o', env => {
    expect(withheldWith({ ...env, NODE_ENV })).toBeNull();
  });

  test('on a laptop it needs none', () => {
    expect(withheldWith({})).toBeNull();
  });

  test.each([
    'https://host.example/desk/support',
    'https://app.example.com//locks',
    'https://app.example.com/:locks',
    'https://app.example.com/l%20s',
    'https://app.example.com/a;b',
    'https://support.example.com/?x=1',
    'https://ada:secret@support.example.com',
    'javascript:alert(1)',
  ])('CONSOLE_URL can’t be %s', CONSOLE_URL => {
    const { faults } = faultsOf({ CONSOLE_URL });
    expect(faults.join()).toMatch(/^CONSOLE_URL must be/);
    expect(faults.join()).not.toContain(CONSOLE_URL);
  });

  test('"doctor" says so', async () => {
    const env = { NODE_ENV, SEAM_WEBHOOK_SECRET: SECRET, CONSOLE_URL: 'http://a.example' };
    const told = await runHere(['doctor', '--json'], env);
    const { checks } = JSON.parse(told.stdout) as { checks: { check: string; result: string }[] };
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'CONSOLE_URL', result: 'problem' }),
    );
  });

  test('two doors can’t be one port, whatever the command', () => {
    expect(faultsOf({ CONSOLE_PORT: '3000' }).faults).toEqual([
      expect.stringMatching(/^CONSOLE_PORT must differ/),
    ]);
  });
});

describe('the doors', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const open = async (env: Env, log: Logger = silentLog) => {
    const stack = new AsyncDisposableStack();
    const databaseUrl = database.url;
    const config = parseConfig({ SEAM_WEBHOOK_SECRET: SECRET, PORT: '0', ...env });
    const { workspaces } = config;
    const context = stack.use(
      createContext({
        databaseUrl,
        redisUrl: undefined,
        workspaces,
        log,
        name: 'test',
        maxConnections: 4,
      }),
    );
    const doors = stack.use(await openDoors(context, { ...config, databaseUrl }));
    return { ...doors, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  };
  const OF_PEOPLE = ['/support/sign-in', '/support/assets/x/console.js', '/api/v1/openapi.json'];
  const OF_MACHINES = ['/healthz', '/readyz'];
  /** The answer is read to its end, so that the connection is done with. */
  const statusOf = async (address: string, request?: RequestInit): Promise<number> => {
    const response = await fetch(address, request);
    await response.arrayBuffer();
    return response.status;
  };
  const statusesOf = (url: string | undefined, paths: readonly string[]) =>
    Promise.all(paths.map(path => statusOf(`${url}${path}`)));
  const send = (url: string | undefined) =>
    statusOf(`${url}/webhooks/seam`, { method: 'POST', body: '{}' });

  test('are one, as long as nothing else is said', async () => {
    await using doors = await open({});
    expect(doors.console?.url).toBe(doors.webhooks.url);
    expect(await statusesOf(doors.webhooks.url, OF_PEOPLE)).toEqual([200, 200, 200]);
  });

  test('are two with CONSOLE_PORT: people can’t be reached by that of the webhooks, nor these by theirs', async () => {
    await using doors = await open({ CONSOLE_PORT: '0' });
    expect(doors.console?.url).not.toBe(doors.webhooks.url);
    expect(await statusesOf(doors.webhooks.url, OF_PEOPLE)).toEqual([404, 404, 404]);
    expect(await statusesOf(doors.console?.url, OF_PEOPLE)).toEqual([200, 200, 200]);
    expect(await statusesOf(doors.console?.url, OF_MACHINES)).toEqual([404, 404]);
    expect(await send(doors.console?.url)).toBe(404);
    expect(await send(doors.webhooks.url)).not.toBe(404);
  });

  test.each<Env>([{}, { CONSOLE_URL: 'http://support.example.com' }])(
    'of production with %o: webhooks and programs are served, people get a page that says why not',
    async env => {
      const lines: string[] = [];
      const log = pino({ level: 'error' }, { write: line => void lines.push(line) });
      await using doors = await open({ ...env, NODE_ENV: 'production' }, log);
      expect(doors.console).toBeNull();
      expect(lines.map(line => JSON.parse(line).msg)).toEqual([
        expect.stringMatching(/^The support desk is not offered: CONSOLE_URL .+\.$/),
      ]);
      const { url } = doors.webhooks;
      const pages = [
        '/support',
        '/support/sign-in',
        '/support/sign-in/link',
        '/support/raw-queue/',
      ];
      expect(await statusesOf(url, pages)).toEqual([503, 503, 503, 503]);
      const page = await fetch(`${url}/support/sign-in`);
      expect(await page.text()).toContain('CONSOLE_URL');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(page.headers.get('set-cookie')).toBeNull();
      const form = { method: 'POST', body: 'name=ada&password=x' };
      expect(await statusOf(`${url}/support/sign-in`, form)).toBe(503);
      expect(await send(url)).toBe(415);
      expect(await statusesOf(url, ['/api/v1/queue'])).toEqual([401]);
      const document = await (await fetch(`${url}/api/v1/openapi.json`)).json();
      expect(document).toMatchObject({ servers: [{ url: '/api/v1' }] });
    },
  );

  test('CONSOLE=off leaves people’s out', async () => {
    await using doors = await open({ CONSOLE: 'off', CONSOLE_PORT: '0' });
    expect(doors.console).toBeNull();
    expect(await statusesOf(doors.webhooks.url, OF_PEOPLE)).toEqual([404, 404, 404]);
    expect(await send(doors.webhooks.url)).not.toBe(404);
  });
});
