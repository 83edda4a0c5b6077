import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { expect, test } from 'vitest';
import { send } from '../../src/console/send.ts';
import type { Visit } from '../../src/console/view/route.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { silentLog } from '../fixtures/settings.ts';

test('a download that nobody waits for any more ends, and reads no further', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const leaving = new AbortController();
  const router = express.Router().get('/file', async (_request, response) => {
    const gone = new Promise(resolve => response.once('close', resolve));
    async function* pieces() {
      try {
        yield 'the first piece';
        leaving.abort();
        await gone; // As a query would take its time.
        yield 'the second piece';
        end('read on');
      } finally {
        end('ended');
      }
    }
    const reply = { kind: 'download', fileName: 'x.csv', contentType: 'text/csv' } as const;
    await send(response, { desk: {} } as Visit, { ...reply, body: pieces() });
  });
  await using server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [router],
    log: silentLog,
  });
  const asked = fetch(`${server.url}/file`, { signal: leaving.signal }).then(r => r.text());
  await expect(asked).rejects.toThrow();
  expect(await Promise.race([ended, sleep(3_000, 'still waiting', { ref: false })])).toBe('ended');
});
