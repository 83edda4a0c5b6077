import type { MessageDetails } from '../endpoints/types.ts';
import { messageSentence } from '../words/message-words.ts';
import {
  changeTold,
  checkedTimes,
  eventTold,
  isQuiet,
  linkTold,
  type Mood,
  runTold,
  type Told,
  unlinkTold,
} from './timeline-words.ts';
import type { Case } from './types.ts';

/* All that happened to a connection in one list, the newest first. Pure. */

/** What a person may want to see of it, in the order of the filters. */
export const TIMELINE_KINDS = {
  seam: 'What Seam said',
  checks: 'Checks',
  links: 'Links',
  people: 'What people did',
  app: 'What the app was told',
} as const;
export type TimelineKind = keyof typeof TIMELINE_KINDS;

export const isTimelineKind = (text: string | null): text is TimelineKind =>
  text !== null && Object.hasOwn(TIMELINE_KINDS, text);

export type TimelineEntry = Readonly<{
  at: string;
  kind: TimelineKind;
  sentence: string;
  mood: Mood;
  /** What somebody wrote, or what exactly went wrong; null: nothing. */
  detail: string | null;
  /** Of checks that changed nothing: when the first of them was; null: it is one thing. */
  since: string | null;
  /** The event of Seam’s that it is, whose payload can be read; null: it is none. */
  eventId: string | null;
}>;

type Item = TimelineEntry & Readonly<{ isQuiet: boolean }>;

const item = (
  kind: TimelineKind,
  at: string,
  { sentence, mood }: Told,
  more: Partial<Pick<Item, 'detail' | 'eventId' | 'isQuiet'>> = {},
): Item => ({
  ...{ at, kind, sentence, mood, detail: null, since: null, eventId: null, isQuiet: false },
  ...more,
});

/** Links by hand and notes are told as such, and not again as what somebody did. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['link', 'unlink', 'note']);

const plain = (sentence: string): Told => ({ sentence, mood: 'plain' });

/** What each list of a case brings, and whether it has older ones. */
const sources = (
  found: Case,
  messages: Readonly<{ messages: readonly MessageDetails[]; more: boolean }>,
): readonly Readonly<{ items: readonly Item[]; more: boolean }>[] => {
  const maker = found.account?.type ?? 'The account';
  return [
    {
      more: found.more.deliveries,
      items: found.deliveries.map(each =>
        item('seam', each.occurred_at ?? each.received_at, eventTold(each.event_type, maker), {
          eventId: each.event_id,
          detail: each.set_aside === null ? null : 'Set aside, changes nothing',
        }),
      ),
    },
    {
      more: found.more.runs,
      items: found.runs.map(run =>
        item('checks', run.finished_at ?? run.started_at, runTold(run), {
          detail: run.detail,
          isQuiet: isQuiet(run),
        }),
      ),
    },
    {
      more: found.more.links,
      items: found.links.flatMap(link => [
        item('links', link.linked_at, linkTold(link.user_id, link.linked_by, link.provisional), {
          detail: link.linked_by.why,
        }),
        ...(link.unlinked_at === null
          ? []
          : [
              item(
                'links',
                link.unlinked_at,
                unlinkTold(link.user_id, link.unlinked_by, link.unlinked_because),
                { detail: link.unlinked_by?.why ?? null },
              ),
            ]),
      ]),
    },
    {
      more: found.more.changes,
      items: found.changes
        .filter(({ action }) => !TOLD_ELSEWHERE.has(action))
        .map(each =>
          item('people', each.at, changeTold(each.action, each.actor_name), { detail: each.why }),
        ),
    },
    {
      more: found.more.notes,
      items: found.notes.map(note =>
        item('people', note.at, plain(`${note.by} noted`), { detail: note.text }),
      ),
    },
    {
      more: messages.more,
      items: messages.messages.map(message =>
        item(
          'app',
          message.at.toISOString(),
          plain(`The app was told: ${messageSentence(message)}`),
        ),
      ),
    },
  ];
};

/**
 * The timeline of a case, the newest first, as far back as all of its lists go: where one of them has older ones than it
 * brought, what is older than those is left out. Checks in a row that changed nothing are one entry.
 *
 * @param show only what is of this kind; null: all
 */
export const timelineOf = (
  found: Case,
  messages: Readonly<{ messages: readonly MessageDetails[]; more: boolean }>,
  show: TimelineKind | null = null,
): Readonly<{ entries: readonly TimelineEntry[]; more: boolean }> => {
  const chosen = sources(found, messages).filter(
    ({ items }) => show === null || items.some(({ kind }) => kind === show),
  );
  const horizon = chosen
    .filter(({ more }) => more)
    .map(({ items }) => items.map(({ at }) => at).toSorted()[0] ?? '')
    .reduce((latest, at) => (at > latest ? at : latest), '');
  const entries = chosen
    .flatMap(({ items }) => items)
    .filter(({ at, kind }) => at >= horizon && (show === null || kind === show))
    .toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  return { entries: folded(entries), more: chosen.some(({ more }) => more) };
};

/** What Seam said in between does not part them: each of its events is followed by a check. */
const folded = (items: readonly Item[]): TimelineEntry[] => {
  const entries: TimelineEntry[] = [];
  let open: { place: number; times: number } | null = null;
  for (const { isQuiet: quiet, ...entry } of items) {
    if (!quiet) {
      if (entry.kind !== 'seam') open = null;
      entries.push(entry);
      continue;
    }
    const first = open === null ? undefined : entries[open.place];
    if (open === null || first === undefined) {
      open = { place: entries.length, times: 1 };
      entries.push({ ...entry, sentence: checkedTimes(1) });
      continue;
    }
    open.times += 1;
    entries[open.place] = {
      ...first,
      sentence: checkedTimes(open.times),
      since: entry.at,
      detail: null,
    };
  }
  return entries;
};
