import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { changesOf } from '../../audit-log/read.ts';
import type { Db } from '../../db/client.ts';
import { sql } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';
import { subjectOf } from '../../model/subject.ts';
import { isStorable } from '../../seam/storable.ts';
import { storedAccounts } from '../accounts/accounts.ts';
import { messagesAbout } from '../endpoints/messages.ts';
import { noMatch } from '../words/words.ts';
import { deliveriesOf, runsOf } from './history.ts';
import { linksOf } from './link-history.ts';
import { addressed, type CaseMembers } from './members.ts';
import { notesOf } from './notes.ts';
import {
  formatTimelineCursor,
  parseTimelineCursor,
  type TimelineCursor,
} from './timeline-cursor.ts';
import {
  folded,
  ofChange,
  ofDelivery,
  ofLink,
  ofMessage,
  ofNote,
  ofRun,
  ofUnlink,
  TIMELINE_KINDS,
  type TimelineEntry,
  type TimelineKind,
} from './timeline-items.ts';

export const isTimelineKind = (text: string | null): text is TimelineKind =>
  text !== null && Object.hasOwn(TIMELINE_KINDS, text);

/** Some of what happened to a case, the newest first. */
export type Timeline = Readonly<{
  case: string;
  entries: readonly TimelineEntry[];
  /** Where what is older begins; null: there is nothing older. */
  next_cursor: string | null;
}>;

/** What happened at once, and how far its source is told with it. */
type Step = Readonly<{ at: string; entries: readonly TimelineEntry[]; told: TimelineCursor }>;

/** So many things are told at once, of whatever source. */
const PAGE = 100;

/** Each source, of what it has that is older than what was told: enough for a page, and one more. */
const SOURCES = {
  seam: ['deliveries', 'messages'],
  checks: ['runs'],
  links: ['links'],
  people: ['changes', 'notes'],
  app: ['messages'],
} as const satisfies Record<TimelineKind, readonly string[]>;

type Source = (typeof SOURCES)[TimelineKind][number];
type Of = Readonly<{
  db: Db;
  actor: Actor;
  members: CaseMembers;
  names: readonly string[];
  maker: string;
  told: TimelineCursor;
}>;

const step = (told: TimelineCursor, ...entries: TimelineEntry[]): Step => ({
  at: entries[0]?.at ?? '',
  entries,
  told,
});

/** What a case's webviews are called, also where they have no subject of their own. */
const webviewNames = ({ webviewIds }: CaseMembers): string[] =>
  webviewIds.map(id => subjectOf('connect_webview', id));

const limit = PAGE + 1;

const READ: Readonly<Record<Source, (of: Of) => Promise<Step[]>>> = {
  deliveries: async ({ db, members, maker, told }) =>
    (await deliveriesOf(db, members.subjects, { before: told.delivery, limit })).map(each =>
      step({ delivery: each.event_id }, ofDelivery(each, maker)),
    ),
  runs: async ({ db, actor, members, told }) =>
    (await runsOf(db, actor, members.subjects, { before: told.run, limit })).map(each =>
      step({ run: each.id }, ofRun(each)),
    ),
  links: async ({ db, actor, members: { accountId }, told }) => {
    if (accountId === null) return [];
    const links = await linksOf(db, actor, accountId, limit, told.link);
    return links.flatMap(each => {
      const end = ofUnlink(each);
      const isEndTold = told.isEndTold === true && each.id === told.link;
      return [
        ...(end === null || isEndTold ? [] : [step({ link: each.id, isEndTold: true }, end)]),
        // The next one is older: its end is yet to be told.
        step({ link: each.id - 1, isEndTold: false }, ofLink(each)),
      ];
    });
  },
  // Links by hand and notes are told as such, and not again as what somebody did.
  changes: async ({ db, actor, members, names, told }) => {
    const targets = [...new Set([...names, ...webviewNames(members)])];
    const also = sql`${auditLog.action} not in ('link', 'unlink', 'note')
      and ${told.change === undefined ? sql`true` : sql`${auditLog.id} < ${told.change}`}`;
    const changes = await changesOf(db, actor, targets, limit, also);
    return changes.map(each => step({ change: each.id }, ofChange(each)));
  },
  notes: async ({ db, actor, names, told }) =>
    (await notesOf(db, actor, names, { before: told.note, limit })).map(each =>
      step({ note: each.id }, ofNote(each)),
    ),
  messages: async ({ db, actor, members, names, maker, told }) => {
    const abouts = [...new Set([...names, ...webviewNames(members)])];
    const page = { before: told.message, limit };
    const messages = await messagesAbout(db.$client, actor, abouts, page);
    return messages.map(each => step({ message: each.position }, ...ofMessage(each, maker)));
  },
};

/**
 * The latest of all sources, a page of it: each source is told in its own order, from where it was told to, so that
 * everything comes once, however late it was received.
 */
const latest = (
  sources: readonly (readonly Step[])[],
  told: TimelineCursor,
): Readonly<{ entries: TimelineEntry[]; told: TimelineCursor; isMore: boolean }> => {
  const heads = sources.map(steps => ({ steps, next: 0 }));
  const entries: TimelineEntry[] = [];
  let upTo = told;
  for (let taken = 0; taken < PAGE; taken += 1) {
    const first = heads
      .filter(({ steps, next }) => next < steps.length)
      .reduce<(typeof heads)[number] | null>((best, head) => {
        const at = head.steps[head.next]?.at ?? '';
        return best === null || at > (best.steps[best.next]?.at ?? '') ? head : best;
      }, null);
    const chosen = first?.steps[first.next];
    if (first === null || chosen === undefined) break;
    first.next += 1;
    entries.push(...chosen.entries);
    upTo = { ...upTo, ...chosen.told };
  }
  return { entries, told: upTo, isMore: heads.some(({ steps, next }) => next < steps.length) };
};

/**
 * What happened to a case, as this person may read it, the newest first: what Seam said, what was checked and came of it,
 * links, what people did and noted, what the app was told and answered.
 *
 * @param name any name of the case
 * @param page.show only what is of this kind; null: all
 * @throws SupportError `not_found`, `not_allowed`, `invalid` (cursor)
 */
export const readTimeline = async (
  { db }: Readonly<{ db: Db }>,
  actor: Actor,
  name: string,
  { show = null, cursor = null }: { show?: TimelineKind | null; cursor?: string | null } = {},
): Promise<Timeline> => {
  insistOn(actor, 'view');
  const told = cursor === null ? {} : parseTimelineCursor(cursor);
  if (!isStorable(name)) throw new SupportError('not_found', noMatch(name));
  const { address, names, members } = await addressed(db.$client, name);
  const { accountId } = members;
  const stored =
    accountId === null ? undefined : (await storedAccounts(db, [accountId])).get(accountId);
  const maker = stored?.own.accountTypeDisplayName ?? stored?.own.accountType ?? 'The account';
  const kinds = show === null ? (Object.keys(SOURCES) as TimelineKind[]) : [show];
  const wanted = [...new Set(kinds.flatMap((kind): readonly Source[] => SOURCES[kind]))];
  const of = { db, actor, members, names, maker, told };
  const page = latest(await Promise.all(wanted.map(source => READ[source](of))), told);
  const shown = page.entries.filter(({ kind }) => show === null || kind === show);
  return {
    case: address,
    entries: folded(shown),
    next_cursor: page.isMore ? formatTimelineCursor(page.told) : null,
  };
};
