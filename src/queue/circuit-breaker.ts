import type { Db } from '../db/client.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Applied } from '../reconcile/conclude.ts';
import { isHeld, putUpHold, takeDownHold, takeDueProbe } from '../reconcile/holds.ts';
import { isPaused } from '../reconcile/pauses.ts';
import { advanceRecovery } from '../reconcile/recovery.ts';
import type { Seam } from '../seam/client.ts';
import { answers } from '../seam/probe.ts';
import type { Enqueuer } from './enqueue.ts';

/**
 * Holds the queue of one workspace, for all processes, while Seam as a whole is the trouble (a limit, a refused key, an
 * outage), so that nothing hammers it and no subject pays for it. The hold is a row in Postgres; it ends
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

  const isReasonToHold = (subject: Subject, ending: Applied): boolean => {
    if (!ending.isOutage) {
      failing.clear();
      return false;
    }
    if (ending.reason !== 'seam_unavailable') return true;
    failing.add(subject);
    return failing.size >= OUTAGE_SUBJECTS;
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
    if (due !== null && (await answers(seam, signal))) {
      failing.clear();
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
      if (!isReasonToHold(subject, ending)) return;
      try {
        await hold(ending);
      } catch (err) {
        log.warn({ err, reason: ending.reason }, 'the queue could not be held');
      }
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
};
