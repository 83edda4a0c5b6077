import type { CappedCount } from '../../model/capped-count.ts';
import type {
  DisabledBecause,
  EndpointKind,
  MessageData,
  MessageType,
  SendingState,
} from '../../model/message.ts';

/* What people read of endpoints, of messages, and of what the app answered. No secret is in any of it. */

/** One secret that messages are signed with: when it was made, and until when it signs; null: the present one. */
type SecretView = Readonly<{ createdAt: Date; until: Date | null }>;

/** Where messages go, and how that goes. */
export type EndpointView = Readonly<{
  id: number;
  name: string;
  kind: EndpointKind;
  /** A URL without what follows its `?`, the name of a queue, or that of the hooks. */
  target: string;
  /** Null: all. */
  types: readonly MessageType[] | null;
  /** Ids of Seam workspaces; null: all. */
  workspaces: readonly string[] | null;
  /** How many it is sent in a second at most. */
  perSecond: number;
  state: 'enabled' | 'disabled';
  disabledAt: Date | null;
  disabledBecause: DisabledBecause | null;
  /** Since when nothing comes through, how many tries in a row have failed, and what the last one came to. */
  failingSince: Date | null;
  failures: number;
  fault: string | null;
  /** Until then nothing is sent: it is in trouble, or has asked for a pause. */
  restUntil: Date | null;
  lastDeliveredAt: Date | null;
  waiting: CappedCount;
  dead: CappedCount;
  /** When what waits longest took place. */
  oldestWaitingAt: Date | null;
  /** Of hooks: when a process that has them was last heard of, which is every 15 s; null: of another kind, or never. */
  hooksHeardAt: Date | null;
  createdAt: Date;
  createdBy: string;
  /** Newest first; none of a queue. */
  secrets: readonly SecretView[];
}>;

/** One try to send a message. */
export type TryView = Readonly<{
  at: Date;
  durationMs: number;
  /** Of HTTP; null: there was no answer, or it is a queue or a hook. */
  status: number | null;
  /** In words: why it failed; null: it was taken. */
  fault: string | null;
  /** The beginning of what the app answered; null: nothing, or it is hidden from this viewer. */
  answer: string | null;
}>;

/** A try, which message it was, and about which connection. */
export type AttemptView = TryView &
  Readonly<{ messageId: string; type: MessageType; about: string }>;

/** An endpoint with the newest tries to send to it, at most 20. */
export type EndpointDetails = EndpointView & Readonly<{ attempts: readonly AttemptView[] }>;

/** What the app is told. */
export type MessageView = Readonly<{
  /** Its place in the order of all messages: those after it come later, none is ever to come before it. */
  position: number;
  messageId: string;
  type: MessageType;
  /** `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account. */
  about: string;
  /** Counts the messages about one connection. */
  sequence: number;
  /** When what it tells of took place. */
  at: Date;
  workspaceId: string | null;
  /** As this viewer may see it. */
  userId: string | null;
  connectedAccountId: string | null;
  connectWebviewId: string | null;
  data: MessageData;
}>;

/** How one message stands with one endpoint. */
export type SendingView = Readonly<{
  endpointId: number;
  endpointName: string;
  state: SendingState;
  /** Tries that failed, of the present round. */
  failedAttempts: number;
  /** When it is tried again, where it has failed; null: when its turn comes. */
  dueAt: Date | null;
  finishedAt: Date | null;
  /** Newest first, at most 10. */
  tries: readonly TryView[];
}>;

/** A page of a list, and whether there is more of it. */
export type MessagesPage<Each = MessageView> = Readonly<{
  messages: readonly Each[];
  more: boolean;
}>;

/** A message with what became of it. */
export type MessageDetails = MessageView & Readonly<{ sendings: readonly SendingView[] }>;
