import { createHash } from 'node:crypto';
import type pg from 'pg';
import { SupportError } from '../support/errors.ts';

export type Answer = Readonly<{ status: number; body: unknown }>;

/** After so long the process that had it in hand is taken to be gone. */
const IN_HAND_SECONDS = 60;
/** How long an answer is kept. */
const KEPT_HOURS = 24;

/** What makes two requests the same one. */
export const hashRequest = (method: string, url: string, body: unknown): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest();

/**
 * Answers a request that may be sent again: what was answered is kept for a day, and told again. A failed
 * one leaves nothing, and may be sent again. Should the process die between the change and its answer, the
 * change's audit row has the same key: it is not made twice, and that is told (409).
 * Source: draft-ietf-httpapi-idempotency-key-header.
 *
 * @throws SupportError `conflict` while the first is in hand, `invalid` when the key was used for another request
 */
export const answerOnce = async (
  pool: pg.Pool,
  actor: string,
  key: string,
  hash: Buffer,
  work: () => Promise<Answer>,
): Promise<Answer & { isRepeated: boolean }> => {
  const { rows } = await pool.query<{ taken: boolean }>(
    `with swept as (
       delete from reconciler.api_answers
        where at < now() - $5 * interval '1 hour' and not (actor = $1 and key = $2)
     )
     insert into reconciler.api_answers as a (actor, key, request_hash) values ($1, $2, $3)
         on conflict (actor, key) do update set at = now(), request_hash = excluded.request_hash,
                                                is_done = false, status = null, answer = null
      where a.at < now() - $5 * interval '1 hour'
         or (not a.is_done and a.request_hash = excluded.request_hash
             and a.at < now() - $4 * interval '1 s')
     returning true as taken`,
    [actor, key, hash, IN_HAND_SECONDS, KEPT_HOURS],
  );
  if (rows.length === 0)
    return { ...(await earlierAnswer(pool, actor, key, hash)), isRepeated: true };
  try {
    const answer = await work();
    await pool.query(
      `update reconciler.api_answers set is_done = true, status = $3, answer = $4
        where actor = $1 and key = $2`,
      [actor, key, answer.status, JSON.stringify(answer.body)],
    );
    return { ...answer, isRepeated: false };
  } catch (error) {
    await pool.query('delete from reconciler.api_answers where actor = $1 and key = $2', [
      actor,
      key,
    ]);
    throw error;
  }
};

const earlierAnswer = async (
  pool: pg.Pool,
  actor: string,
  key: string,
  hash: Buffer,
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
    const message = 'This Idempotency-Key was used for another request.';
    throw new SupportError('invalid', message, { 'idempotency-key': message });
  }
  if (row === undefined || !row.is_done) {
    throw new SupportError('conflict', 'The same request is in hand. Send it again in a moment.');
  }
  return { status: row.status, body: row.answer };
};
