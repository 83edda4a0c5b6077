import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/inbox/deliveries.ts';
import { vouchedFor } from '../../src/inbox/vouched.ts';
import { parseSubject } from '../../src/model/subject.ts';
import { type Reading, readEvent } from '../../src/seam/events.ts';
import {
  anyBytes,
  anyInstant,
  anyJson,
  anyText,
  bytesOf,
  cutOff,
  flipBits,
  oddEvent,
  realEvent,
} from '../fixtures/arbitraries.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { takeIn } from '../fixtures/intake.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Every string that is not empty: a verified message has an id. */
const messageId = anyText.filter(id => id !== '');
const oddBody = oddEvent.map(bytesOf);
const timedBody = fc
  .tuple(oddEvent, anyInstant)
  .map(([event, occurred_at]) => bytesOf({ ...event, occurred_at }));
const anyBody = fc.oneof(
  { weight: 4, arbitrary: oddBody },
  timedBody,
  anyJson.map(bytesOf),
  fc.tuple(realEvent, fc.oneof(flipBits(4), cutOff)).map(([json, change]) => change(bytesOf(json))),
  anyBytes(100),
);

const KINDS: Reading['kind'][] = ['not_json', 'not_an_event', 'not_of_interest', 'event'];

describe('whatever was signed', () => {
  test('is read as something: nothing throws, and the same bytes are read the same', () => {
    fc.assert(
      fc.property(anyBody, messageId, (body, id) => {
        const reading = readEvent(body, id);
        expect(KINDS).toContain(reading.kind);
        expect(readEvent(body, id)).toEqual(reading);
      }),
      { numRuns: 1_000 },
    );
  });

  test('its ids are taken word for word or not at all, and its subject leads back to one', () => {
    fc.assert(
      fc.property(oddEvent, messageId, (json, id) => {
        const reading = readEvent(bytesOf(json), id);
        if (reading.kind !== 'event') return;
        const { event } = reading;
        expect([json.event_id, event.eventId]).toContain(event.eventId);
        if (event.eventId !== json.event_id) expect(event.eventId).toMatch(/^svix:/);
        expect([json.connect_webview_id, null]).toContain(event.connectWebviewId);
        expect([json.connected_account_id, null]).toContain(event.connectedAccountId);
        expect([json.workspace_id, null]).toContain(event.workspaceId);
        const named = {
          connect_webview: event.connectWebviewId,
          connected_account: event.connectedAccountId,
          delivery: event.eventId,
        };
        const { kind, id: subjectId } = parseSubject(event.subject);
        expect(subjectId).toBe(named[kind]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('Postgres stores what is an event of interest, and gives it back as it was read', async () => {
    const delivery = fc
      .tuple(fc.oneof(oddBody, timedBody), messageId)
      .map(([body, id]): Delivery | null => {
        const reading = readEvent(body, id);
        if (reading.kind !== 'event') return null;
        const headers = { 'svix-id': 'x', 'svix-timestamp': '1', 'svix-signature': 'x' };
        return { ...vouchedFor(reading.event, null), body, headers };
      })
      .filter(made => made !== null);
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 50, maxLength: 50 }), async batch => {
        await database.pool.query(
          'truncate reconciler.deliveries, reconciler.reconciliations cascade',
        );
        await takeIn(database.pool, batch);
        const { rows } = await database.pool.query(
          `select event_id, subject, workspace_id, body, occurred_at is not null as is_dated
             from reconciler.deliveries`,
        );
        // Of two with one id the first counts.
        const expected = new Map(
          batch.toReversed().map(({ event, body }) => [
            event.eventId,
            {
              event_id: event.eventId,
              subject: event.subject,
              workspace_id: event.workspaceId,
              body,
              is_dated: event.occurredAt !== null,
            },
          ]),
        );
        const byId = new Map(rows.map(row => [row.event_id, row]));
        expect(byId).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
