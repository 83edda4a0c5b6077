import type { ChangeRecord } from '../../audit-log/read.ts';
import type { MessageDetails } from '../endpoints/types.ts';
import type { DeliveryRecord, RunRecord } from './history.ts';
import type { LinkRecord } from './link-history.ts';
import type { Note } from './notes.ts';
import {
  answersTold,
  appTold,
  changeTold,
  eventTold,
  isQuiet,
  linkTold,
  type Mood,
  NOTHING_CHANGED,
  runTold,
  severalTimes,
  type Told,
  turnTold,
  unlinkTold,
} from './timeline-words.ts';

/* What happened to a connection as the entries of one list. Pure. */

/** What a person may want to see of it, in the order of the filters. */
export const TIMELINE_KINDS = {
  seam: 'What Seam said',
  checks: 'Checks',
  links: 'Links',
  people: 'What people did',
  app: 'What the app was told',
} as const;
export type TimelineKind = keyof typeof TIMELINE_KINDS;

export type TimelineEntry = Readonly<{
  at: string;
  kind: TimelineKind;
  sentence: string;
  mood: Mood;
  /** What somebody wrote, what exactly went wrong, or what the app answered; null: nothing. */
  detail: string | null;
  /** How often the same happened in a row, and when first; null: once. */
  times: number;
  since: string | null;
  /** The event of Seam’s that it is, whose payload can be read; null: it is none. */
  event_id: string | null;
}>;

type More = Partial<Pick<TimelineEntry, 'detail' | 'event_id'>>;

const entry = (
  kind: TimelineKind,
  at: string,
  { sentence, mood }: Told,
  more: More = {},
): TimelineEntry => ({
  ...{ at, kind, sentence, mood, detail: null, times: 1, since: null, event_id: null },
  ...more,
});

export const ofDelivery = (told: DeliveryRecord, maker: string): TimelineEntry =>
  entry('seam', told.occurred_at ?? told.received_at, eventTold(told.event_type, maker), {
    event_id: told.event_id,
    detail: told.set_aside === null ? null : 'Set aside, changes nothing',
  });

export const ofRun = (run: RunRecord): TimelineEntry =>
  entry(
    'checks',
    run.finished_at ?? run.started_at,
    isQuiet(run) ? { sentence: NOTHING_CHANGED, mood: 'plain' } : runTold(run),
    { detail: run.detail },
  );

export const ofLink = (link: LinkRecord): TimelineEntry =>
  entry('links', link.linked_at, linkTold(link.user_id, link.linked_by, link.provisional), {
    detail: link.linked_by.why,
  });

/** Its end; null: it stands. */
export const ofUnlink = (link: LinkRecord): TimelineEntry | null =>
  link.unlinked_at === null
    ? null
    : entry(
        'links',
        link.unlinked_at,
        unlinkTold(link.user_id, link.unlinked_by, link.unlinked_because),
        { detail: link.unlinked_by?.why ?? null },
      );

export const ofChange = (change: ChangeRecord): TimelineEntry =>
  entry('people', change.at, changeTold(change.action, change.actor_name), { detail: change.why });

export const ofNote = (note: Note): TimelineEntry =>
  entry('people', note.at, { sentence: `${note.by} noted`, mood: 'plain' }, { detail: note.text });

/** What the app was told, with its answers; and before it, where the account came to stand otherwise, that. */
export const ofMessage = (message: MessageDetails, maker: string): TimelineEntry[] => {
  const at = message.at.toISOString();
  const turn = turnTold(message.type, maker);
  return [
    entry('app', at, appTold(message), { detail: answersTold(message.sendings) }),
    ...(turn === null ? [] : [entry('seam', at, turn)]),
  ];
};

/** A check that follows an event finds the same: it is told once. */
const SAME_WITHIN_MS = 15 * 60_000;

const isToldByEvent = (all: readonly TimelineEntry[], found: TimelineEntry): boolean =>
  all.some(
    ({ kind, sentence, event_id: id, at }) =>
      kind === 'seam' &&
      id !== null &&
      (sentence === found.sentence || `${sentence} again` === found.sentence) &&
      Math.abs(Date.parse(at) - Date.parse(found.at)) <= SAME_WITHIN_MS,
  );

/**
 * The newest first; what happened again and again in a row is one entry. Of checks also across what Seam said in between,
 * as each of its events is followed by one; of what Seam said also across checks.
 *
 * @param all of a page, in any order
 */
export const folded = (all: readonly TimelineEntry[]): TimelineEntry[] => {
  const sorted = all
    .filter(each => each.kind !== 'seam' || each.event_id !== null || !isToldByEvent(all, each))
    .toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  const open = new Map<TimelineKind, { place: number; sentence: string; times: number }>();
  const entries: TimelineEntry[] = [];
  for (const each of sorted) {
    const same = open.get(each.kind);
    const first = same === undefined ? undefined : entries[same.place];
    if (same !== undefined && first !== undefined && same.sentence === each.sentence) {
      same.times += 1;
      entries[same.place] = {
        ...first,
        sentence: severalTimes(same.sentence, same.times),
        times: same.times,
        since: each.at,
      };
      continue;
    }
    if (each.kind === 'seam' || each.kind === 'checks') {
      // What went wrong parts what Seam said, and a quiet check doesn't.
      if (each.kind === 'checks' && each.sentence !== NOTHING_CHANGED) open.delete('seam');
      open.set(each.kind, { place: entries.length, sentence: each.sentence, times: 1 });
    } else {
      open.clear();
    }
    entries.push(each);
  }
  return entries;
};
