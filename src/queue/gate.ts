import type { Db } from '../db/client.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Applied } from '../reconcile/apply.ts';
import { putUpHold, readHolds, takeDownHold, takeDueProbe } from '../reconcile/holds.ts';
import type { Seam } from '../seam/client.ts';
import { SeamError } from '../seam/errors.ts';
import type { Enqueuer } from './enqueue.ts';

/**
 * Holds the queue, for all processes, while Seam as a whole is the trouble: so that nothing hammers it,
 * and no subject pays for it. Asked to slow down: for as long as Seam says. A refused key or an outage:
 * until a probe, one for all processes, is answered.
 */
export type Gate = Readonly<{
  /** Is told how every run ended. */
  tell: (
    ending: Pick<Applied, 'reason' | 'detail' | 'requestId' | 'retryAfterMs'>,
  ) => Promise<void>;
}> &
  AsyncDisposable;

/** So many failures with no answer in between make an outage; fewer may be one subject's bad luck. */
const OUTAGE_FAILURES = 5;
const RATE_LIMIT_MS = 2_000;
const LONGEST_RATE_LIMIT_MS = 60 * 60_000;
const PROBE_INTERVAL_MS = 1_000;
/** A hold in the queue ends by itself, should every process that could take it down be gone. */
const HOLD_MS = 10_000;

export const startGate = (options: {
  db: Db;
  seam: Pick<Seam, 'probe'>;
  enqueuer: Pick<Enqueuer, 'hold' | 'release' | 'news'>;
  log: Logger;
}): Gate => {
  const { db, seam, enqueuer, log } = options;
  let failures = 0;

  const tell: Gate['tell'] = async ({ reason, detail, requestId, retryAfterMs }) => {
    switch (reason) {
      case 'seam_rate_limited': {
        const ms = Math.min(LONGEST_RATE_LIMIT_MS, Math.max(RATE_LIMIT_MS, retryAfterMs ?? 0));
        log.warn({ reason, hold_ms: ms }, 'the queue is held');
        await enqueuer.hold(ms);
        return;
      }
      case 'seam_unavailable':
        failures += 1;
        if (failures < OUTAGE_FAILURES) return;
        break;
      case 'seam_unauthorized':
        break;
      default:
        failures = 0;
        return;
    }
    const isNew = await putUpHold(db, { reason, detail: detail ?? '', seamRequestId: requestId });
    if (isNew) log.error({ reason, detail, seam_request_id: requestId }, 'the queue is held');
    await enqueuer.hold(HOLD_MS);
  };

  const probe = async (signal: AbortSignal): Promise<void> => {
    const due = await takeDueProbe(db);
    if (due !== null && (await answers(seam, signal))) {
      failures = 0;
      const subjects = await takeDownHold(db, due.reason);
      enqueuer.news(subjects, 'sweep');
      log.info(
        { reason: due.reason, probes: due.probes, subjects: subjects.length },
        'the queue goes on',
      );
    }
    const standing = await readHolds(db);
    if (standing.length > 0) await enqueuer.hold(HOLD_MS);
    else if (due !== null) await enqueuer.release();
  };

  const loop = startLoop({ name: 'the gate', intervalMs: PROBE_INTERVAL_MS, log, turn: probe });
  return { ...loop, tell, [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose]() };
};

const answers = async (seam: Pick<Seam, 'probe'>, signal: AbortSignal): Promise<boolean> => {
  try {
    await seam.probe(signal);
    return true;
  } catch (error) {
    if (error instanceof SeamError) return error.reason === 'seam_rate_limited';
    throw error;
  }
};
