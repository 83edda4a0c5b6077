import { expect, test } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';
import { attack } from './attack.ts';

/** The long run is `node test/hostile/main.ts --requests 100000 --seed 1`. */
test('3,000 hostile requests: no 5xx, no crash, no hang, nothing stored that was not signed', async () => {
  await using database = await createTestDatabase();
  const report = await attack({ databaseUrl: database.url, requests: 3_000, seed: '1' });
  expect(report.faults).toEqual([]);
  expect(report.requests).toBe(3_000);
  expect(report.rows).toBeGreaterThan(500);
  expect(report.byAnswer).toMatchObject({ 204: expect.any(Number), 400: expect.any(Number) });
});
