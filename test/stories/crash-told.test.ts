import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STEPS } from '../../src/ops/steps.ts';
import { startApp } from '../chaos/app.ts';
import { isAnyUntold, readBooks } from '../chaos/books.ts';
import { checkTold } from '../chaos/check-told.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { CRASH_MAIN, start } from '../fixtures/processes.ts';
import { createRedis, type TestRedis } from '../fixtures/redis.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { openWeb } from '../fixtures/web.ts';
import { post } from '../fixtures/webhooks.ts';
import { openWorker } from '../fixtures/worker.ts';

describe.each(BACKENDS)('a process dies while it tells the app (queue in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let redis: TestRedis | null = null;
  let seam: TestSeam;
  beforeAll(async () => {
    if (kind === 'redis') redis = stack.use(await createRedis({ started: true }));
    seam = stack.use(await startTestSeam());
  });
  afterAll(() => stack.disposeAsync());

  /** The app has taken it where the process died after that; told of it all the same, it has it twice. */
  const HAS_TAKEN = ['sent', 'noted'];

  test.concurrent.each(STEPS.tell.map((step, index) => ({ step, index })))(
    'once it has $step: the app hears all of it, in order, and nothing else',
    async ({ step, index }) => {
      await using database = await createTestDatabase();
      const { pool } = database;
      await pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
      await using app = await startApp();
      const { secret } = await insertEndpoint(pool, app.url);
      app.know(secret);
      const redisUrl = redis === null ? undefined : `${redis.url}/${index + 1}`;
      await using web = await openWeb(database.url, redisUrl);
      const env = {
        ...TELLING_ENV,
        DATABASE_URL: database.url,
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
        SEAM_API_KEY: seam.apiKey,
        SEAM_ENDPOINT: seam.endpoint,
        SEAM_WEBHOOK_SECRET: SECRET,
      };
      const connect = async (user: string, accountId?: string): Promise<string> => {
        const webviewId = await seam.createWebview({ id: user });
        const email = `${step}@locks.example`;
        const done = await seam.completeWebview(webviewId, {
          email,
          ...(accountId === undefined ? {} : { accountId }),
        });
        const event = done.events.at(-1);
        if (event === undefined) throw new Error('no event');
        expect((await post(web.url, event)).status).toBe(204);
        return done.accountId;
      };
      await using dying = start(['work', step], env, CRASH_MAIN);
      await dying.logged('worker ready');
      const accountId = await connect('ada');
      expect(await dying.ended()).toBe('SIGKILL');
      expect(app.heard.receipts).toHaveLength(HAS_TAKEN.includes(step) ? 1 : 0);

      await connect('grace', accountId);
      await using _recovered = await openWorker(env);
      const types = () => new Set(app.heard.receipts.map(({ body }) => body.type));
      await until('the app to hear the rest', () => types().has('account.relinked'), 240_000);
      await until('nothing to be owed', async () => !(await isAnyUntold(pool)), 240_000);
      const books = await readBooks(pool);
      expect(books.messages.map(({ type }) => type)).toEqual([
        'account.linked',
        'account.relinked',
      ]);
      expect(checkTold(books, app.heard)).toEqual([]);
      expect(app.heard.receipts).toHaveLength(step === 'sent' ? 3 : 2);
    },
    700_000,
  );
});
