import { describe, expect, test } from 'vitest';
import { type EndpointStanding, type Plan, planAfter } from '../../src/endpoints/plan.ts';
import type { EndpointKind } from '../../src/model/message.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const planOf = (
  of: Readonly<{
    status?: number | null;
    ok?: boolean;
    retryAfterMs?: number;
    attempts?: number;
    earlyByMs?: number;
    kind?: EndpointKind;
    random?: number;
  }> &
    Partial<EndpointStanding>,
): Plan =>
  planAfter({
    answer: {
      status: of.status ?? null,
      fault: of.ok ? null : 'no',
      retryAfterMs: of.retryAfterMs ?? null,
    },
    kind: of.kind ?? 'http',
    attempts: of.attempts ?? 0,
    earlyByMs: of.earlyByMs ?? null,
    endpoint: {
      failures: of.failures ?? 0,
      isResting: of.isResting ?? false,
      failingForMs: of.failingForMs ?? null,
      tookAgoMs: of.tookAgoMs ?? null,
    },
    random: () => of.random ?? 0.5,
  });

describe('a sending', () => {
  test.each([
    [0, 5 * SECOND],
    [1, 5 * MINUTE],
    [2, 30 * MINUTE],
    [3, 2 * HOUR],
    [4, 5 * HOUR],
    [5, 10 * HOUR],
    [6, 10 * HOUR],
  ])(
    'that has failed %i times before is tried again in %i ms, a fifth more or less',
    (attempts, ms) => {
      const at = (random: number) => planOf({ status: 500, attempts, random }).sending;
      expect(at(0.5)).toEqual({ state: 'waiting', attempts: attempts + 1, dueInMs: ms });
      expect(at(0).dueInMs).toBe(ms * 0.8);
      expect(at(1).dueInMs).toBe(ms * 1.2);
    },
  );

  test('is dead after the eighth try', () => {
    expect(planOf({ status: 500, attempts: 7 }).sending).toEqual({
      state: 'dead',
      attempts: 8,
      dueInMs: null,
    });
  });

  test('is delivered once the app has taken it, whichever try it was', () => {
    for (const attempts of [0, 7]) {
      expect(planOf({ ok: true, status: 204, attempts }).sending).toEqual({
        state: 'delivered',
        attempts,
        dueInMs: null,
      });
    }
  });

  test.each([
    ['longer than its turn', 500, 0, 60 * SECOND, 1, 60 * SECOND],
    ['shorter than its turn', 500, 1, 60 * SECOND, 2, 5 * MINUTE],
    ['for ever', 503, 0, 30 * DAY, 1, 10 * HOUR],
    // What is limited uses up no try, and lets the others go first.
    ['by a limit', 429, 6, 60 * SECOND, 6, 65 * SECOND],
  ])('whose app asks to wait %s', (_, status, attempts, retryAfterMs, failed, dueInMs) => {
    expect(planOf({ status, attempts, retryAfterMs }).sending).toEqual({
      state: 'waiting',
      attempts: failed,
      dueInMs,
    });
  });

  test.each([
    ['that is late', { status: 500, attempts: 4 }, 4, 3 * HOUR],
    ['that is its last', { status: 500, attempts: 7 }, 7, 3 * HOUR],
    ['without an answer', { status: null, attempts: 1 }, 1, 3 * HOUR],
    ['that a limit holds up', { status: 429, attempts: 2, retryAfterMs: MINUTE }, 2, 3 * HOUR],
    [
      'whose app asks for longer',
      { status: 503, attempts: 2, retryAfterMs: 4 * HOUR },
      2,
      3 * HOUR,
    ],
    ['to a queue', { kind: 'queue' as const, attempts: 0 }, 0, 3 * HOUR],
    ['to an app that is gone', { status: 410, attempts: 3 }, 3, null],
  ])('uses up no try by one before its time %s', (_, of, attempts, dueInMs) => {
    const plan = planOf({ ...of, earlyByMs: 3 * HOUR, failures: 7 });
    expect(plan.sending).toEqual({ state: 'waiting', attempts, dueInMs });
    // The endpoint has failed as by any other.
    expect(plan.endpoint).toEqual(planOf({ ...of, failures: 7 }).endpoint);
  });

  test('is delivered by a try before its time', () => {
    expect(planOf({ ok: true, status: 204, attempts: 6, earlyByMs: HOUR, failures: 9 })).toEqual({
      sending: { state: 'delivered', attempts: 6, dueInMs: null },
      endpoint: { failures: 0, restMs: null, disable: null, hasRecovered: true },
    });
  });

  test('waits on, with all its tries, where there is no endpoint any more, or no queue', () => {
    expect(planOf({ status: 410, attempts: 7 }).sending).toEqual({
      state: 'waiting',
      attempts: 7,
      dueInMs: null,
    });
    expect(planOf({ kind: 'queue', attempts: 7 }).sending).toEqual({
      state: 'waiting',
      attempts: 7,
      dueInMs: 5 * SECOND,
    });
  });
});

describe('an endpoint', () => {
  test('that takes messages doesn’t fail by what is refused before its time', () => {
    const early = (of: Parameters<typeof planOf>[0]) =>
      planOf({ status: 500, earlyByMs: HOUR, failures: 4, tookAgoMs: MINUTE, ...of }).endpoint;
    const fine = { failures: 4, restMs: null, disable: null, hasRecovered: false };
    expect(early({})).toEqual(fine);
    expect(early({ retryAfterMs: MINUTE })).toEqual(fine);
    // It says itself that it wants none for a while, or never again.
    expect(early({ status: 503, retryAfterMs: MINUTE })).toEqual({ ...fine, restMs: MINUTE });
    expect(early({ status: 410 })).toEqual({ ...fine, disable: 'gone' });
    const failed = { failures: 5, restMs: 5 * SECOND, disable: null, hasRecovered: false };
    expect(early({ tookAgoMs: 5 * MINUTE })).toEqual(failed);
    expect(planOf({ status: 500, failures: 4, tookAgoMs: MINUTE }).endpoint).toEqual(failed);
    // In trouble, such a try is to find out how it is.
    expect(early({ failures: 5 })).toMatchObject({ failures: 6, restMs: 10 * SECOND });
  });

  test.each([
    [0, null],
    [3, null],
    [4, 5 * SECOND],
    [5, 10 * SECOND],
    [6, 20 * SECOND],
    [9, 160 * SECOND],
    [10, 5 * MINUTE],
    [10_000, 5 * MINUTE],
  ])('that has failed %i times before, and once more, rests for %s ms', (failures, restMs) => {
    expect(planOf({ status: null, failures }).endpoint).toEqual({
      failures: failures + 1,
      restMs,
      disable: null,
      hasRecovered: false,
    });
  });

  test('that rests already rests no longer for what was under way', () => {
    expect(planOf({ failures: 5, isResting: true }).endpoint).toMatchObject({
      failures: 5,
      restMs: null,
    });
  });

  test.each([429, 503])('rests for as long as it asks with %i, for ten hours at most', status => {
    const asking = (retryAfterMs: number, standing: Partial<EndpointStanding> = {}) =>
      planOf({ status, retryAfterMs, ...standing }).endpoint.restMs;
    expect(asking(20 * SECOND)).toBe(20 * SECOND);
    expect(asking(20 * SECOND, { isResting: true })).toBe(20 * SECOND);
    expect(asking(1 * SECOND, { failures: 9 })).toBe(160 * SECOND);
    expect(asking(30 * DAY)).toBe(10 * HOUR);
    expect(asking(0)).toBeNull();
  });

  test('does not rest for what only one message is asked to wait', () => {
    expect(planOf({ status: 500, retryAfterMs: HOUR }).endpoint.restMs).toBeNull();
  });

  test('that is gone is disabled at once', () => {
    expect(planOf({ status: 410 }).endpoint.disable).toBe('gone');
  });

  test.each<[string, Parameters<typeof planOf>[0], 'failing' | null]>([
    ['for over five days, all the time', { failures: 15, failingForMs: 5 * DAY + 1 }, 'failing'],
    ['for five days', { failures: 15, failingForMs: 5 * DAY }, null],
    ['often, within an hour', { failures: 500, failingForMs: HOUR }, null],
    // It was quiet for days: nothing was sent to it.
    ['once, and once more after days', { failures: 1, failingForMs: 6 * DAY }, null],
    ['with a dead letter, and once more after days', { failures: 8, failingForMs: 6 * DAY }, null],
    ['with almost two dead letters', { failures: 14, failingForMs: 6 * DAY }, null],
    // One that began before the rest says nothing new.
    ['before its rest, too', { failures: 15, isResting: true, failingForMs: 6 * DAY }, null],
    ['and takes messages again', { ok: true, failures: 99, failingForMs: 6 * DAY }, null],
    ['and is a queue', { kind: 'queue', failures: 99, failingForMs: 60 * DAY }, null],
  ])('that has failed %s is disabled as: %s', (_, standing, disable) => {
    expect(
      planOf({ status: standing.kind === 'queue' ? null : 500, ...standing }).endpoint.disable,
    ).toBe(disable);
  });

  test('has recovered with the first message that it takes after its rest', () => {
    const taking = (standing: Partial<EndpointStanding>) =>
      planOf({ ok: true, status: 200, ...standing }).endpoint;
    expect(taking({ failures: 5 })).toEqual({
      failures: 0,
      restMs: null,
      disable: null,
      hasRecovered: true,
    });
    expect(taking({ failures: 4 }).hasRecovered).toBe(false);
    // One that was under way when the rest began says nothing of what comes after it.
    expect(taking({ failures: 5, isResting: true }).hasRecovered).toBe(false);
  });
});
