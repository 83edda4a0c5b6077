import type { MessageData, MessageType } from '../model/message.ts';
import { traceIdOf } from '../model/traceparent.ts';

/** A message as it is stored. */
export type Message = Readonly<{
  position: number;
  messageId: string;
  type: MessageType;
  about: string;
  sequence: number;
  at: Date;
  workspaceId: string | null;
  userId: string | null;
  connectedAccountId: string | null;
  connectWebviewId: string | null;
  /** Of the trace in which it came about; null: none. */
  traceparent: string | null;
  data: MessageData;
}>;

/** What the app gets of a message, whichever way: the fields that docs/contract.md describes. */
export type MessageBody = Readonly<{
  type: MessageType;
  timestamp: string;
  data: Readonly<{
    message_id: string;
    position: number;
    about: string;
    sequence: number;
    workspace_id: string | null;
    user_id: string | null;
    connected_account_id: string | null;
    connect_webview_id: string | null;
    /** Of the trace in which it came about; left out where there is none. */
    trace_id?: string;
  }> &
    MessageData;
}>;

/** In the form that Standard Webhooks recommends (`type`, `timestamp`, `data`): https://www.standardwebhooks.com. */
export const messageBody = (message: Message): MessageBody =>
  withTrace(message, {
    type: message.type,
    timestamp: message.at.toISOString(),
    data: {
      message_id: message.messageId,
      position: message.position,
      about: message.about,
      sequence: message.sequence,
      workspace_id: message.workspaceId,
      user_id: message.userId,
      connected_account_id: message.connectedAccountId,
      connect_webview_id: message.connectWebviewId,
      ...message.data,
    },
  });

const withTrace = ({ traceparent }: Message, body: MessageBody): MessageBody => {
  const traceId = traceIdOf(traceparent);
  return traceId === null ? body : { ...body, data: { ...body.data, trace_id: traceId } };
};
