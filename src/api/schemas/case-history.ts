import { z } from 'zod';
import {
  described,
  flag,
  instant,
  instantOrNull,
  number,
  text,
  textOrNull,
  userId,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What has become of a connection: the checks of it, and whose it has been. */

export const RUN = {
  id: 5120,
  trigger: 'delivery',
  outcome: 'linked',
  reason: null,
  detail: null,
  seam_request_id: SAMPLE.request_id,
  trace_id: SAMPLE.trace_id,
  started_at: SAMPLE.at,
  finished_at: SAMPLE.at,
} as const;
export const runRecord = named(
  'Run',
  'One check of a connection.',
  z.object({
    id: number('Its number', RUN.id),
    trigger: text('Why it took place: `delivery`, `person`, `backoff`, …', RUN.trigger),
    outcome: textOrNull('What it came to; null: it is under way', RUN.outcome),
    reason: textOrNull('Why it failed; null: it didn’t'),
    detail: textOrNull('What exactly went wrong, for an engineer; null: nothing'),
    seam_request_id: textOrNull('Seam’s id of its last request; null: none', SAMPLE.request_id),
    trace_id: textOrNull(
      'Of the trace that it is part of; null: none was recorded',
      SAMPLE.trace_id,
    ),
    started_at: instant('When it began'),
    finished_at: instantOrNull('When it ended; null: it is under way'),
  }),
  RUN,
);

const CAUSE = { kind: 'run', id: '5120', name: null, why: null } as const;
const linkCause = named(
  'LinkCause',
  'Who or what made a link, or ended it.',
  z.object({
    kind: described(
      z.enum(['run', 'event', 'person']),
      'A check, a signed event while Seam could not be asked, or someone by hand',
    ),
    id: text('Of the run, of the event, or of the change in the audit log', CAUSE.id),
    name: textOrNull('Of the person; null: it was none', SAMPLE.operator),
    why: textOrNull('The reason that the person gave; null: it was none', SAMPLE.why),
  }),
  CAUSE,
);

export const LINK = {
  id: 77,
  user_id: SAMPLE.user_id,
  linked_at: SAMPLE.at,
  linked_by: CAUSE,
  unlinked_at: null,
  unlinked_by: null,
  unlinked_because: null,
  provisional: false,
} as const;
export const linkRecord = named(
  'LinkRecord',
  'That an account is, or was, linked to a user.',
  z.object({
    id: number('Its number', LINK.id),
    user_id: userId,
    linked_at: instant('When it was linked'),
    linked_by: linkCause,
    unlinked_at: instantOrNull('When that ended; null: it stands'),
    unlinked_by: described(linkCause.nullable(), 'Who or what ended it; null: it stands'),
    unlinked_because: textOrNull('Why it ended: `relinked`, `account_deleted`, …; null: it stands'),
    provisional: flag('Whether it was made from an event, and Seam has yet to say the same'),
  }),
  LINK,
);
