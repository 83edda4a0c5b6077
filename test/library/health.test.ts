import { expect, test } from 'vitest';
import { openApp, openGround } from '../fixtures/library.ts';

test('asked by many at once, it asks the database once; and again the next time', async () => {
  await using ground = await openGround();
  const away = { ...ground.options, databaseUrl: 'postgresql://app@127.0.0.1:1/app' };
  await using app = await openApp(away);
  const failed = () => app.lines.filter(line => line.includes('"check":"database"')).length;
  const all = await Promise.all(Array.from({ length: 8 }, () => app.reconciler.health()));
  expect(new Set(all.map(({ checks }) => checks.database))).toEqual(new Set(['failed']));
  expect(failed()).toBe(1);
  await app.reconciler.health();
  expect(failed()).toBe(2);
});

test('once it works, its work is asked for, too', async () => {
  await using ground = await openGround();
  await using app = await openApp(ground.options);
  const { reconciler } = app;
  expect(Object.keys((await reconciler.health()).checks)).not.toContain('progress');
  await reconciler.work();
  expect(await reconciler.health()).toMatchObject({ ready: true, checks: { progress: 'ok' } });
  // With the router in use, a queue that is away is only told of.
  await fetch(app.url);
  expect(await reconciler.health()).toMatchObject({ ready: true, checks: { progress: 'ok' } });
});
