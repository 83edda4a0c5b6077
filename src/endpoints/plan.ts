import type { DisabledBecause, EndpointKind, SendingState } from '../model/message.ts';
import type { Answer } from './answer.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long after each failed try the next one comes: Svix's schedule, eight tries within 27.6 h. */
const DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
] as const;
const MOST_TRIES = DELAYS_MS.length + 1;
/** However long an app asks us to wait. */
const LONGEST_WAIT_MS = 10 * HOUR;
/** So many failures in a row are no coincidence: the endpoint rests, twice as long each time. */
export const TROUBLE_AFTER = 5;
const FIRST_REST_MS = 5 * SECOND;
const LONGEST_REST_MS = 5 * MINUTE;
/**
 * Once the endpoint takes messages again, what has had a try before its time gets another so long after its latest one,
 * by how often it has failed.
 */
export const EARLY_AGAIN_MS = DELAYS_MS.map(ms => Math.min(ms / 5, LONGEST_REST_MS));
/** For so long it may fail until nothing is sent any more, */
const GIVEN_UP_AFTER_MS = 5 * DAY;
/** and so many tries in a row: as many as two messages have that were given up. In the days before, it may have been sent nothing. */
const GIVEN_UP_AFTER = 2 * MOST_TRIES;

/** One that has taken a message within so long isn't down because it refuses what it has refused before. */
const LATELY_MS = LONGEST_REST_MS;

/** Of each wait up to so much more or less, so that what failed together doesn't come together. */
const JITTER = 0.2;

/** How an endpoint stands when one of its tries has ended. */
export type EndpointStanding = Readonly<{
  /** In a row, without a success. */
  failures: number;
  /** It has been given a rest since this try began: it says nothing that isn't known. */
  isResting: boolean;
  /** How long nothing has come through; null: it does. */
  failingForMs: number | null;
  /** How long ago it took one; null: it never has. */
  tookAgoMs: number | null;
}>;

/** What follows a try. */
export type Plan = Readonly<{
  sending: Readonly<{
    state: SendingState;
    /** Tries that have failed, of the present round. */
    attempts: number;
    /** When it is tried again; null: never, or when its turn comes. */
    dueInMs: number | null;
  }>;
  endpoint: Readonly<{
    failures: number;
    /** For how long nothing is sent; null: it goes on. */
    restMs: number | null;
    disable: DisabledBecause | null;
    /** It was in trouble and takes messages again: what waits for its next try goes before its time. */
    hasRecovered: boolean;
  }>;
}>;

type Tried = Readonly<{ kind: EndpointKind; attempts: number; earlyByMs: number | null }>;

/**
 * What follows a try, for the sending and for its endpoint. Pure.
 *
 * @param attempts tries of this sending that have failed before
 * @param earlyByMs in how long its next try was to come, where it went before that
 * @param random between 0 and 1
 */
export const planAfter = ({
  answer,
  kind,
  attempts,
  earlyByMs,
  endpoint,
  random,
}: Tried &
  Readonly<{
    answer: Pick<Answer, 'status' | 'fault' | 'retryAfterMs'>;
    endpoint: EndpointStanding;
    random: () => number;
  }>): Plan => {
  if (answer.fault === null) {
    return {
      sending: { state: 'delivered', attempts, dueInMs: null },
      endpoint: {
        failures: 0,
        restMs: null,
        disable: null,
        hasRecovered: endpoint.failures >= TROUBLE_AFTER && !endpoint.isResting,
      },
    };
  }
  const spread = (ms: number): number => Math.round(ms * (1 - JITTER + 2 * JITTER * random()));
  return {
    sending: sendingAfterFailure(answer, { kind, attempts, earlyByMs }, spread),
    endpoint: {
      ...(saysLittle(earlyByMs, endpoint)
        ? {
            failures: endpoint.failures,
            restMs: pauseOf(answer) || null,
            disable: disabledBy(answer),
          }
        : endpointAfterFailure(answer, kind, endpoint, spread)),
      hasRecovered: false,
    },
  };
};

type Failed = Pick<Answer, 'status' | 'retryAfterMs'>;

/** How long the app asks to be left alone; null: it doesn't. */
const pauseOf = ({ status, retryAfterMs }: Failed): number | null =>
  retryAfterMs !== null && (status === 429 || status === 503) ? atMost(retryAfterMs) : null;

const atMost = (ms: number): number => Math.min(ms, LONGEST_WAIT_MS);

const sendingAfterFailure = (
  answer: Failed,
  { kind, attempts, earlyByMs }: Tried,
  spread: (ms: number) => number,
): Plan['sending'] => {
  // That there is no endpoint any more says nothing of the message.
  if (answer.status === 410) return { state: 'waiting', attempts, dueInMs: null };
  // It went to find out about the endpoint, or as it may be well again: that is no try of its own, which comes when it was
  // to, whatever the app asks: put off by each such try, it would never come, and the message never be given up.
  if (earlyByMs !== null) return { state: 'waiting', attempts, dueInMs: earlyByMs };
  const asked = atMost(answer.retryAfterMs ?? 0);
  // Nor does a limit of how much it takes: that uses up no try, or a burst would end as given up. A little later than
  // the endpoint goes on, so that others get their turn before one that is refused each time.
  if (answer.status === 429 && answer.retryAfterMs !== null) {
    return { state: 'waiting', attempts, dueInMs: asked + spread(DELAYS_MS[0]) };
  }
  // And that a queue can't be reached is trouble of ours.
  if (kind === 'queue') return { state: 'waiting', attempts, dueInMs: spread(DELAYS_MS[0]) };
  const failed = attempts + 1;
  const delay = DELAYS_MS[attempts];
  if (failed >= MOST_TRIES || delay === undefined) {
    return { state: 'dead', attempts: failed, dueInMs: null };
  }
  return { state: 'waiting', attempts: failed, dueInMs: Math.max(spread(delay), asked) };
};

/** A message that has failed before is refused again before its time, while others are taken: that is no news of the endpoint. */
export const saysLittle = (
  earlyByMs: number | null,
  { failures, tookAgoMs }: Pick<EndpointStanding, 'failures' | 'tookAgoMs'>,
): boolean =>
  earlyByMs !== null && failures < TROUBLE_AFTER && tookAgoMs !== null && tookAgoMs < LATELY_MS;

const endpointAfterFailure = (
  answer: Failed,
  kind: EndpointKind,
  { failures, isResting, failingForMs }: EndpointStanding,
  spread: (ms: number) => number,
): Omit<Plan['endpoint'], 'hasRecovered'> => {
  const inARow = isResting ? failures : failures + 1;
  const rest = restAfter(inARow);
  const restMs = Math.max(
    pauseOf(answer) ?? 0,
    isResting || rest === null ? 0 : spread(rest), // One rest for all that failed together.
  );
  return {
    failures: inARow,
    restMs: restMs === 0 ? null : restMs,
    disable: disabledBy(answer) ?? givenUpBy(kind, inARow, failingForMs),
  };
};

const disabledBy = ({ status }: Failed): DisabledBecause | null => (status === 410 ? 'gone' : null);

/**
 * A queue isn't given up: that it can't be reached is trouble of ours, and its messages wait for no answer of an app. Nor
 * are hooks: they are mended with the app that has them, which then goes on by itself.
 */
const givenUpBy = (
  kind: EndpointKind,
  failures: number,
  failingForMs: number | null,
): DisabledBecause | null => {
  if (kind !== 'http' || failures < GIVEN_UP_AFTER) return null;
  return failingForMs !== null && failingForMs > GIVEN_UP_AFTER_MS ? 'failing' : null;
};

const restAfter = (failures: number): number | null =>
  failures < TROUBLE_AFTER
    ? null
    : Math.min(FIRST_REST_MS * 2 ** (failures - TROUBLE_AFTER), LONGEST_REST_MS);
