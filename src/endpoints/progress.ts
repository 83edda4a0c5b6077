import type { Logger } from '../ops/log.ts';
import type { Answer } from './answer.ts';
import type { Leased } from './lease.ts';
import type { Due } from './owed.ts';
import { type Plan, planAfter, saysLittle, TROUBLE_AFTER } from './plan.ts';
import type { Recorded, Standing } from './record.ts';

/** In trouble, where a turn could try nothing: it may be another process that has the hooks for what waits. */
const AGAIN_MS = 1_000;

/** Why nothing more is begun in this turn; null: it goes on. */
type Stop = 'rests' | 'disabled' | 'lost' | null;

/** What follows a try, and how the endpoint stands by then. */
type Ended = Readonly<{
  sending: Plan['sending'];
  standing: Omit<Standing, 'hasDelivered'>;
  hasRecovered: boolean;
}>;

/** How an endpoint stands in the course of a turn: of one process alone, so that it can be kept in memory. */
export type Progress = Readonly<{
  stop: () => Stop;
  /** It is tried with one message before others go side by side. */
  isInTrouble: () => boolean;
  /** How many such tries have failed since it got into trouble. */
  failedInTrouble: () => number;
  /** A try has ended, as the next one after those before. */
  ended: (due: Due, beganAt: number, answer: Answer) => Ended;
  /** What Postgres said of it when that was noted. */
  noted: (recorded: Recorded) => void;
  lost: () => void;
  /** When something can be sent of which the first is due in so many ms; null: nothing is owed. */
  comesInMs: (dueInMs: number | null) => number | null;
  /** For how long it rests; null: it doesn't. */
  restMs: () => number | null;
}>;

export const createProgress = (
  endpoint: Leased,
  { random, log }: Readonly<{ random: () => number; log: Logger }>,
): Progress => {
  let stop: Stop = null;
  let restUntil: number | null = null;
  let failures = endpoint.failures;
  let failingSince =
    endpoint.failingForMs === null ? null : performance.now() - endpoint.failingForMs;

  let tookAt = endpoint.tookAgoMs === null ? null : performance.now() - endpoint.tookAgoMs;

  const rest = (ms: number): void => {
    if (restUntil === null) {
      log.warn(
        { endpoint: endpoint.name, failures, rest_ms: ms },
        'an endpoint is in trouble or asks for a pause: nothing is sent for a while',
      );
    }
    restUntil = Math.max(restUntil ?? 0, performance.now() + ms);
    stop ??= 'rests';
  };

  const tellDisabled = (because: string): void => {
    if (stop === 'disabled') return;
    log.error(
      { endpoint: endpoint.name, because },
      'an endpoint is disabled: what is owed to it waits until a person enables it',
    );
  };

  return {
    stop: () => stop,
    isInTrouble: () => failures >= TROUBLE_AFTER,
    // Whatever waits finds out how it is, due or not. This turn had nothing that could: so not at once.
    comesInMs: dueInMs => (dueInMs !== null && failures >= TROUBLE_AFTER ? AGAIN_MS : dueInMs),
    failedInTrouble: () => Math.max(0, failures - TROUBLE_AFTER),
    ended: (due, beganAt, answer) => {
      const now = performance.now();
      const agoOf = (at: number | null): number | null => (at === null ? null : now - at);
      const earlyByMs =
        due.dueAt === null || due.dueAt <= beganAt ? null : Math.max(0, due.dueAt - now);
      const standing = {
        failures,
        isResting: restUntil !== null,
        failingForMs: agoOf(failingSince),
        tookAgoMs: agoOf(tookAt),
      };
      const plan = planAfter({
        answer,
        kind: endpoint.kind,
        attempts: due.attempts,
        earlyByMs,
        endpoint: standing,
        random,
      });
      const { restMs, disable, hasRecovered } = plan.endpoint;
      failures = plan.endpoint.failures;
      if (answer.fault === null) [failingSince, tookAt] = [null, now];
      else if (!saysLittle(earlyByMs, standing)) failingSince ??= beganAt;
      // Where that doesn't count, nothing is the matter with the endpoint.
      const fault = failingSince === null && disable === null ? null : answer.fault;
      if (restMs !== null) rest(restMs);
      if (disable !== null) {
        tellDisabled(disable);
        stop = 'disabled';
      }
      tellTry(log, endpoint.name, due, answer, plan.sending.state);
      return {
        sending: plan.sending,
        standing: { failures, failingSince, fault, restMs, disable, hasRecovered },
        hasRecovered,
      };
    },
    noted: ({ isHeld, isEnabled }) => {
      if (!isHeld) stop = 'lost';
      else if (!isEnabled) stop = 'disabled';
    },
    lost: () => {
      stop = 'lost';
    },
    restMs: () =>
      restUntil === null ? null : Math.max(0, Math.ceil(restUntil - performance.now())),
  };
};

const tellTry = (
  log: Logger,
  endpoint: string,
  { message }: Due,
  { status, fault, durationMs }: Answer,
  state: Plan['sending']['state'],
): void => {
  const about = { endpoint, message_id: message.messageId, status, ms: durationMs };
  if (fault === null) log.info(about, 'message sent');
  else if (state === 'dead') {
    log.error({ ...about, fault }, 'message given up: it is kept, and can be sent again');
  } else log.warn({ ...about, fault }, 'message not taken; it is tried again');
};
