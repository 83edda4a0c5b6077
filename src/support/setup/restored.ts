import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { inTransaction } from '../../db/client.ts';
import { beginAboveAll, connectedProcesses, freeLeases, orderRestored } from '../../db/restored.ts';
import { type Ended, revokeAllSessions } from '../../operators/open-sessions.ts';
import { stop } from '../bulk/start.ts';

/** What was put right in a database that was restored from a backup. */
export type PutRight = Ended &
  Readonly<{
    /** The first position that the app is told from now on. */
    first_position: number;
    bulk_runs_stopped: number;
    /** API tokens that work again as they did when the backup was made. */
    tokens: number;
  }>;

const runningBulkRuns = async (pool: pg.Pool): Promise<number[]> => {
  const { rows } = await pool.query<{ id: number }>(
    `select id::int from reconciler.bulk_runs where state = 'running' order by id`,
  );
  return rows.map(({ id }) => id);
};

const countTokens = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ tokens: number }>(
    'select count(*)::int as tokens from reconciler.api_tokens where revoked_at is null',
  );
  return rows[0]?.tokens ?? 0;
};

/**
 * After a backup was restored, and before any process starts: what was given out since isn't given out for something
 * else, nobody is signed in, and nothing that people had begun goes on by itself. Pauses stay. May be done again.
 *
 * @param pool as the role that migrates
 * @throws SupportError `refused` while `serve` or `work` is connected, `not_allowed`
 */
export const putRightRestored = async (pool: pg.Pool, actor: Actor): Promise<PutRight> => {
  insistOn(actor, 'manage_operators');
  const connected = await connectedProcesses(pool);
  if (connected.length > 0) {
    const why = `Connected to this database: ${connected.join(', ')}. Stop them first: what they tell your app meanwhile may have positions that it has seen. Nothing was done.`;
    throw new SupportError('refused', why);
  }
  await orderRestored(pool);
  const firstPosition = await inTransaction(pool, async client => {
    await freeLeases(client);
    return beginAboveAll(client);
  });
  const ended = await revokeAllSessions(pool, actor);
  const bulkRuns = await runningBulkRuns(pool);
  for (const id of bulkRuns) await stop({ pool }, actor, id, 'a backup was restored');
  return {
    ...ended,
    first_position: firstPosition,
    bulk_runs_stopped: bulkRuns.length,
    tokens: await countTokens(pool),
  };
};
