import { createHash } from 'node:crypto';
import { deliverySubject, isUsableId, type Subject, subjectOf } from '../model/subject.ts';
import { readInstant } from './timestamp.ts';

/** What each event type tells us to look at (DESIGN's table). Any other type is of no interest. */
const LOOKS_AT = {
  'connect_webview.login_succeeded': 'webview',
  'connect_webview.login_failed': 'webview',
  'connected_account.created': 'webview, else account',
  'connected_account.connected': 'webview, else account',
  'connected_account.successful_login': 'webview, else account',
  'connected_account.disconnected': 'account',
  'connected_account.reauthorization_requested': 'account',
  'connected_account.completed_first_sync': 'account',
  'connected_account.completed_first_sync_after_reconnection': 'account',
  'connected_account.deleted': 'account',
} as const satisfies Record<string, 'webview' | 'webview, else account' | 'account'>;

type EventType = keyof typeof LOOKS_AT;

/** The event types that an endpoint has to be sent: exactly those that we store. */
export const EVENT_TYPES = Object.keys(LOOKS_AT) as readonly EventType[];

const isOfInterest = (type: string): type is EventType => Object.hasOwn(LOOKS_AT, type);

/**
 * The one thing every event must have to be one. The rest is read leniently: Seam may add fields, and
 * an id that is missing or odd makes the event unusable, not unacceptable. By hand, as it is on the way of
 * every webhook.
 * Source: Seam's API reference, "The event object".
 */
const isEvent = (json: unknown): json is { event_type: string } & Record<string, unknown> =>
  typeof json === 'object' &&
  json !== null &&
  'event_type' in json &&
  typeof json.event_type === 'string' &&
  json.event_type !== '';

/** What a signed event says, in our words. */
export type SeamEvent = Readonly<{
  eventId: string;
  eventType: EventType;
  subject: Subject;
  connectWebviewId: string | null;
  connectedAccountId: string | null;
  workspaceId: string | null;
  occurredAt: Date | null;
}>;

export type Reading =
  | { kind: 'not_json' }
  | { kind: 'not_an_event'; why: string }
  | { kind: 'not_of_interest'; eventType: string }
  | { kind: 'event'; event: SeamEvent };

/**
 * Reads the body of a webhook whose signature has been checked.
 *
 * @param body the very bytes that were verified
 * @param messageId Svix's id of the message: stands in where the event has no id of its own (Svix
 *   keeps it the same over all its tries of one message)
 */
export const readEvent = (body: Buffer, messageId: string): Reading => {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'not_json' };
    throw error;
  }
  if (!isEvent(json)) return { kind: 'not_an_event', why: 'it has no event_type' };
  const fields = json;
  const eventType = fields.event_type;
  if (!isOfInterest(eventType)) return { kind: 'not_of_interest', eventType };

  const eventId = idOrNull(fields.event_id) ?? substituteId(messageId);
  const connectWebviewId = idOrNull(fields.connect_webview_id);
  const connectedAccountId = idOrNull(fields.connected_account_id);
  return {
    kind: 'event',
    event: {
      eventId,
      eventType,
      subject:
        whatToLookAt(eventType, connectWebviewId, connectedAccountId) ?? deliverySubject(eventId),
      connectWebviewId,
      connectedAccountId,
      workspaceId: idOrNull(fields.workspace_id),
      occurredAt: readInstant(fields.occurred_at) ?? readInstant(fields.created_at),
    },
  };
};

/** The workspace that a stored event names; null where it names none. */
export const namedWorkspaceIn = (body: Buffer): string | null =>
  idIn(JSON.parse(body.toString('utf8')), 'workspace_id');

/** The account that a stored event names; null where it names none, or was erased. */
export const namedAccountIn = (body: Buffer): string | null => {
  const text = body.toString('utf8');
  return text === '' ? null : idIn(JSON.parse(text), 'connected_account_id');
};

const idIn = (json: unknown, field: string): string | null =>
  isEvent(json) ? idOrNull(json[field]) : null;

const whatToLookAt = (
  eventType: EventType,
  webviewId: string | null,
  accountId: string | null,
): Subject | null => {
  const webview = webviewId === null ? null : subjectOf('connect_webview', webviewId);
  const account = accountId === null ? null : subjectOf('connected_account', accountId);
  const looksAt = LOOKS_AT[eventType];
  switch (looksAt) {
    case 'webview':
      return webview;
    case 'webview, else account':
      return webview ?? account;
    case 'account':
      return account;
    default:
      return looksAt satisfies never;
  }
};

/** A message id of any length and content becomes one that can be stored. */
const substituteId = (messageId: string): string =>
  `svix:${isUsableId(messageId) ? messageId : createHash('sha256').update(messageId).digest('hex')}`;

const idOrNull = (value: unknown): string | null => (isUsableId(value) ? value : null);
