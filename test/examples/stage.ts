import type pg from 'pg';
import { openDatabase, prepareDatabase } from '../../examples/express-drizzle/src/database.ts';
import { addOperator } from '../../src/operators/operators.ts';
import type { SandboxApp } from '../../src/sandbox/app.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { copyExample, createExampleApp, type ExampleApp } from '../fixtures/example.ts';
import { openHouse } from '../fixtures/house.ts';
import { openPretendApp } from '../fixtures/pretend.ts';
import { run } from '../fixtures/processes.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken } from '../fixtures/tokens.ts';

/** The example with all that it needs, as a user would have it. */
export type Stage = Readonly<{
  app: ExampleApp;
  pool: pg.Pool;
  /** Seam's fake, and its users. */
  seam: TestSeam;
  sandbox: SandboxApp;
  /** Makes an account another user's, as support does it. */
  relink: (account: string, user: string) => Promise<void>;
  /** What its messages are signed with; null: they come by hooks. */
  secret: string | null;
}> &
  AsyncDisposable;

const usersOfTheApp = async (databaseUrl: string): Promise<void> => {
  const db = openDatabase(databaseUrl);
  await prepareDatabase(db, { hasDemoUsers: true });
  await db.$client.end();
};

const relinking =
  (env: Readonly<Record<string, string>>): Stage['relink'] =>
  async (account, user) => {
    const given = ['link', account, '--user', user, '--why', 'sold with the house'];
    const { code, stderr } = await run(given, { USERS_TABLE: 'public.users', ...env });
    if (code !== 0) throw new Error(stderr);
  };

/** `beside.ts`: the service is a process of its own, and posts to the app. */
export const openBeside = async (): Promise<Stage> => {
  await using stack = new AsyncDisposableStack();
  const { folder } = stack.use(await copyExample(false));
  const house = stack.use(
    await openHouse('postgres', {
      prepare: ({ url }) => usersOfTheApp(url),
      env: {
        USERS_TABLE: 'public.users',
        ENDPOINT_SECRETS_KEY: 'seals the secrets of endpoints in tests',
        ENDPOINT_PRIVATE_NETWORKS: '127.0.0.0/8',
      },
    }),
  );
  const { pool, db } = house.database;
  await addOperator(pool, SHELL, { name: 'Ada', role: 'admin', password: null });
  const token = await addToken(pool, {
    name: 'app',
    role: 'support',
    owner: 'Ada',
    permissions: ['view', 'create_webview'],
  });
  let secret = '';
  const app = stack.use(
    await createExampleApp(folder, 'beside', () => ({
      DATABASE_URL: house.database.url,
      RECONCILER_URL: house.url,
      RECONCILER_TOKEN: token.secret,
      RECONCILER_SECRET: secret,
    })),
  );
  const added = await run(['endpoint', 'add', 'app', `${app.url}/webhooks/connections`], house.env);
  secret = added.stdout.trim();
  const pretend = stack.use(await openPretendApp(house.seam, db, house.url));
  await app.start();
  const opened = stack.move();
  return {
    app,
    pool,
    seam: house.seam,
    sandbox: pretend.app,
    relink: relinking(house.env),
    secret,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

/** `inside.ts`: there is nothing but the app. */
export const openInside = async (): Promise<Stage> => {
  await using stack = new AsyncDisposableStack();
  const { folder } = stack.use(await copyExample(true));
  const database = stack.use(await createTestDatabase());
  const seam = stack.use(await startTestSeam());
  const app = stack.use(
    await createExampleApp(folder, 'inside', () => ({
      DATABASE_URL: database.url,
      SEAM_API_KEY: seam.apiKey,
      SEAM_ENDPOINT: seam.endpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
    })),
  );
  const pretend = stack.use(await openPretendApp(seam, database.db, app.url));
  await app.start();
  const opened = stack.move();
  return {
    app,
    pool: database.pool,
    seam,
    sandbox: pretend.app,
    relink: relinking({ DATABASE_URL: database.url }),
    secret: null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
