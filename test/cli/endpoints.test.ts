import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { openTelling, startApp, type Telling } from '../fixtures/telling.ts';

let site: Telling;
let env: Record<string, string>;
beforeAll(async () => {
  site = await openTelling();
  env = {
    DATABASE_URL: site.database.url,
    OPERATOR_NAME: 'the shell',
    ENDPOINT_SECRETS_KEY: 'seals secrets of endpoints in tests',
    ENDPOINT_PRIVATE_NETWORKS: '127.0.0.0/8',
    SEAM_WORKSPACES: JSON.stringify(
      ['hotels', 'flats'].map(id => ({
        workspace_id: id,
        name: `The ${id}`,
        api_key: `seam_${id}_key`,
        webhook_secrets: [`whsec_${Buffer.from(`secret of ${id}`).toString('base64')}`],
      })),
    ),
  };
});
afterAll(() => site[Symbol.asyncDispose]());

const run = (...args: string[]) => runHere(['endpoint', ...args], env);
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
const URL_OF_APP = 'https://app.example.com/hooks?key=of-the-app';

/** @returns its id */
const add = async (...more: string[]): Promise<string> => {
  const { endpoint } = await json('add', randomUUID(), URL_OF_APP, ...more);
  return String(endpoint.id);
};

describe('an endpoint', () => {
  test('is added, and its secret is alone on stdout, once', async () => {
    const { stdout, stderr, code } = await run(
      'add',
      'app',
      URL_OF_APP,
      '--type',
      'account.linked',
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^whsec_[\w+/]{43}=\n$/),
    });
    expect(stderr).toMatch(
      /^Endpoint \d+ \(app\) is added: https:\/\/app.example.com\/hooks\. .*shown only once/,
    );
    const id = /\d+/.exec(stderr)?.[0] ?? '';
    for (const args of [['list'], ['show', id], ['list', '--json'], ['show', id, '--json']]) {
      const shown = await run(...args);
      expect(shown.stdout).toContain('https://app.example.com/hooks');
      expect(shown.stdout + shown.stderr).not.toMatch(/whsec_|of-the-app/);
    }
    expect((await run('show', id)).stdout).toMatch(/^Types: +account\.linked$/m);
  });

  test('may be a queue, which has no secret, and be limited', async () => {
    const args = ['add', 'jobs', 'seam-messages', '--kind', 'queue', '--workspace', 'The flats'];
    const { stdout, stderr } = await run(...args, '--rate', '7');
    expect(stdout).toBe('');
    expect(stderr).toContain('is added: seam-messages. Try it with');
    expect((await run('list')).stdout).toMatch(
      /jobs +queue seam-messages +all +The flats \(flats\) +0 +0 +never +enabled/,
    );
    const { endpoints } = await json('list');
    expect(endpoints.find(({ name }: { name: string }) => name === 'jobs')).toMatchObject({
      ...{ kind: 'queue', types: null, workspaces: ['flats'], per_second: 7, state: 'enabled' },
      ...{ waiting: 0, waiting_is_capped: false, secrets: [], created_by: 'the shell' },
    });
  });

  test('with http:// and a name is added with a hint that it may lead to nothing', async () => {
    const hint = 'http:// is only for addresses in ENDPOINT_PRIVATE_NETWORKS. If app.example leads';
    const { code, stderr } = await run('add', 'plain', 'http://app.example/hooks');
    expect(code).toBe(0);
    expect(stderr).toContain(hint);
    const added = await json('add', 'plain too', 'http://app.example/hooks');
    expect(added.warning).toContain(hint);
    expect((await json('add', 'here', 'http://localhost:1/hooks')).warning).toBeNull();
    expect((await json('add', 'safe', 'https://app.example/hooks')).warning).toBeNull();
  });

  test.each([
    [['add', 'x', 'app.example.com'], 'must be a URL'],
    [['add', 'x', 'https://169.254.169.254/latest'], 'not a public address'],
    [['add', 'x', 'https://me:secret@app.example.com/'], 'no password'],
    [['add', 'x', 'looks', '--kind', 'queue'], 'our own queues'],
    [['add', 'x', URL_OF_APP, '--type', 'account.link'], 'Allowed choices are account.linked'],
    [['add', 'x', URL_OF_APP, '--workspace', 'villas'], "'villas' doesn't name exactly one"],
    [['add', 'x', URL_OF_APP, '--rate', '0'], 'whole number'],
    [['add', ' ', URL_OF_APP], 'A name must have'],
    [['change', '1'], 'Say what to change'],
    [['change', '1', '--type', 'account.linked', '--all-types'], 'cannot be used with'],
    [['disable', '1'], '--why'],
    [['enable', '1'], '--missed'],
    [['replay', '1', '--all'], 'say which messages'],
    [['rotate', '1', '--overlap', '31d'], 'The overlap must be'],
  ])('is not %j', async (args, why) => {
    const { code, stderr, stdout } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
  });

  test('can’t be added while nothing can keep its secret', async () => {
    const { ENDPOINT_SECRETS_KEY: _, ...without } = env;
    const done = await runHere(['endpoint', 'add', 'x', URL_OF_APP], without);
    expect(done.code).toBe(4);
    expect(done.stderr).toContain('ENDPOINT_SECRETS_KEY isn’t set');
  });

  test('is changed, and what was left out stays', async () => {
    const id = await add('--type', 'account.linked', '--rate', '9');
    const { endpoint } = await json('change', id, '--target', 'https://app.example.com/v2');
    expect(endpoint).toMatchObject({
      target: 'https://app.example.com/v2',
      types: ['account.linked'],
      per_second: 9,
    });
    expect((await json('change', id, '--all-types')).endpoint.types).toBeNull();
    const taken = await run('change', id, '--name', 'app');
    expect(taken).toMatchObject({ code: 2, stderr: 'There is already an endpoint "app".\n' });
    expect((await run('change', '4711', '--name', 'x')).code).toBe(3);
  });

  test('gets another secret, and without an overlap only where that is confirmed', async () => {
    const id = await add();
    const done = await run('rotate', id);
    expect(done.stdout).toMatch(/^whsec_[\w+/]{43}=\n$/);
    expect(done.stderr).toMatch(/The old secret signs, too, until 20/);
    expect((await run('show', id)).stdout).toContain('an old one until 20');
    expect(await run('rotate', id, '--overlap', '0h')).toMatchObject({ code: 4, stdout: '' });
    expect((await run('rotate', id, '--overlap', '0h', '--yes')).code).toBe(0);
    expect((await json('show', id)).secrets).toHaveLength(1);
  });

  test('is tested with a real request, whose answer is shown', async () => {
    await using app = await startApp(204);
    const { stdout, code } = await run('test', await addApp(app.url));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('(204)') });
    expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({ type: 'endpoint.test' });
    await using broken = await startApp(500, 'no\nroom');
    const failed = await run('test', await addApp(broken.url));
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^The test failed after \d+ ms: .*500.* It answered: no.room\n$/);
  });

  test('is disabled with a reason, and enabled with what it missed, or without', async () => {
    const id = await add();
    expect((await run('disable', id, '--why', 'a test')).code).toBe(0);
    expect((await run('list')).stdout).toMatch(/disabled 20\S+ by a person/);
    expect((await run('disable', id, '--why', 'a test')).code).toBe(4);
    await site.tell({}, {});
    expect((await run('enable', id, '--missed', 'send')).stdout).toContain(
      '2 that it missed will be sent',
    );
    expect((await run('enable', id, '--missed', 'send')).code).toBe(4);
    await run('disable', id, '--why', 'a test');
    expect((await run('enable', id, '--missed', 'skip')).stdout).toContain('skipped');
  });

  test('is removed where that is confirmed', async () => {
    const id = await add();
    const asked = await run('remove', id, '--why', 'a test');
    expect(asked).toMatchObject({ code: 4, stdout: '' });
    expect(asked.stderr).toContain("can't be undone");
    expect((await run('remove', id, '--why', 'a test', '--yes')).code).toBe(0);
    expect((await run('show', id)).code).toBe(3);
  });
});

const addApp = async (url: string): Promise<string> =>
  String((await json('add', randomUUID(), url)).endpoint.id);

test('an endpoint that was down is sent what it is to have, after a preview', async () => {
  const id = await add();
  const told = await site.tell({}, { type: 'account.deleted' });
  for (const position of told) await site.end(Number(id), position, 'dead', 8);
  expect((await run('replay', id, '--dry-run')).stdout).toBe(
    '2 messages match: sent at 50 a second at most.\n',
  );
  const asked = await run('replay', id);
  expect(asked).toMatchObject({ code: 4, stdout: '' });
  expect(asked.stderr).toContain('Send 2 messages to endpoint');
  const some = ['--all', '--since', '1h', '--type', 'account.deleted', '--account', 'a1', '--yes'];
  expect(await json('replay', id, ...some)).toEqual({ matching: 1, sent_again: 1, dry_run: false });
  expect((await run('replay', id, '--yes')).stdout).toMatch(
    /^1 message will be sent to endpoint \d+ /,
  );
  expect(await site.stands(Number(id))).toEqual(told.map(position => `${position} waiting`));
  expect((await run('replay', id)).stdout).toBe('Nothing matches.\n');
});
