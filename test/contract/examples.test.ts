import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readerStatements } from '../../src/db/grants.ts';
import { arrange } from '../../src/outbox/arrange.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { createEndpointQueue } from '../../src/queue/endpoint-queue.ts';
import { makeExamples } from '../fixtures/contract-examples.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { ROOT } from '../fixtures/documents.ts';
import { childEnv } from '../fixtures/processes.ts';
import { createRedis } from '../fixtures/redis.ts';
import { createRole, type TestRole } from '../fixtures/roles.ts';
import { SECRET, silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* The examples of docs/contract.md, as they stand there: compiled, and run as an app's own role. */

const run = promisify(execFile);
let database: TestDatabase;
let role: TestRole;
let folder: string;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  role = stack.use(
    await createRole(database, name => [
      ...readerStatements(name, 'postgres'),
      `create schema app authorization ${name}`,
      'create table app.told (message_id uuid primary key, type text not null, connected_account_id text)',
      `alter table app.told owner to ${name}`,
    ]),
  );
  ({ folder } = stack.use(await makeExamples()));
});
afterAll(() => stack.disposeAsync());

/** Something that happens to an account; a new one's is told, too. */
const link = async (userId: string, account: string = randomUUID()): Promise<string> => {
  const { pool } = database;
  // One transaction, as a run does it.
  await pool.query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'relinked'
      where connected_account_id = '${account}' and unlinked_at is null;
     insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('${account}', '${userId}', 1)`,
  );
  await arrange(pool);
  return account;
};

/** A program that uses an example, as a process of its own. */
type App = Readonly<{
  lines: readonly string[];
  said: (line: string) => Promise<string>;
  complained: (words: string) => Promise<unknown>;
}> &
  AsyncDisposable;

const startApp = async (code: string, env: Readonly<Record<string, string>>): Promise<App> => {
  const file = path.join(folder, `${randomUUID()}.ts`);
  await writeFile(file, code);
  const child = spawn(process.execPath, [file], {
    env: childEnv({ DATABASE_URL: role.url, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  let text = '';
  child.stdout.on('data', data => {
    text += data;
  });
  let errors = '';
  child.stderr.on('data', data => {
    errors += data;
  });
  const lines = (): string[] => text.split('\n').slice(0, -1);
  return {
    get lines() {
      return lines();
    },
    said: begin =>
      until(`"${begin}" from the example`, () => {
        const found = lines().find(line => line.startsWith(begin));
        if (found === undefined && child.exitCode !== null) throw new Error(`it ended: ${errors}`);
        return found;
      }),
    complained: words => until(`${words} from the example`, () => errors.includes(words)),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

test('they compile as strictly as our own code', async () => {
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { typeRoots: [path.join(ROOT, 'node_modules/@types')] },
      include: ['*.ts'],
    }),
  );
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['-p', folder]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

test.each(['accounts-with-pg', 'accounts-with-drizzle'])('%s.ts reads a user’s', async example => {
  const account = await link(`of ${example}`);
  await using app = await startApp(
    `import { accountsOf } from './${example}.ts';
     console.log('accounts ' + JSON.stringify(await accountsOf('of ${example}'), (_, value) =>
       typeof value === 'bigint' ? String(value) : value));`,
    {},
  );
  const said = await app.said('accounts ');
  expect(JSON.parse(said.slice('accounts '.length))).toMatchObject([
    example.endsWith('pg')
      ? { connected_account_id: account, state: null, linked_at: expect.any(String) }
      : { connectedAccountId: account, linkedBy: 'seam', linkId: expect.any(String) },
  ]);
});

describe('follow.ts', () => {
  const FOLLOW = `
    import { follow } from './follow.ts';
    const stop = new AbortController();
    process.on('SIGTERM', () => stop.abort());
    await follow(async message => {
      if (message.user_id === 'poison' && !process.env.IS_CURED) throw new Error('not yet');
      console.log('told ' + message.about + ' ' + message.sequence + ' ' + message.user_id);
    }, stop.signal);`;

  test('handles what was there and what comes, each once, also after a failure and a restart', async () => {
    await database.pool.query(
      `create table app.cursors (name text primary key, position bigint not null);
       insert into app.cursors values ('connections', 0);
       alter table app.cursors owner to ${role.name}`,
    );
    const account = await link('first');
    const about = `connected_account:${account}`;
    {
      await using app = await startApp(FOLLOW, {});
      await app.said(`told ${about} 1 first`);
      await link('second', account);
      await app.said(`told ${about} 2 second`);
      expect(app.lines.filter(line => line.includes(account))).toHaveLength(2);
      // What it told and didn't keep before it was killed, it would tell again.
      await until('what was told is kept', async () => {
        const { rows } = await database.pool.query<{ isKept: boolean }>(
          `select c.position >= max(m.position) as "isKept" from app.cursors c, reconciler.messages m group by c.position`,
        );
        return rows[0]?.isKept === true;
      });
    }
    await link('third', account);
    await using again = await startApp(FOLLOW, {});
    await again.said(`told ${about} 3 third`);
    await link('poison', account);
    await again.complained('not yet');
    await using cured = await startApp(FOLLOW, { IS_CURED: 'yes' });
    await cured.said(`told ${about} 4 poison`);
    const told = [...again.lines, ...cured.lines].filter(line => line.includes(account));
    expect(told).toEqual([`told ${about} 3 third`, `told ${about} 4 poison`]);
  });
});

describe.each(['receive', 'receive-with-client'])('%s.ts', example => {
  const RECEIVE = `
    import { app } from './${example}.ts';
    const server = app.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));`;

  test('takes what is signed, once, and nothing else', async () => {
    await using app = await startApp(RECEIVE, { RECONCILER_SECRET: SECRET });
    const port = (await app.said('port ')).slice('port '.length);
    const id = randomUUID();
    const send = async (secret: string, body: string, at = new Date()): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${port}/webhooks/connections`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': `v1,${btoa('that of another secret')} ${new Webhook(secret).sign(id, at, body)}`,
        },
        body,
      });
      return answer.status;
    };
    const body = JSON.stringify({
      type: 'account.linked',
      timestamp: new Date().toISOString(),
      data: { message_id: id, connected_account_id: 'acc' },
    });
    const OTHER = `whsec_${Buffer.from('another one of somebody else').toString('base64')}`;
    expect(await send(OTHER, body)).toBe(400);
    expect(await send(SECRET, body, new Date(Date.now() - 3_600_000))).toBe(400);
    expect(await send(SECRET, body)).toBe(204);
    expect(await send(SECRET, body)).toBe(204);
    const { rows } = await database.pool.query('select * from app.told where message_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ message_id: id, type: 'account.linked', connected_account_id: 'acc' }]);
    await database.pool.query('alter table app.told rename to told_later');
    expect(await send(SECRET, body)).toBe(500);
    await database.pool.query('alter table app.told_later rename to told');
  });
});

test('consume.ts takes what is put into the queue, once, in its order', async () => {
  await using redis = await createRedis({ started: true });
  await using backend = createQueueBackend({
    redisUrl: redis.url,
    databaseUrl: database.url,
    log: silentLog,
  });
  await using queue = createEndpointQueue({ backend, log: silentLog });
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const [at, message_id] of [...ids, ids[0] ?? ''].entries()) {
    await queue.addToQueue(
      'my-app',
      {
        type: 'account.linked',
        timestamp: new Date().toISOString(),
        data: {
          message_id,
          position: at,
          about: 'connected_account:acc',
          sequence: at + 1,
          workspace_id: null,
          user_id: 'ada',
          connected_account_id: 'acc',
          connect_webview_id: null,
        },
      },
      0,
    );
  }
  await using app = await startApp(
    `import { startConsumer } from './consume.ts';
     startConsumer(async (type, { message_id }) => console.log(type + ' ' + message_id));`,
    { REDIS_URL: redis.url },
  );
  await app.said(`account.linked ${ids[2]}`);
  expect(app.lines).toEqual(ids.map(id => `account.linked ${id}`));
});
