import { changed, type Place, written } from './place.ts';
import type { Scrubber } from './scrubber.ts';

/* What is kept of what the app is told, and what becomes of it. Pure. */

/** What a message says besides: Seam's words go where they are of what is theirs. */
const dataLeft = (data: unknown, who: Scrubber, isOwn: boolean): unknown => {
  const left = who.json(data);
  if (!isOwn || typeof left !== 'object' || left === null) return left;
  const { description: _, ...rest } = left as Record<string, unknown>;
  return rest;
};

/** What waits is sent without their id: in its place the app reads the pseudonym. */
const scrubMessage: Place['scrub'] = (row, who, isOwn) =>
  changed(row, { user_id: who.userId(row.user_id), data: dataLeft(row.data, who, isOwn) });

/** In the order in which one leads to the next, so that nothing is on its way from one to another unseen. */
export const PLACES_OF_MESSAGES: readonly Place[] = [
  {
    table: 'told',
    key: [['t.about', 'text']],
    columns: ['user_id'],
    own: '(t.about = any($1::text[]) or t.user_id = any($3::text[]))',
    // Not the pseudonym: what comes next is compared with it, and that would be told as what was before.
    scrub: (row, who) => (who.isUser(row.user_id) ? { user_id: null } : null),
  },
  {
    table: 'outbox',
    key: [['t.id', 'bigint']],
    columns: ['type', 'about', 'at', 'user_id', 'data'],
    json: ['data'],
    // There are few: each waits for a second or so.
    own: '(t.about = any($1::text[]) or t.user_id = any($3::text[]))',
    scrub: scrubMessage,
  },
  {
    table: 'messages',
    key: [['t.position', 'bigint']],
    columns: ['type', 'about', 'at', 'user_id', 'data'],
    json: ['data'],
    own: '(t.about = any($1::text[]) or t.user_id = any($3::text[]))',
    scrub: scrubMessage,
  },
  {
    table: 'send_attempts',
    key: [['t.id', 'bigint']],
    columns: ['at', 'status', 'fault', 'answer'],
    own: `(t.endpoint_id, t.position) in (
            select s.endpoint_id, s.position from reconciler.messages m
              join reconciler.sendings s on s.position = m.position where m.about = any($1::text[]))`,
    // An app may answer with anything that it knows.
    scrub: (row, who, isOwn) =>
      changed(row, {
        fault: written(row.fault, who, false),
        answer: written(row.answer, who, isOwn),
      }),
  },
];
