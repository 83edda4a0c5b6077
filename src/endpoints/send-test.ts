import { randomUUID } from 'node:crypto';
import type { EndpointKind } from '../model/message.ts';
import type { Answer } from './answer.ts';
import { createSend } from './send.ts';
import type { Sender } from './sender.ts';
import { testBody } from './test-body.ts';

type Row = Readonly<{
  name: string;
  kind: EndpointKind;
  target: string;
  sealed: string[];
  now: Date;
}>;

/**
 * Sends a message of the type `endpoint.test`, signed as all others, whether the endpoint is enabled or not. It is
 * stored nowhere, and nothing of the endpoint changes.
 *
 * @returns what the app answered, or why nothing could be sent
 * @throws whatever Postgres throws
 */
export const sendTest = async (
  sender: Pick<Sender, 'pool' | 'secretsKeys' | 'privateNetworks' | 'addToQueue'>,
  endpointId: number,
): Promise<Answer> => {
  const { rows } = await sender.pool.query<Row>(
    `select name, kind, target, now() as now,
            array(select s.sealed from reconciler.endpoint_secrets s
                   where s.endpoint_id = e.id and (s.until is null or s.until > now())
                   order by s.until is null desc, s.id desc) as sealed
       from reconciler.endpoints e where id = $1`,
    [endpointId],
  );
  const row = rows[0];
  if (row === undefined) return notSent('The endpoint was removed.');
  const { send, fault } = createSend(sender, row);
  if (send === null) return notSent(fault);
  const messageId = randomUUID();
  return await send(
    messageId,
    testBody(messageId, row.name, row.now),
    0,
    new AbortController().signal,
  );
};

const notSent = (fault: string): Answer => ({
  status: null,
  fault,
  answer: null,
  durationMs: 0,
  retryAfterMs: null,
});
