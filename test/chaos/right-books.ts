import type { Heard } from './app.ts';
import type { Books, MessageRow, RunRow, Standing } from './books.ts';
import { check } from './check.ts';
import type { HeardAlerts } from './hearing.ts';
import type { Ledger } from './ledger.ts';
import type { SentMessage } from './sender.ts';

/**
 * One account of ada's, reconnected by grace: two webviews, five events, everything as it should
 * be.
 */
export const FIRST = 'connect_webview:w1';
export const SECOND = 'connect_webview:w2';

export const event = (
  eventId: string,
  subject: string,
  eventType = 'connected_account.connected',
) => ({
  eventId,
  eventType,
  subject,
  digest: `digest of ${eventId}`,
  tries: 1,
  acknowledged: true,
});
export const ledger: Ledger = {
  events: [event('e1', FIRST), event('e2', FIRST), event('e3', SECOND)],
  seam: {
    webviews: [
      { id: 'w1', status: 'authorized', accountId: 'a1', metadata: { id: 'ada' } },
      { id: 'w2', status: 'authorized', accountId: 'a1', metadata: { id: 'grace' } },
    ],
    accounts: [{ id: 'a1', metadata: { id: 'grace' } }],
  },
  owners: new Map([['a1', ['ada', 'grace']]]),
  users: new Set(['ada', 'grace']),
};

export const standing = (subject: string, generation: number): Standing => ({
  subject,
  accountId: 'a1',
  generation,
  observedGeneration: generation,
  state: 'linked',
  reason: null,
  overdueSeconds: 5,
});
export const run = (
  id: number,
  subject: string,
  startedAt: number,
  outcome = 'linked',
): RunRow => ({
  id,
  subject,
  outcome,
  reason: null,
  startedAt,
  finishedAt: startedAt + 10,
});
export const link = (id: number, userId: string, ended: boolean) => ({
  id,
  accountId: 'a1',
  userId,
  ended,
});
export const message = (sequence: number, userId: string, was: string | null): MessageRow => ({
  position: sequence,
  messageId: `t${sequence}`,
  type: was === null ? 'account.linked' : 'account.relinked',
  about: 'connected_account:a1',
  sequence,
  at: '2026-11-27T12:00:00.000Z',
  workspaceId: null,
  userId,
  accountId: 'a1',
  webviewId: null,
  data: { before: { user_id: was } },
});
export const books: Books = {
  deliveries: ledger.events.map(({ eventId, subject, digest }) => ({ eventId, subject, digest })),
  reconciliations: [standing(FIRST, 2), standing(SECOND, 1)],
  uncounted: [],
  links: [link(1, 'ada', true), link(2, 'grace', false)],
  runs: [run(1, FIRST, 100), run(2, SECOND, 105, 'relinked'), run(3, FIRST, 110, 'already_linked')],
  accounts: [{ accountId: 'a1', state: 'connected' }],
  messages: [message(1, 'ada', null), message(2, 'grace', 'ada')],
  outbox: [],
  sendings: ['t1', 't2'].map(messageId => ({ messageId, state: 'delivered', attempts: 0 })),
  alerts: [],
  notices: [],
};
/** Nobody was told of an alert. */
export const quiet: HeardAlerts = { receipts: [], told: [], complaints: [] };
const receiptOf = (row: MessageRow): Heard['receipts'][number] => ({
  messageId: row.messageId,
  body: {
    type: row.type as 'account.linked',
    timestamp: row.at,
    data: {
      message_id: row.messageId,
      position: row.position,
      about: row.about,
      sequence: row.sequence,
      workspace_id: row.workspaceId,
      user_id: row.userId,
      connected_account_id: row.accountId,
      connect_webview_id: row.webviewId,
      ...row.data,
    },
  },
});
const heardOf = ({ messages }: Pick<Books, 'messages'>): Heard => ({
  receipts: messages.map(receiptOf),
  complaints: [],
});
export const heard = heardOf(books);

export const problems = (
  changed: Partial<Books>,
  known: Partial<Ledger> = {},
  messages: SentMessage[] = [],
  complaints: string[] = [],
) =>
  check(
    { ...ledger, ...known },
    { ...books, ...changed },
    messages,
    complaints,
    heardOf({ ...books, ...changed }),
    quiet,
  ).problems.map(({ kind, id }) => `${kind} ${id}`);
export const changedRow = (change: Partial<Standing>): Partial<Books> => ({
  reconciliations: [standing(FIRST, 2), { ...standing(SECOND, 1), ...change }],
});
