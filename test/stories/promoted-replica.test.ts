import { rm } from 'node:fs/promises';
import { kill } from 'node:process';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { runHere } from '../fixtures/here.ts';
import { start } from '../fixtures/processes.ts';
import { openSwitch, startReplicated } from '../fixtures/replica.ts';
import { startTestSeam } from '../fixtures/seam.ts';
import { makeFolder, SECRET, silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post, postAll } from '../fixtures/webhooks.ts';

test('when its replica takes the place of a primary that dies, nothing acknowledged is lost and nothing needs a restart', {
  timeout: 300_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { primary, ports, urlAt, promote } = await startReplicated(stack, folder);
  const address = stack.use(await openSwitch(ports.primary));
  const seam = stack.use(await startTestSeam());
  const env = {
    DATABASE_URL: urlAt(address.port),
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
  };
  expect(await runHere(['migrate'], env)).toMatchObject({ code: 0 });
  const house = stack.use(start(['serve', '--work'], env));
  const url = String((await house.logged('listening')).url);
  await house.logged('worker ready');
  const database = stack.use(
    openDatabase({ url: env.DATABASE_URL, name: 'test', max: 1, log: silentLog }),
  );
  await database.pool.query("insert into reconciler.users (id) values ('ada')");
  const completion = async () => {
    const webviewId = await seam.createWebview({ id: 'ada' });
    const { events } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
    return { webviewId, events };
  };
  const before = await completion();
  expect(await postAll(url, before.events)).toEqual([204, 204, 204, 204]);
  const last = await completion();
  expect(await postAll(url, last.events)).toEqual([204, 204, 204, 204]);

  kill(primary.pid, 'SIGKILL');
  address.leadTo(ports.replica);
  const after = await completion();
  const [first] = after.events;
  if (first === undefined) throw new Error('no events');
  // It can't be written to yet.
  const refused = await until('an answer of the replica', async () => {
    const response = await post(url, first);
    await response.text();
    return response.status === 503 && response;
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  await promote();
  await until('a 204 again', async () => {
    const response = await post(url, first);
    await response.text();
    return response.status === 204;
  });
  for (const { webviewId } of [before, last, after]) {
    await until(`${webviewId} to be linked`, async () => {
      const [match] = await findMatches(database.db, SHELL, webviewId);
      return match?.state === 'linked' && match.generation === match.observed_generation;
    });
  }
  const { rows } = await database.pool.query('select event_id from reconciler.deliveries');
  const stored = rows.map(row => row.event_id);
  const acknowledged = [...before.events, ...last.events, first].map(event => event.event_id);
  expect(stored.toSorted()).toEqual(acknowledged.toSorted());
});
