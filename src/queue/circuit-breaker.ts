import type { Db } from '../db/client.ts';
import type { FailureReason } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Applied } from '../reconcile/conclude.ts';
import { isHeld, putUpHold, takeDownHold, takeDueProbe } from '../reconcile/holds.ts';
import { isPaused } from '../reconcile/pauses.ts';
import { advanceRecovery } from '../reconcile/recovery.ts';
import type { Seam } from '../seam/client.ts';
import { answers, isRightLacking } from '../seam/probe.ts';
import type { Enqueuer } from './enqueue.ts';

/**
 * Holds the queue of one workspace, for all processes, while Seam as a whole is the trouble (a limit, a refused key or
 * right, a suspended workspace, an outage), so that nothing hammers it and no subject pays for it. The hold is a row in Postgres; it ends
 * when a probe, one for all processes, is answered. While a person has paused the queue it stays shut, too,
 * whatever Seam answers.
 */
export type CircuitBreaker = Readonly<{
  /**
   * Whether a person has paused it, as of the last second. The queue's own hold is no more than ten seconds'
   * worth in Redis: a look that gets past it (Redis was flushed, all workers were away) ends here.
   *
   * @throws whatever the database does, before it was first asked
   */
  isPaused: () => Promise<boolean>;
  /** Is told how every run ended. Never fails: a hold that could not be put up is put up by the next run. */
  tell: (subject: Subject, ending: Applied) => Promise<void>;
}> &
  AsyncDisposable;

/** So many subjects that fail with no answer in between make an outage; fewer may be their own bad luck. */
const OUTAGE_SUBJECTS = 5;
/** One alone may fail so: Seam may take long for it, or stumble over it. */
const MAY_BE_ITS_OWN: ReadonlySet<FailureReason | null> = new Set<FailureReason>([
  'seam_unavailable',
  'seam_timeout',
]);
/** What came was nothing of Seam's, or nothing that can be read: it doesn't end an outage, nor make one. */
const IS_NO_ANSWER: ReadonlySet<FailureReason | null> = new Set<FailureReason>([
  'seam_unavailable',
  'seam_unreadable',
]);
/** What Seam said of our rights holds for so long. */
const ASK_AGAIN_MS = 10_000;
const PROBE_INTERVAL_MS = 1_000;
/** How long the queue itself holds without being told again: should all who could take it down be gone. */
const HOLD_MS = 10_000;

export const startCircuitBreaker = (options: {
  db: Db;
  /** Null: the only one, whose id isn't known. */
  workspaceId: string | null;
  seam: Pick<Seam, 'probe'>;
  enqueuer: Pick<Enqueuer, 'hold' | 'release' | 'news'>;
  log: Logger;
}): CircuitBreaker => {
  const { db, workspaceId, seam, enqueuer, log } = options;
  const failing = new Set<Subject>();
  let paused: boolean | null = null;
  let isHolding = false;

  const isReasonToHold = async (subject: Subject, ending: Applied): Promise<boolean> => {
    if (ending.reason === 'seam_forbidden') return isForAll();
    if (!ending.isOutage) {
      if (!IS_NO_ANSWER.has(ending.reason)) failing.clear();
      return false;
    }
    if (!MAY_BE_ITS_OWN.has(ending.reason)) return true;
    failing.add(subject);
    return failing.size >= OUTAGE_SUBJECTS;
  };

  /** A right may be lacking for one object only: that holds nobody else up. So Seam is asked, and not for each of them. */
  let askedAt = Number.NEGATIVE_INFINITY;
  let wasForAll = false;
  const isForAll = async (): Promise<boolean> => {
    if (performance.now() - askedAt < ASK_AGAIN_MS) return wasForAll;
    askedAt = performance.now();
    wasForAll = await isRightLacking(seam, AbortSignal.timeout(ASK_AGAIN_MS));
    return wasForAll;
  };

  const hold = async ({ reason, detail, requestId, retryAfterMs }: Applied): Promise<void> => {
    if (reason === null) return;
    const told = { workspaceId, reason, detail: detail ?? '', seamRequestId: requestId };
    const isNew = await putUpHold(db, { ...told, waitMs: retryAfterMs ?? 0 });
    if (isNew) log.warn({ reason, detail, seam_request_id: requestId }, 'the queue is held');
    await enqueuer.hold(HOLD_MS);
  };

  const probe = async (signal: AbortSignal): Promise<void> => {
    const due = await takeDueProbe(db, workspaceId);
    if (due !== null && (await answers(seam, signal, due.reason))) {
      failing.clear();
      askedAt = Number.NEGATIVE_INFINITY;
      await takeDownHold(db, due);
      log.info({ reason: due.reason, probes: due.probes }, 'the queue resumes');
    }
    await holdOrRelease(due !== null);
    await recover();
  };

  /** The first ones at once, so that a short outage is over for all in a moment; the sweep takes the rest. */
  let isFirstPage = true;
  const recover = async (): Promise<void> => {
    const page = await advanceRecovery(db.$client, workspaceId);
    if (page === null) return;
    if (isFirstPage) {
      enqueuer.news(page.subjects.map(subject => ({ subject, trigger: 'healing', waitMs: 0 })));
    }
    isFirstPage = page.isOver;
    const line = { reason: page.reason, subjects: page.subjects.length };
    log.info(line, 'checked again, as the hold is over');
  };

  const holdOrRelease = async (wasHeld: boolean): Promise<void> => {
    const [held, nowPaused] = await Promise.all([
      isHeld(db, workspaceId),
      isPaused(db, workspaceId),
    ]);
    if (nowPaused !== (paused ?? false)) {
      log.warn(nowPaused ? 'a person has paused the queue' : 'a person has resumed the queue');
    }
    paused = nowPaused;
    if (held || paused) {
      isHolding = true;
      await enqueuer.hold(HOLD_MS);
    } else if (wasHeld || isHolding) {
      await enqueuer.release();
      isHolding = false;
    }
  };

  const loop = startLoop({
    name: 'the circuit breaker',
    intervalMs: PROBE_INTERVAL_MS,
    log,
    turn: probe,
  });
  return {
    isPaused: async () => paused ?? isPaused(db, workspaceId),
    tell: async (subject, ending) => {
      try {
        if (await isReasonToHold(subject, ending)) await hold(ending);
      } catch (err) {
        log.warn({ err, reason: ending.reason }, 'the queue could not be held');
      }
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
};
