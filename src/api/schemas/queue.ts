import { z } from 'zod';
import { described, flag, instantOrNull, number } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import {
  coverage,
  gap,
  hold,
  ofWorkspace,
  PROCESS,
  pause,
  processOfOurs,
  seamOfWorkspace,
  setAside,
  silence,
  TROUBLED,
  telling,
} from './queue-parts.ts';
import { listOf } from './records.ts';

/** The status of the queue, as `queue status` prints it. */
export const statusAnswer = named(
  'QueueStatus',
  'What is owed, and whether it gets on.',
  z.strictObject({
    holds: listOf(hold, 'Where the queue waits because Seam is the trouble'),
    uncounted: number('Deliveries that are stored and still to be counted, up to 10,000', 0),
    conflicting: number(
      'Bodies that were signed under the id of an event that was stored with another one (kept for as long as that one), up to 10,000',
      0,
    ),
    set_aside: number(
      'Deliveries that are kept as evidence and change nothing, as they are the word of another workspace, up to 10,000',
      0,
    ),
    latest_set_aside: listOf(setAside, 'The latest of them (20 at most), with why in words'),
    owed: number('Checks owed, counted up to 10,000 per workspace', 4),
    owed_is_capped: flag('Whether more are owed than were counted'),
    waiting: number('Of these: due now, and not being checked', 1),
    waiting_is_capped: flag('Whether more are waiting than were counted'),
    oldest_due_at: instantOrNull('When the one was due that has waited longest; null: none waits'),
    workspaces: listOf(ofWorkspace, 'The same by workspace'),
    coverage: listOf(coverage, 'Of when all of Seam’s events are stored, by workspace'),
    gaps: listOf(
      gap,
      'What the coverage leaves out: tried again until it is complete (100 at most)',
    ),
    silence: listOf(silence, 'Workspaces whose webhooks don’t come'),
    pauses: listOf(pause, 'Where someone has stopped the queue'),
    seam: listOf(seamOfWorkspace, 'How Seam answers, by workspace'),
    processes: listOf(processOfOurs, 'The processes of this installation'),
    telling: described(telling, 'What is in the way of telling your app'),
    open_alerts: number('Alerts that are open: `GET /alerts` lists them', 0),
  }),
  {
    holds: [],
    uncounted: 0,
    conflicting: 0,
    set_aside: 0,
    latest_set_aside: [],
    owed: 4,
    owed_is_capped: false,
    waiting: 1,
    waiting_is_capped: false,
    oldest_due_at: SAMPLE.last,
    workspaces: [
      {
        workspace_id: SAMPLE.workspace_id,
        owed: 4,
        owed_is_capped: false,
        waiting: 1,
        waiting_is_capped: false,
        oldest_due_at: SAMPLE.last,
      },
    ],
    coverage: [
      {
        workspace_id: SAMPLE.workspace_id,
        from: SAMPLE.at,
        until: SAMPLE.later,
        next_at: SAMPLE.last,
        failing_since: null,
        failure: null,
      },
    ],
    gaps: [],
    silence: [],
    pauses: [],
    seam: [
      {
        workspace_id: SAMPLE.workspace_id,
        state: 'ok',
        since: null,
        sentence: null,
        remedy: null,
      },
    ],
    processes: [PROCESS],
    telling: {
      unarranged: 0,
      unarranged_is_capped: false,
      unarranged_since: null,
      unarranged_sentence: null,
      unarranged_remedy: null,
      endpoints: [TROUBLED],
    },
    open_alerts: 0,
  },
);
