import { isDeepStrictEqual } from 'node:util';
import type { Heard, Receipt } from './app.ts';
import type { Books, MessageRow } from './books.ts';
import { checkToldState } from './check-told-state.ts';
import type { Problem } from './problems.ts';

/**
 * The way out: all that was committed was told, in order of each connection, nothing else was, and what was told comes to
 * how things stand. Pure.
 */
export const checkTold = (books: Books, heard: Heard): Problem[] => {
  const known = new Map(books.messages.map(row => [row.messageId, row]));
  return [
    ...heard.complaints.map(what => ({ kind: 'wrong', id: 'the app', what }) as const),
    ...checkReceived(known, heard.receipts),
    ...checkOrder(heard.receipts),
    ...checkPositions(books.messages),
    ...checkOwed(books),
    ...checkToldState(books),
  ];
};

/** As docs/contract.md has it: written down anew, so that this doesn't share a mistake. */
const bodyOf = (row: MessageRow): unknown => ({
  type: row.type,
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
});

/** Each message came at least once, as it is stored; and nothing came that isn't. */
const checkReceived = (
  known: ReadonlyMap<string, MessageRow>,
  receipts: readonly Receipt[],
): Problem[] => {
  const heard = new Set(receipts.map(({ messageId }) => messageId));
  const lost = [...known.values()].filter(({ messageId }) => !heard.has(messageId));
  return [
    ...lost.map(({ messageId: id, type, about }) => {
      const what = `${type} of ${about} was never told`;
      return { kind: 'lost', id, what } as const;
    }),
    ...receipts.flatMap(({ messageId: id, body }): Problem[] => {
      const row = known.get(id);
      if (row === undefined) {
        return [{ kind: 'wrong', id, what: `${body.type} was told, and is not in the books` }];
      }
      if (isDeepStrictEqual(body, bodyOf(row))) return [];
      return [{ kind: 'wrong', id, what: `was told as ${JSON.stringify(body)}` }];
    }),
  ];
};

/** Of each connection, the first time that the app hears of each message: one after the other. */
const checkOrder = (receipts: readonly Receipt[]): Problem[] => {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  return receipts.flatMap(({ messageId, body }): Problem[] => {
    if (seen.has(messageId)) return [];
    seen.add(messageId);
    const { about: id, sequence } = body.data;
    const before = last.get(id) ?? 0;
    last.set(id, sequence);
    if (sequence === before + 1) return [];
    if (sequence === before) {
      return [{ kind: 'doubled', id, what: `number ${sequence} was told under two ids` }];
    }
    return [{ kind: 'wrong', id, what: `number ${sequence} was told after ${before}` }];
  });
};

/** In the order of the feed the messages of a connection are in their own order, without a gap. */
const checkPositions = (messages: readonly MessageRow[]): Problem[] => {
  const inOrder = [...messages].sort((a, b) => a.position - b.position);
  return [...Map.groupBy(inOrder, ({ about }) => about)].flatMap(([id, rows]): Problem[] => {
    const numbers = rows.map(({ sequence }) => sequence);
    if (numbers.every((number, index) => number === index + 1)) return [];
    return [{ kind: 'wrong', id, what: `the feed has its messages as ${numbers.join(', ')}` }];
  });
};

const checkOwed = ({ outbox, sendings }: Pick<Books, 'outbox' | 'sendings'>): Problem[] => [
  ...outbox.map(({ messageId: id, about }) => {
    const what = `of ${about} has no place in the order of messages`;
    return { kind: 'unsettled', id, what } as const;
  }),
  ...sendings.flatMap(({ messageId: id, state, attempts }): Problem[] => {
    if (state === 'delivered') return [];
    if (state === 'dead') return [{ kind: 'lost', id, what: `was given up after ${attempts}` }];
    return [{ kind: 'unsettled', id, what: `is still to be sent, after ${attempts} tries` }];
  }),
];
