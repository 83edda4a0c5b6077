import type { Actor } from '../../access/actor.ts';
import type { MessageType } from '../../model/message.ts';
import type { Desk } from '../desk.ts';
import { insistOnEndpoints } from './within.ts';

/** So many of each are listed. */
const MOST_OUTSTANDING = 20;

/** A message that an endpoint has not taken. */
export type OutstandingView = Readonly<{
  messageId: string;
  type: MessageType;
  about: string;
  /** When what it tells of took place. */
  at: Date;
  failedAttempts: number;
  /** When it is tried again, where it has failed. */
  dueAt: Date | null;
}>;

/** What an endpoint has not taken: what waits longest, and what was given up, the newest first. */
export type Outstanding = Readonly<{
  waiting: readonly OutstandingView[];
  givenUp: readonly OutstandingView[];
  /** When the first of what has failed is tried again, whatever the endpoint's own rest; null: none is waited for. */
  nextTryAt: Date | null;
}>;

/** Along sendings_waiting_idx and sendings_dead_idx. */
const list = (state: 'waiting' | 'dead', order: 'asc' | 'desc'): string => `
  select m.message_id as "messageId", m.type, m.about, m.at, s.attempts as "failedAttempts", s.due_at as "dueAt"
    from (select * from reconciler.sendings where endpoint_id = $1 and state = '${state}'
           order by position ${order} limit ${MOST_OUTSTANDING}) s
    join reconciler.messages m using (position)
   order by position ${order}`;

/** Along sendings_due_idx. */
const NEXT = `
  select due_at as "nextTryAt" from reconciler.sendings
   where endpoint_id = $1 and state = 'waiting' and due_at is not null order by due_at limit 1`;

/** @throws SupportError `not_allowed` */
export const readOutstanding = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
): Promise<Outstanding> => {
  insistOnEndpoints(actor, 'view');
  const [waiting, givenUp, next] = await Promise.all([
    pool.query<OutstandingView>(list('waiting', 'asc'), [id]),
    pool.query<OutstandingView>(list('dead', 'desc'), [id]),
    pool.query<{ nextTryAt: Date }>(NEXT, [id]),
  ]);
  return {
    waiting: waiting.rows,
    givenUp: givenUp.rows,
    nextTryAt: next.rows[0]?.nextTryAt ?? null,
  };
};
