import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { DoneBeforeError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, type Db, inTransactionWithRetries } from '../../db/client.ts';
import type { Subject } from '../../model/subject.ts';
import type { Queues } from '../../queue/queues.ts';
import { type RequestResult, requestLook } from '../../reconcile/request.ts';
import { subjectsOf } from './find.ts';
import { lockCase } from './locked.ts';
import { casesOf } from './members.ts';

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
 * Asks for another look, now, at what a name or an id leads to; empty when there is none. Of each case at those of its
 * subjects that are open, or where none is at the one that says how it stands.
 *
 * @throws SupportError `not_allowed` (more than LARGE_BULK_RUN take more), or DoneBeforeError when this very
 *   request asked for all of it before
 */
export const retry = async (retrier: Retrier, actor: Actor, id: string): Promise<RetryResult[]> => {
  insistOn(actor, 'retry');
  const subjects = await subjectsOf(retrier.pool, id);
  const cases = new Map(
    [...(await casesOf(retrier.pool, subjects)).values()].map(found => [found.lead, found]),
  );
  // So many are a large bulk run, by whatever name they are called.
  if (cases.size > LARGE_BULK_RUN) insistOn(actor, 'start_large_bulk_run');
  const results: RetryResult[] = [];
  let doneBefore: DoneBeforeError | null = null;
  for (const { lead } of cases.values()) {
    try {
      results.push(...(await retryCase(retrier, actor, lead)));
    } catch (error) {
      // Each has a transaction of its own: a request that was cut off half way goes on with the rest.
      if (!(error instanceof DoneBeforeError)) throw error;
      doneBefore = error;
      results.push({
        subject: lead,
        result: 'refused',
        why: 'this same request already asked for it',
      });
    }
  }
  if (doneBefore !== null && results.every(({ result }) => result === 'refused')) throw doneBefore;
  return results;
};

type Asked = Readonly<{ subject: Subject; asked: RequestResult }>;

const retryCase = async (
  { pool, queues }: Retrier,
  actor: Actor,
  name: string,
): Promise<RetryResult[]> => {
  const all = await inTransactionWithRetries(pool, async client => {
    const { key, members } = await lockCase(client, name);
    const [lead] = members;
    const open = members.filter(({ state }) => state === 'failed' || state === 'retrying');
    const results: Asked[] = [];
    for (const { subject } of open.length === 0 ? [lead] : open) {
      results.push({ subject, asked: await requestLook(client, queues.servedIds, subject) });
    }
    await recordRetry(client, actor, key, results);
    return results;
  });
  return Promise.all(all.map(each => toResult(queues, each)));
};

/** One row, however many subjects of the case are looked at: what says most of it, and which others. */
const recordRetry = async (
  client: Client,
  actor: Actor,
  key: Subject,
  results: readonly Asked[],
): Promise<void> => {
  const [first, ...others] = results.flatMap(({ subject, asked }) =>
    asked.kind === 'asked' ? [{ subject, ...asked }] : [],
  );
  if (first === undefined) return;
  const also = others.length === 0 ? {} : { also: others.map(({ subject }) => subject) };
  await recordChange(client, actor, {
    action: 'retry',
    target: key,
    before: first.before,
    after: { ...first.after, ...also },
  });
};

const toResult = async (
  queues: Retrier['queues'],
  { subject, asked }: Asked,
): Promise<RetryResult> => {
  if (asked.kind === 'refused') return { subject, result: 'refused', why: asked.why };
  return {
    subject,
    result: 'asked',
    from_generation: asked.before.generation,
    to_generation: asked.after.generation,
    queued: await queues.request(subject, asked.workspaceId),
  };
};
