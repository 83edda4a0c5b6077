import type { StagedEvent } from './stage.ts';

/** Seam's final state, as its fake holds it. */
export type SeamState = Readonly<{
  webviews: readonly Readonly<{
    id: string;
    status: string;
    accountId: string | null;
    metadata: Readonly<Record<string, unknown>>;
  }>[];
  accounts: readonly Readonly<{ id: string; metadata: Readonly<Record<string, unknown>> }>[];
}>;

/** An event that was sent, under the name of what it tells us to look at. */
type SentEvent = Readonly<{
  eventId: string;
  eventType: string;
  subject: string;
  digest: string;
  /** How often it was posted: each time but the first it may count as news. */
  tries: number;
  /** Whether any of its webhooks was answered 2xx. */
  acknowledged: boolean;
}>;

/** What we know for ourselves, without having asked the system that is under test. */
export type Ledger = Readonly<{
  events: readonly SentEvent[];
  seam: SeamState;
  /** Whom the metadata of each account have named, in order. */
  owners: ReadonlyMap<string, readonly string[]>;
  /** The ids in our table of users. */
  users: ReadonlySet<string>;
}>;

const OF_ITS_WEBVIEW = [
  'connect_webview.login_succeeded',
  'connect_webview.login_failed',
  'connected_account.created',
  'connected_account.connected',
  'connected_account.successful_login',
];

/**
 * The subject of an event, by DESIGN's table (written down anew: this must not share a mistake).
 */
export const subjectOfEvent = (
  event: Pick<StagedEvent, 'eventType' | 'webviewId' | 'accountId'>,
): string =>
  OF_ITS_WEBVIEW.includes(event.eventType) && event.webviewId !== null
    ? `connect_webview:${event.webviewId}`
    : `connected_account:${event.accountId}`;
