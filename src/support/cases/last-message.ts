import type pg from 'pg';
import type { Viewer } from '../../access/mask.ts';
import type { MessageType, SendingState } from '../../model/message.ts';
import { lastMessageOf } from '../endpoints/messages.ts';
import { messageSentence } from '../words/message-words.ts';

/** What the app was told of a connection last, and whether it has it. */
export type LastMessage = Readonly<{
  message_id: string;
  type: MessageType;
  sentence: string;
  at: string;
  /** By endpoint; empty where none is sent it: it is in the feed all the same. */
  sendings: readonly {
    endpoint_id: number;
    endpoint: string;
    state: SendingState;
    /** Tries that failed. */
    failed_attempts: number;
    due_at: string | null;
    finished_at: string | null;
    /** What the last try came to; null: it was taken, or there was none yet. */
    fault: string | null;
  }[];
}>;

/** As this person may read it; null: the app was told nothing of it yet. */
export const readLastMessage = async (
  pool: pg.Pool,
  viewer: Viewer,
  subject: string,
): Promise<LastMessage | null> => {
  const message = await lastMessageOf(pool, viewer, subject);
  if (message === null) return null;
  return {
    message_id: message.messageId,
    type: message.type,
    sentence: messageSentence(message),
    at: message.at.toISOString(),
    sendings: message.sendings.map(({ endpointId, endpointName, tries, ...sending }) => ({
      endpoint_id: endpointId,
      endpoint: endpointName,
      state: sending.state,
      failed_attempts: sending.failedAttempts,
      due_at: sending.dueAt?.toISOString() ?? null,
      finished_at: sending.finishedAt?.toISOString() ?? null,
      fault: tries[0]?.fault ?? null,
    })),
  };
};
