import { expect, test } from 'vitest';
import { createOwedReader } from '../../src/endpoints/owed.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { addEndpoint, owe, sendAll, senderOf, startReceiver } from '../fixtures/endpoints.ts';
import { blocksOf } from '../fixtures/statement-cost.ts';

test('how long telling took is counted of the first time alone; what was told before is asked only where somebody counts', async () => {
  await using database = await createTestDatabase();
  await using app = await startReceiver();
  const { pool } = database;
  const { id, secret } = await addEndpoint(pool, { target: app.url });
  app.verifyWith(secret);
  await owe(pool, id, ['connected_account:a']);
  const told: number[] = [];
  const outcomes: string[] = [];
  const instruments = {
    isOn: true,
    attempt: (_endpoint: number, outcome: string) => void outcomes.push(outcome),
    told: (seconds: number) => void told.push(seconds),
  };
  app.handle((_got, response) => void response.writeHead(204).end());
  await sendAll(senderOf(pool, { instruments }), id);
  expect(told).toEqual([expect.any(Number)]);

  // As "endpoint replay" does.
  await pool.query(`update reconciler.sendings set state = 'waiting', finished_at = null`);
  await sendAll(senderOf(pool, { instruments }), id);
  expect(outcomes).toEqual(['taken', 'taken']);
  expect(told).toHaveLength(1);

  await owe(pool, id, ['connected_account:b']);
  await pool.query(`update reconciler.endpoints set holder = 'a test'`);
  const read = (isTimed: boolean) => async (asked: typeof pool) => {
    const reader = createOwedReader(asked, {
      endpointId: id,
      holder: 'a test',
      lookAgainMs: 0,
      isTimed,
    });
    const due = await reader.next();
    expect(due?.changedAt).toEqual(isTimed ? expect.any(Number) : null);
  };
  // The first to read spares the others what was updated before.
  await blocksOf(pool, read(true));
  expect(await blocksOf(pool, read(false))).toBeLessThan(await blocksOf(pool, read(true)));
});
