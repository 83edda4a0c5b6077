import type { Job } from 'bullmq';
import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { isTracing, withSpan } from '../ops/tracing.ts';
import { readOwedTraces } from '../reconcile/owed-traces.ts';
import type { Look, LookResult } from './backend.ts';

type Looking = Pick<Job<Look, LookResult>, 'id' | 'data' | 'timestamp' | 'queueName'>;

/**
 * Does a job as part of the trace of the webhook that it answers; of several, of the latest one's, linked to the others. It
 * is read from what is stored: a job may be lost, and come again from the sweep, or answer what came after it was added.
 */
export const inJobSpan = (
  pool: Pick<pg.Pool, 'query'>,
  job: Looking,
  work: () => Promise<LookResult>,
  log: Pick<Logger, 'debug'>,
): Promise<LookResult> => (isTracing() ? traced(pool, job, work, log) : work());

const traced = async (
  pool: Pick<pg.Pool, 'query'>,
  { id, data, timestamp, queueName }: Looking,
  work: () => Promise<LookResult>,
  log: Pick<Logger, 'debug'>,
): Promise<LookResult> => {
  const beganAt = Date.now();
  // Nothing fails for want of its trace.
  const owed = await readOwedTraces(pool, data.subject).catch((err: unknown) => {
    log.debug({ err, subject: data.subject }, 'the trace of a job could not be read');
    return [];
  });
  // A job for nothing is worth no trace.
  if (owed === null) return work();
  const [parent = null, ...links] = owed;
  const attributes = {
    'messaging.system': 'bullmq',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queueName,
    ...(id === undefined ? {} : { 'messaging.message.id': id }),
    'seam_reconciler.trigger': data.trigger,
    'seam_reconciler.waited_ms': Math.max(0, beganAt - timestamp),
  };
  return withSpan('process job', { kind: 'consumer', parent, links, beganAt, attributes }, work);
};
