import { z } from 'zod';
import { ALERT_RULES } from '../../model/alert.ts';
import { described, instant, instantOrNull, limitOf, number, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/** As an alert that was over stands in the list. */
const CURSOR = 'MjAyNi0xMS0yNFQwNjo1MTowMi4wMzU0MThaIDE3';

const alertRule = named(
  'AlertRule',
  'What can be wrong with the whole. Each has a page in `docs/runbooks`.',
  z.enum(ALERT_RULES),
  'seam_away',
);

const SILENCE = {
  id: 4,
  rule: 'seam_away',
  about: null,
  until: SAMPLE.last,
  why: 'Seam has told us of this maintenance',
  by: SAMPLE.operator,
  at: SAMPLE.later,
} as const;
const silence = named(
  'AlertSilence',
  'That no messages are sent about some alerts for a time.',
  z.strictObject({
    id: number('Its number', SILENCE.id),
    rule: described(alertRule.nullable(), 'Of which rule; null: of all'),
    about: textOrNull(
      'Only of this: a Seam workspace, an endpoint or a reason; null: whatever it is about',
      SAMPLE.workspace_id,
    ),
    until: instant('Until when', SILENCE.until),
    why: text('Why', SILENCE.why),
    by: text('Who silenced it', SILENCE.by),
    at: instant('When they did', SILENCE.at),
  }),
  SILENCE,
);
export const silenceAnswer = named(
  'AlertsSilenced',
  'No messages are sent about these until its time is over.',
  z.strictObject({ silence }),
  { silence: SILENCE },
);
export const endedAnswer = named(
  'AlertSilenceEnded',
  'Messages are sent about these again.',
  z.strictObject({ ended: silence }),
  { ended: SILENCE },
);

export const silenceRequest = named(
  'AlertSilenceRequest',
  'What is to be silent, until when, and why.',
  z.strictObject({
    rule: described(alertRule.nullable().optional(), 'Of which rule; null or left out: of all'),
    about: described(
      z.string().max(600).nullable().optional(),
      'Only of this, as an alert has it in `about`; null or left out: whatever it is about',
      SAMPLE.workspace_id,
    ),
    until: described(
      z.string().min(1).max(100),
      'How long (`2h`, `3d`), a time, `tomorrow` or `monday` (at 9:00); 30 days at most',
      '2h',
    ),
    time_zone: described(
      z.string().min(1).max(100).default('UTC'),
      'In which a time is meant that names no zone, as IANA calls it',
      'Europe/Berlin',
    ),
    why: text('Why: for whoever hears nothing', SILENCE.why),
  }),
  { rule: 'seam_away', until: '2h', why: SILENCE.why },
);

const TOLD = {
  channel: 'slack',
  kind: 'began',
  state: 'sent',
  at: SAMPLE.later,
  sent_at: SAMPLE.last,
  next_try_at: null,
  attempts: 1,
  fault: null,
} as const;
const told = z.strictObject({
  channel: text('Where to', TOLD.channel),
  kind: described(z.enum(['began', 'over']), 'What it said: that it began, or that it is over'),
  state: described(
    z.enum(['sent', 'waiting', 'retrying', 'given_up']),
    '`waiting`: to be sent; `retrying`: a try failed, more are to come; `given_up`: no more are',
  ),
  at: instant('When it was to be sent first', TOLD.at),
  sent_at: instantOrNull('When it was sent; null: it wasn’t yet', TOLD.sent_at),
  next_try_at: instantOrNull('When it is tried next; null: not any more'),
  attempts: number('How often it was tried', TOLD.attempts),
  fault: textOrNull(
    'What the last try came to; null: it was taken, or there was none',
    'It answered 503.',
  ),
});

const ALERT = {
  id: 17,
  rule: 'seam_away',
  title: 'Seam can’t be reached',
  about: SAMPLE.workspace_id,
  sentence: 'Seam is down or can’t be reached.',
  began_at: SAMPLE.later,
  seen_at: SAMPLE.last,
  ended_at: null,
  first_step:
    "See status.seam.co and this machine's network. Checks resume automatically when Seam answers.",
  runbook: 'docs/runbooks/seam-away.md',
  page: '/support/queue',
  silence: null,
} as const;
const alert = named(
  'Alert',
  'Something that is wrong with the whole, or was.',
  z.strictObject({
    id: number('Its number', ALERT.id),
    rule: alertRule,
    title: text('What is wrong, in a few words', ALERT.title),
    about: text('A Seam workspace, an endpoint or a reason; empty: the whole', ALERT.about),
    sentence: text('What is wrong, as it was when last checked', ALERT.sentence),
    began_at: instant('Since when', ALERT.began_at),
    seen_at: instant('When it was last found to be so', ALERT.seen_at),
    ended_at: instantOrNull('When it was over; null: it is open'),
    first_step: text('What to do first', ALERT.first_step),
    runbook: text(
      'What else to do: a URL, or a page of this repository where `RUNBOOKS_URL` isn’t set',
      ALERT.runbook,
    ),
    page: text('Where in the console it is seen to', ALERT.page),
    silence: described(silence.nullable(), 'That no messages are sent about it; null: they are'),
    told: described(z.array(told), 'Whom it was told to, the first message first'),
  }),
  { ...ALERT, told: [TOLD] },
);
export const alertsAnswer = named(
  'AlertList',
  'Alerts: those that are open, and then those that are over, the latest first.',
  z.strictObject({
    alerts: described(z.array(alert), 'The alerts'),
    next_cursor: textOrNull('What to ask for to go on; null: that was all'),
    silences: described(z.array(silence), 'What is silenced now, up to 100'),
  }),
  { alerts: [{ ...ALERT, told: [TOLD] }], next_cursor: null, silences: [SILENCE] },
);

export const alertsQuery = z.object({
  open: described(
    z.enum(['true', 'false']).default('false'),
    '`true`: only those that are open; `false`: also those that were over within 30 days',
  ),
  cursor: described(
    z.string().min(1).max(1_000).optional(),
    'The `next_cursor` of the page before',
    CURSOR,
  ),
  limit: limitOf(200, 50),
});
