import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { DoneBeforeError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Db, inTransactionWithRetries } from '../../db/client.ts';
import type { Subject } from '../../model/subject.ts';
import type { Queues } from '../../queue/queues.ts';
import { requestLook } from '../../reconcile/request.ts';
import { subjectsOf } from './find.ts';

/** What a retry did to one subject. */
export type RetryResult =
  | Readonly<{
      subject: Subject;
      result: 'asked';
      /** The generation that was raised, and to what: a retry is never a silent no-op. */
      from_generation: number;
      to_generation: number;
      /** False: the queue is out of reach, and the sweep will see to it. */
      queued: boolean;
    }>
  | Readonly<{ subject: Subject; result: 'refused'; why: string }>;

type Retrier = Readonly<{ db: Db; pool: pg.Pool; queues: Pick<Queues, 'servedIds' | 'request'> }>;

/**
 * Asks for another look, now, at every subject that an id leads to; empty when there is none.
 *
 * @throws SupportError `not_allowed` (more than LARGE_BULK_RUN take more), or DoneBeforeError when this very
 *   request asked for all of it before
 */
export const retry = async (retrier: Retrier, actor: Actor, id: string): Promise<RetryResult[]> => {
  insistOn(actor, 'retry');
  const subjects = await subjectsOf(retrier.pool, id);
  // So many are a large bulk run, by whatever name they are called.
  if (subjects.length > LARGE_BULK_RUN) insistOn(actor, 'start_large_bulk_run');
  const results: RetryResult[] = [];
  let doneBefore: DoneBeforeError | null = null;
  for (const subject of subjects) {
    try {
      results.push(await retryOne(retrier, actor, subject));
    } catch (error) {
      // Each has a transaction of its own: a request that was cut off half way goes on with the rest.
      if (!(error instanceof DoneBeforeError)) throw error;
      doneBefore = error;
      results.push({ subject, result: 'refused', why: 'this same request already asked for it' });
    }
  }
  if (doneBefore !== null && results.every(({ result }) => result === 'refused')) throw doneBefore;
  return results;
};

const retryOne = async (
  { pool, queues }: Retrier,
  actor: Actor,
  subject: Subject,
): Promise<RetryResult> => {
  const result = await inTransactionWithRetries(pool, async client => {
    const asked = await requestLook(client, queues.servedIds, subject);
    if (asked.kind === 'asked') {
      const { before, after } = asked;
      await recordChange(client, actor, { action: 'retry', target: subject, before, after });
    }
    return asked;
  });
  if (result.kind === 'refused') return { subject, result: 'refused', why: result.why };
  return {
    subject,
    result: 'asked',
    from_generation: result.before.generation,
    to_generation: result.after.generation,
    queued: await queues.request(subject, result.workspaceId),
  };
};
