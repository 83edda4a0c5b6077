import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeDeliveries } from '../../src/inbox/deliveries.ts';
import { readIntake } from '../../src/inbox/intake.ts';
import { createInbox } from '../../src/inbox/receive.ts';
import { prune } from '../../src/reconcile/prune.ts';
import { readDelivery } from '../../src/support/cases/delivery.ts';
import { deliveriesOf } from '../../src/support/cases/history.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { countNow, deliveryOf, takeIn } from '../fixtures/intake.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const bodiesUnder = async (eventId: string): Promise<{ first: string[]; others: string[] }> => {
  const { rows } = await database.pool.query<{ first: Buffer[]; others: Buffer[] | null }>(
    `select array_agg(d.body) as first, (select array_agg(c.body order by c.received_at, c.body)
       from reconciler.conflicting_deliveries c where c.event_id = $1) as others
       from reconciler.deliveries d where d.event_id = $1`,
    [eventId],
  );
  const texts = (bodies: Buffer[] | null | undefined) => (bodies ?? []).map(String);
  return { first: texts(rows[0]?.first), others: texts(rows[0]?.others) };
};

const same = (body: string, eventId: string) =>
  deliveryOf(`connect_webview:${eventId}`, { eventId, body });

test('another body under an id is kept beside the first, once however often it comes', async () => {
  const eventId = randomUUID();
  const before = await readIntake(database.pool);
  await takeIn(database.pool, [same('{"it":1}', eventId)]);
  const told = await takeIn(database.pool, [same('{"it":2}', eventId)]);
  expect(told).toMatchObject([{ eventId, isNew: false, isConflicting: true }]);
  await takeIn(database.pool, [same('{"it":2}', eventId)]);
  await takeIn(database.pool, [same('{"it":3}', eventId)]);
  expect(await bodiesUnder(eventId)).toEqual({
    first: ['{"it":1}'],
    others: ['{"it":2}', '{"it":3}'],
  });
  expect((await readIntake(database.pool)).conflicting).toBe(before.conflicting + 2);

  const subject = `connect_webview:${eventId}`;
  const [listed] = await deliveriesOf(database.db, subject, { limit: 5 });
  expect(listed).toMatchObject({ event_id: eventId, conflicting_bodies: 2 });
  const read = await readDelivery(database, SHELL, subject, eventId);
  expect(read).toMatchObject({ conflicting_bodies: 2, payload: { it: 1 } });
});

test('the same body again is no other body', async () => {
  const eventId = randomUUID();
  await takeIn(database.pool, [same('{}', eventId)]);
  await takeIn(database.pool, [same('{}', eventId)]);
  expect(await bodiesUnder(eventId)).toEqual({ first: ['{}'], others: [] });
  const [listed] = await deliveriesOf(database.db, `connect_webview:${eventId}`, { limit: 5 });
  expect(listed?.conflicting_bodies).toBe(0);
});

test('of two bodies that come together, the first counts', async () => {
  const eventId = randomUUID();
  const batch = [same('{"it":1}', eventId), same('{"it":2}', eventId), same('{"it":1}', eventId)];
  expect(await storeDeliveries(database.pool, batch)).toMatchObject([
    { eventId, isNew: true, isConflicting: false },
    { eventId, isNew: false, isConflicting: true },
  ]);
  expect(await bodiesUnder(eventId)).toEqual({ first: ['{"it":1}'], others: ['{"it":2}'] });
  expect(await countNow(database.pool)).toHaveLength(1);
});

test('whoever sent them is answered as for any event that was seen before', async () => {
  const eventId = randomUUID();
  const inbox = createInbox({ pool: database.pool, log: silentLog, onStored: () => undefined });
  const bodies = ['{"it":1}', '{"it":2}'].map(body => same(body, eventId));
  expect(await Promise.all(bodies.map(inbox.receive))).toEqual(['stored', 'seen_before']);
});

test('they go when the delivery goes', async () => {
  const eventId = randomUUID();
  await takeIn(database.pool, [same('{"it":1}', eventId)]);
  await takeIn(database.pool, [same('{"it":2}', eventId)]);
  await database.pool.query(
    `update reconciler.deliveries set received_at = now() - interval '100 days' where event_id = $1`,
    [eventId],
  );
  await database.pool.query(
    `update reconciler.reconciliations set observed_generation = generation, state = 'no_action'
      where subject = $1`,
    [`connect_webview:${eventId}`],
  );
  await prune(database.pool, 90, new AbortController().signal);
  expect(await bodiesUnder(eventId)).toEqual({ first: [], others: [] });
});
