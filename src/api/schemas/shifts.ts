import { z } from 'zod';
import { described, flag, instant, instantOrNull, number, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

const caseKey = text('What the case is called by: its account, where there is one', SAMPLE.subject);

const ASSIGNMENT = { case: SAMPLE.subject, operator_id: 3, operator: SAMPLE.operator } as const;
export const assignmentAnswer = named(
  'Assignment',
  'Who has a case.',
  z.object({
    case: caseKey,
    operator_id: described(z.number().nullable(), 'The number of the operator; null: nobody', 3),
    operator: textOrNull('Their name; null: nobody', SAMPLE.operator),
  }),
  ASSIGNMENT,
);

export const assignRequest = named(
  'AssignmentRequest',
  'Who is to have a case.',
  z.object({
    to: described(
      z.string().min(1).max(200),
      '`me` (whose token it is), `nobody`, or an operator: their number or name',
      'me',
    ),
    had: described(
      z.number().int().nullable().optional(),
      'Who had it when you read it, null: nobody; if someone else has it by now, nothing is done',
      3,
    ),
  }),
  { to: 'me' },
);

const SNOOZED = { case: SAMPLE.subject, until: SAMPLE.later, until_news: true } as const;
const snoozedFields = {
  case: caseKey,
  until: instantOrNull('When it comes back; null: when there is news', SAMPLE.later),
  until_news: flag('Whether news of it ends it, also before its time'),
};
export const snoozeAnswer = named(
  'Snooze',
  'Until when a case is out of sight.',
  z.object(snoozedFields),
  SNOOZED,
);

export const snoozeRequest = named(
  'SnoozeRequest',
  'Until when a case is to be out of sight.',
  z.object({
    until: described(
      z.string().min(1).max(100),
      'A time, how long (`4h`, `3d`), `tomorrow` or `monday` (at 9:00), or `news`',
      '4h',
    ),
    until_news: described(
      z.boolean().default(true),
      'Whether news of it ends it, also before its time: an event of Seam’s, or a retry',
    ),
    time_zone: described(
      z.string().min(1).max(100).default('UTC'),
      'In which a time is meant that names no zone, as IANA calls it',
      'Europe/Berlin',
    ),
    why: described(
      z.string().max(20_000).optional(),
      'Why, for whoever comes across it',
      SAMPLE.why,
    ),
  }),
  { until: 'tomorrow', time_zone: 'Europe/Berlin' },
);

export const wakeAnswer = named(
  'Woken',
  'A case that is in sight again.',
  z.object({ case: caseKey }),
  { case: SAMPLE.subject },
);

export const shiftAnswer = named(
  'Shift',
  'How people share a case.',
  z.object({
    case: caseKey,
    assignee: described(
      z
        .object({
          operator_id: number('Their number', 3),
          operator: text('Their name', SAMPLE.operator),
          is_disabled: flag('Whether they can no longer sign in'),
          by: text('Who said so', SAMPLE.operator),
          at: instant('When'),
        })
        .nullable(),
      'Who has it; null: nobody',
    ),
    snooze: described(
      z
        .object({
          until: snoozedFields.until,
          until_news: snoozedFields.until_news,
          why: textOrNull('Why; null: nothing was said', SAMPLE.why),
          by: text('Who said so', SAMPLE.operator),
          at: instant('When'),
        })
        .nullable(),
      'That it is out of sight; null: it isn’t',
    ),
    notes: number('How many notes there are on it, up to 100', 2),
  }),
  {
    case: SAMPLE.subject,
    assignee: {
      operator_id: 3,
      operator: SAMPLE.operator,
      is_disabled: false,
      by: SAMPLE.operator,
      at: SAMPLE.at,
    },
    snooze: null,
    notes: 2,
  },
);

const VIEW = {
  id: 12,
  name: 'August, this week',
  query: 'state=failed&maker=august&since=7d',
  is_shared: true,
  owner: SAMPLE.operator,
  is_own: false,
} as const;
export const viewRecord = named(
  'View',
  'The filter of a list, under a name.',
  z.object({
    id: number('Its number', VIEW.id),
    name: text('What it is called', VIEW.name),
    query: text('The filter, as in the address of the list', VIEW.query),
    is_shared: flag('Whether everyone is shown it'),
    owner: text('Who it belongs to', VIEW.owner),
    is_own: flag('Whether it belongs to the owner of the token'),
  }),
  VIEW,
);
export const viewsAnswer = named(
  'Views',
  'The views that can be seen.',
  z.object({ views: described(z.array(viewRecord), 'One’s own first, then what others share') }),
  { views: [VIEW] },
);
