import { z } from 'zod';
import { TIMELINE_KINDS, type TimelineKind } from '../../support/cases/timeline-items.ts';
import { described, instant, instantOrNull, number, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { listOf } from './records.ts';

/* What the API answers about what happened to a connection. */

export const TIMELINE_CURSOR = Buffer.from('{"run":5120,"message":318}').toString('base64url');

const ENTRY = {
  at: SAMPLE.later,
  kind: 'seam',
  sentence: 'August lost access',
  mood: 'bad',
  detail: null,
  times: 1,
  since: null,
  event_id: SAMPLE.event_id,
} as const;

export const timelineKind = z.enum(
  Object.keys(TIMELINE_KINDS) as [TimelineKind, ...TimelineKind[]],
);

const entry = named(
  'TimelineEntry',
  'Something that happened to a connection.',
  z.object({
    at: instant('When'),
    kind: described(
      timelineKind,
      'What Seam said, a check, a link, what a person did, or what the app was told',
    ),
    sentence: text('In plain words', ENTRY.sentence),
    mood: described(z.enum(['good', 'warn', 'bad', 'plain']), 'Whether that is good'),
    detail: textOrNull(
      'What someone wrote, what exactly went wrong, or what the app answered; null: nothing',
    ),
    times: number('How often the same happened in a row', ENTRY.times),
    since: instantOrNull('When that happened first; null: once'),
    event_id: textOrNull('The event of Seam’s that it is; null: it is none', SAMPLE.event_id),
  }),
  ENTRY,
);

export const timelineAnswer = named(
  'Timeline',
  'What happened to a connection, in one list.',
  z.object({
    case: text('The name that leads to it', SAMPLE.subject),
    entries: listOf(entry, 'The newest first'),
    next_cursor: textOrNull(
      'Where what is older begins: `cursor`; null: nothing is',
      TIMELINE_CURSOR,
    ),
  }),
  { case: SAMPLE.subject, entries: [ENTRY], next_cursor: null },
);
