import type pg from 'pg';
import { GATHER_LIMIT_MS } from '../db/timing.ts';
import type { FailureReason, Trigger } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';
import type { OnStep } from '../ops/steps.ts';
import { type Span, withPart, withQuery } from '../ops/tracing.ts';
import { SeamError } from '../seam/errors.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { apply, type Gathered } from './apply.ts';
import { abandonRun, type Beginning, beginRun, type Run } from './begin.ts';
import type { Applied } from './conclude.ts';
import { decide } from './decide.ts';
import { gather, type Sources } from './gather.ts';

export type Reconciler = Sources &
  Readonly<{
    pool: pg.Pool;
    /** The workspace that `seam` answers for; null: whatever comes. */
    workspaceId: string | null;
    random: () => number;
    onStep: OnStep;
  }>;

export type Report =
  | Exclude<Beginning, { kind: 'begun' }>
  | Readonly<{ kind: 'finished'; run: Run; ending: Applied }>;

/**
 * Looks at one subject: reads the present truth and makes our rows agree.
 *
 * @param signal when it fires, the run is given up and stays owed
 * @throws only when the run could not be recorded (no database) or was given up
 */
export const reconcile = async (
  reconciler: Reconciler,
  subject: Subject,
  trigger: Trigger,
  signal: AbortSignal,
): Promise<Report> => {
  const beginning = await withQuery('begin-run', () =>
    beginRun(reconciler.pool, subject, trigger, reconciler.workspaceId),
  );
  if (beginning.kind !== 'begun') return beginning;
  reconciler.onStep('begun');
  return withPart('run', {}, span => finish(reconciler, beginning.run, signal, span));
};

const finish = async (
  reconciler: Reconciler,
  run: Run,
  signal: AbortSignal,
  span: Span,
): Promise<Report> => {
  const gathered = await withPart('gather', {}, () => gatherOrGiveBack(reconciler, run, signal));
  reconciler.onStep('gathered');
  const ending = await withQuery('apply', () => apply(reconciler, run, gathered, decide));
  reconciler.onStep('applied');
  span.setAttributes({
    'seam_reconciler.run_id': run.id,
    'seam_reconciler.outcome': ending.outcome,
    ...(ending.reason === null ? {} : { 'seam_reconciler.reason': ending.reason }),
    ...(run.workspaceId === null ? {} : { 'seam_reconciler.workspace_id': run.workspaceId }),
  });
  return { kind: 'finished', run, ending };
};

const gatherOrGiveBack = async (
  reconciler: Reconciler,
  run: Run,
  signal: AbortSignal,
): Promise<Gathered> => {
  try {
    return await gatherOrFail(reconciler, run, signal);
  } catch (error) {
    await abandonRun(reconciler.pool, run);
    throw error;
  }
};

/** A source that fails is a result to be recorded, unless we are being stopped. */
const gatherOrFail = async (
  reconciler: Reconciler,
  run: Run,
  signal: AbortSignal,
): Promise<Gathered> => {
  if (run.subjectKind === 'delivery') {
    return failure('event_unusable', 'the event names neither a webview nor an account');
  }
  const timeLimit = AbortSignal.timeout(GATHER_LIMIT_MS);
  try {
    const limit = AbortSignal.any([signal, timeLimit]);
    return { kind: 'facts', facts: await gather(reconciler, run, limit) };
  } catch (error) {
    signal.throwIfAborted();
    if (timeLimit.aborted) {
      return failure('seam_timeout', `no answer within ${GATHER_LIMIT_MS / 1_000} s`, true);
    }
    if (error instanceof UsersTableError) {
      return failure('users_table_unusable', tellFault(error));
    }
    if (!(error instanceof SeamError)) return failure('internal_error', describe(error));
    const { reason, message: detail, requestId, retryAfterMs, isOutage } = error;
    return { kind: 'failure', failure: { reason, detail, requestId, retryAfterMs, isOutage } };
  }
};

const failure = (reason: FailureReason, detail: string, isOutage = false): Gathered => ({
  kind: 'failure',
  failure: { reason, detail, requestId: null, retryAfterMs: null, isOutage },
});

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // Drizzle's own message is the query with its parameters; the cause says what went wrong.
  return error.cause instanceof Error ? error.cause.message : `${error.name}: ${error.message}`;
};
