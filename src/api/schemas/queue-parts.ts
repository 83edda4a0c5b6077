import { z } from 'zod';
import { SET_ASIDE_BECAUSE } from '../../model/set-aside.ts';
import { ENDPOINT_TROUBLES } from '../../support/endpoints/standing.ts';
import {
  described,
  flag,
  instant,
  instantOrNull,
  number,
  text,
  textOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the queue's status is made of. */

const workspaceOrOnly = textOrNull(
  'The id of the Seam workspace; null: the only one, whose id isn’t known',
  SAMPLE.workspace_id,
);

export const PAUSE = {
  workspace_id: SAMPLE.workspace_id,
  why: 'Seam asked us to wait until 16:00',
  by: SAMPLE.operator,
  since: SAMPLE.later,
} as const;
export const pause = named(
  'Pause',
  'That someone has stopped the queue.',
  z.strictObject({
    workspace_id: textOrNull('Of which Seam workspace, by id; null: of all', SAMPLE.workspace_id),
    why: text('Why', PAUSE.why),
    by: text('Who', SAMPLE.operator),
    since: instant('Since when'),
  }),
  PAUSE,
);
export const pauseAnswer = named(
  'QueuePaused',
  'The queue waits until someone resumes it.',
  z.strictObject({ pause }),
  { pause: PAUSE },
);
export const resumeAnswer = named(
  'QueueResumed',
  'The queue goes on.',
  z.strictObject({ resumed: pause }),
  { resumed: PAUSE },
);

export const hold = z.strictObject({
  workspace_id: workspaceOrOnly,
  reason: text('Why it waits', 'seam_unavailable'),
  sentence: text('What that means', 'Seam is down or can’t be reached.'),
  remedy: text('What to do about it'),
  detail: text('What Seam answered last'),
  seam_request_id: textOrNull('Seam’s id of that request; null: none', SAMPLE.request_id),
  since: instant('Since when'),
});

export const setAside = z.strictObject({
  event_id: text('Seam’s id of the event', SAMPLE.event_id),
  event_type: text('Seam’s type of it', 'connected_account.connected'),
  subject: text('The connection that it is about', SAMPLE.subject),
  received_at: instant('When it came here'),
  because: described(z.enum(SET_ASIDE_BECAUSE), 'Why it is set aside'),
  vouched_by: textOrNull('The workspace that signed or listed it; null: not known'),
  names: textOrNull('The workspace that it names; null: none'),
  belongs_to: textOrNull('The workspace that its subject belongs to; null: not known'),
  why: text('Why, in words'),
});

export const ofWorkspace = z.strictObject({
  workspace_id: workspaceIdOrNull,
  owed: number('Checks owed', 4),
  owed_is_capped: flag('Whether more are owed than were counted'),
  waiting: number('Of these: due now, and not being checked', 1),
  waiting_is_capped: flag('Whether more are waiting than were counted'),
  oldest_due_at: instantOrNull('When the one was due that has waited longest; null: none waits'),
});

export const coverage = z.strictObject({
  workspace_id: workspaceOrOnly,
  from: instant('Every event that Seam made since then is stored …'),
  until: instant('… up to then'),
  next_at: instant('When the list of events is read next'),
  failing_since: instantOrNull('Since when it can’t be read; null: it can'),
  failure: textOrNull('Why not; null: it can'),
});

export const gap = z.strictObject({
  workspace_id: workspaceOrOnly,
  from: instant('From when …'),
  until: instant('… until when events may be missing'),
  why: text('Why'),
  found_at: instant('When it was found'),
  next_try_at: instant('When it is tried again'),
  tries: number('How often it was', 1),
});

export const silence = z.strictObject({
  workspace_id: workspaceOrOnly,
  since: instant('Since when no webhook has come for what happened'),
  events: number('How many events no webhook brought', 14),
  last_webhook_event_at: instantOrNull('Of when the newest is that one brought; null: none ever'),
});

export const seamOfWorkspace = z.strictObject({
  workspace_id: workspaceOrOnly,
  state: described(
    z.enum(['ok', 'throttled', 'key_refused', 'no_right', 'suspended', 'down']),
    'How Seam answers',
  ),
  since: instantOrNull('Since when; null: all is well'),
  sentence: textOrNull('What that means; null: all is well'),
  remedy: textOrNull('What to do about it; null: all is well'),
});

export const TROUBLED = {
  endpoint_id: 1,
  name: 'app',
  trouble: 'failing',
  since: SAMPLE.at,
  sentence: 'Endpoint app is failing.',
  fault: 'It answered 503 (Service Unavailable).',
  remedy: 'It is tried again automatically; its messages wait.',
  dead: 0,
  dead_is_capped: false,
} as const;
/** What is in the way of telling the app. */
export const telling = z.strictObject({
  unarranged: number(
    'Messages that have waited for over a minute to be put in order, up to 10,000',
    0,
  ),
  unarranged_is_capped: flag('Whether more have waited than were counted'),
  unarranged_since: instantOrNull('Since when the first of them has; null: none waits'),
  unarranged_sentence: textOrNull('What that means; null: none waits'),
  unarranged_remedy: textOrNull('What to do about it; null: none waits'),
  endpoints: described(
    z.array(
      z.strictObject({
        endpoint_id: number('The id of the endpoint', TROUBLED.endpoint_id),
        name: text('What it is called', TROUBLED.name),
        trouble: described(
          z.enum(ENDPOINT_TROUBLES),
          '`unheard`: no process of your app has its hooks; `failing`: it takes nothing; `unsendable`: its secret can’t be opened; `switched_off`: after days of failures, or as it is gone; `disabled`: by a person; `dead_letters`: it works, but some messages were given up',
        ),
        since: instantOrNull('Since when; null: not known', TROUBLED.since),
        sentence: text('What that means', TROUBLED.sentence),
        fault: textOrNull(
          'What the last try came to; null: it was taken, or the sentence says it',
          TROUBLED.fault,
        ),
        remedy: text('What to do about it', TROUBLED.remedy),
        dead: number('Messages to it that were given up, up to 10,000', TROUBLED.dead),
        dead_is_capped: flag('Whether more were given up than were counted'),
      }),
    ),
    'Endpoints with which something is wrong, or that someone has disabled',
  ),
});

export const PROCESS = {
  id: '1c7e5b0e-6f0f-4a43-a8b5-2f1f2dd9d5a4',
  kind: 'serve',
  host: 'web-1',
  pid: 17,
  version: '0.1.0',
  started_at: SAMPLE.at,
  seen_at: SAMPLE.last,
  lost: false,
  worker: { progress_at: SAMPLE.last, running: 2, concurrency: 16, trouble: null },
} as const;
export const processOfOurs = z.strictObject({
  id: text('Its id', PROCESS.id),
  kind: described(z.enum(['serve', 'work']), 'Whether it answers requests, or only checks'),
  host: text('On which host', PROCESS.host),
  pid: number('Its number there', PROCESS.pid),
  version: text('Its version', PROCESS.version),
  started_at: instant('When it started'),
  seen_at: instant('When it last said that it is there'),
  lost: flag('Not seen for half a minute'),
  worker: described(
    z
      .strictObject({
        progress_at: instantOrNull('When a check last ended; null: none yet'),
        running: number('Checks under way', 2),
        concurrency: number('How many at most', 16),
        trouble: textOrNull('What is wrong with it; null: nothing'),
      })
      .nullable(),
    'How its worker is; null: it runs none',
  ),
});
