import type {
  DisabledBecause,
  EndpointKind,
  MessageData,
  MessageType,
  SendingState,
} from '../../model/message.ts';
import { REASON_TITLES, UNLINKED_WORDS } from './words.ts';

/* What the app is told, and how that goes, in plain words: the same wherever people read of it. Pure. */

/** Of which type a message is. */
export const MESSAGE_TYPE_WORDS = {
  'account.linked': 'Linked to a user',
  'account.relinked': 'Linked to a different user',
  'account.unlinked': 'No longer linked',
  'account.disconnected': 'Disconnected',
  'account.reconnected': 'Connected again',
  'account.reauthorization_requested': 'The user must sign in again',
  'account.deleted': 'Account deleted',
  'webview.login_failed': 'A sign-in failed',
  'connection.needs_attention': 'Needs attention',
  'connection.settled': 'Settled',
} as const satisfies Record<MessageType, string>;

export const ENDPOINT_KIND_WORDS = {
  http: 'POST requests to a URL',
  queue: 'Jobs in a BullMQ queue',
  hook: 'Hooks in your app’s own process',
} as const satisfies Record<EndpointKind, string>;

/** Why nothing is sent to an endpoint. */
export const DISABLED_WORDS = {
  person: 'Disabled by hand',
  gone: 'Switched off: it answered 410 Gone',
  failing: 'Switched off: it had failed for days',
} as const satisfies Record<DisabledBecause, string>;

export const SENDING_WORDS = {
  waiting: { label: 'Waiting', mood: 'warn', icon: '…' },
  delivered: { label: 'Delivered', mood: 'good', icon: '✓' },
  dead: { label: 'Given up', mood: 'bad', icon: '×' },
} as const satisfies Record<
  SendingState,
  { label: string; mood: 'good' | 'warn' | 'bad'; icon: string }
>;

type Told = Readonly<{ type: MessageType; userId: string | null; data: MessageData }>;

const wordOf = (words: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(words, key) ? (words[key] ?? key) : key;

const because = (reason: string | undefined): string => {
  if (reason === undefined) return '';
  return `: ${reason === 'erased' ? 'what was stored about the user was erased' : wordOf(UNLINKED_WORDS, reason)}`;
};

/** What one message says: `Linked to ada`. What a newer version wrote is shown as it is. */
export const messageSentence = ({ type, userId, data }: Told): string => {
  const former = data.before?.user_id ?? null;
  switch (type) {
    case 'account.linked':
      return `Linked to ${userId ?? 'a user'}${data.is_provisional === true ? ', provisionally' : ''}`;
    case 'account.relinked':
      return `Linked to ${userId ?? 'another user'}${former === null ? '' : `, no longer to ${former}`}${because(data.because)}`;
    case 'account.unlinked':
      return `No longer linked${former === null ? '' : ` to ${former}`}${because(data.because)}`;
    case 'webview.login_failed':
      return `A sign-in failed${data.description === undefined ? '' : `: “${data.description}”`}`;
    case 'connection.needs_attention':
      return `Needs attention${data.reason === undefined ? '' : `: ${wordOf(REASON_TITLES, data.reason)}`}`;
    case 'connection.settled':
      return 'Settled: needs attention no longer';
    case 'account.disconnected':
    case 'account.reconnected':
    case 'account.reauthorization_requested':
    case 'account.deleted':
      return MESSAGE_TYPE_WORDS[type];
    default: {
      return type satisfies never;
    }
  }
};
