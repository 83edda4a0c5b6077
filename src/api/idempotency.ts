import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { SupportError } from '../access/errors.ts';
import { ANSWERS_KEPT_HOURS } from '../audit-log/forget.ts';

export type Answer = Readonly<{ status: number; body: unknown }>;

/** After so long the process that had it in hand is taken to be gone. */
const IN_HAND_SECONDS = 60;

/** Of those that are over, a request takes some with it; the rest go by themselves (forgetAnswers). */
const SWEPT_AT_ONCE = 100;

/**
 * What makes two requests the same one. With the caller's secret, which is stored nowhere: a body may hold
 * a password, and a bare hash of it would be soon guessed by whoever reads the table.
 */
export const hashRequest = (secret: string, parts: readonly unknown[]): Buffer =>
  createHmac('sha256', secret).update(JSON.stringify(parts)).digest();

/** A request that says which one it is. */
export type IdempotentRequest = Readonly<{
  actor: string;
  key: string;
  hash: Buffer;
  /** False for an answer that holds a secret: then only that it was given is kept. */
  isKept: boolean;
}>;

/**
 * Answers a request that may be sent again: what was answered is kept for a day, and told again. A failed
 * one leaves nothing, and may be sent again. Should the process die between the change and its answer, the
 * change's audit row has the same key: it is not made twice, and that is told (409).
 * Source: draft-ietf-httpapi-idempotency-key-header.
 *
 * @throws SupportError `conflict` while the first is in hand, `invalid` when the key was used for another request
 */
export const answerIdempotently = async (
  pool: pg.Pool,
  asked: IdempotentRequest,
  work: () => Promise<Answer>,
): Promise<Answer & { isRepeated: boolean }> => {
  const { actor, key, hash, isKept } = asked;
  const { rows } = await pool.query<{ taken: boolean }>(
    `with swept as (
       delete from reconciler.api_answers where (actor, key) in (
         select actor, key from reconciler.api_answers
          where at < now() - $5 * interval '1 hour' and not (actor = $1 and key = $2)
          order by at limit ${SWEPT_AT_ONCE} for update skip locked)
     )
     insert into reconciler.api_answers as a (actor, key, request_hash) values ($1, $2, $3)
         on conflict (actor, key) do update set at = now(), request_hash = excluded.request_hash,
                                                is_done = false, status = null, answer = null
      where a.at < now() - $5 * interval '1 hour'
         or (not a.is_done and a.request_hash = excluded.request_hash
             and a.at < now() - $4 * interval '1 s')
     returning true as taken`,
    [actor, key, hash, IN_HAND_SECONDS, ANSWERS_KEPT_HOURS],
  );
  if (rows.length === 0) return { ...(await earlierAnswer(pool, asked)), isRepeated: true };
  const answer = await workOrForget(pool, asked, work);
  // Should this fail, the change stands, and the request is told to come again: then it is told so.
  await pool.query(
    `update reconciler.api_answers set is_done = true, status = $3, answer = $4
      where actor = $1 and key = $2`,
    [actor, key, answer.status, isKept ? JSON.stringify(answer.body) : null],
  );
  return { ...answer, isRepeated: false };
};

const workOrForget = async (
  pool: pg.Pool,
  { actor, key }: IdempotentRequest,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await work();
  } catch (error) {
    const forget = 'delete from reconciler.api_answers where actor = $1 and key = $2';
    try {
      await pool.query(forget, [actor, key]);
    } catch (cause) {
      throw new AggregateError(
        [error, cause],
        'a request failed, and its Idempotency-Key could not be released',
      );
    }
    throw error;
  }
};

const earlierAnswer = async (
  pool: pg.Pool,
  { actor, key, hash, isKept }: IdempotentRequest,
): Promise<Answer> => {
  const { rows } = await pool.query<{
    request_hash: Buffer;
    is_done: boolean;
    status: number;
    answer: unknown;
  }>(
    `select request_hash, is_done, status, answer from reconciler.api_answers
      where actor = $1 and key = $2`,
    [actor, key],
  );
  const row = rows[0];
  if (row !== undefined && !row.request_hash.equals(hash)) {
    const message = 'This Idempotency-Key was already used for a different request.';
    throw new SupportError('invalid', message, { 'idempotency-key': message });
  }
  if (row === undefined || !row.is_done) {
    throw new SupportError(
      'conflict',
      'The same request is in progress. Send it again in a moment.',
    );
  }
  if (!isKept) {
    const message = "This was already done. Its response contained a secret, so it wasn't stored.";
    throw new SupportError('conflict', message);
  }
  return { status: row.status, body: row.answer };
};
