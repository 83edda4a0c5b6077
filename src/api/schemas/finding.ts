import { z } from 'zod';
import {
  accountIdOrNull,
  accountState,
  described,
  flag,
  instant,
  instantOrNull,
  linkedUserId,
  number,
  reconciliationState,
  subjectField,
  text,
  textOrNull,
  userId,
  webviewIdOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { reasonOrNull, TROUBLE, troubles } from './records.ts';

/* What the API answers to whoever looks for something. */

export const CONNECTION = {
  subject: SAMPLE.subject,
  workspace_id: SAMPLE.workspace_id,
  state: 'linked',
  reason: null,
  user_id: SAMPLE.user_id,
  user_name: SAMPLE.user_name,
  user_email: SAMPLE.user_email,
  expected_user_id: null,
  reconnects_account_id: null,
  linked_by: 'run',
  provisional: false,
  claimed_user_id: SAMPLE.user_id,
  connect_webview_id: SAMPLE.webview_id,
  connected_account_id: SAMPLE.account_id,
  account_type: 'August',
  account_identifier: SAMPLE.user_email,
  account_state: 'disconnected',
  account_state_since: SAMPLE.later,
  account_troubles: [{ ...TROUBLE, device_ids: [] }],
  attempts: 0,
  updated_at: SAMPLE.last,
} as const;

/** A connection as a line of a list has it. */
export const connectionFields = z.object({
  subject: subjectField,
  workspace_id: workspaceIdOrNull,
  state: reconciliationState,
  reason: reasonOrNull,
  user_id: linkedUserId,
  user_name: textOrNull(
    'The name of that user, or else of whom the metadata names; null: not known',
    SAMPLE.user_name,
  ),
  user_email: textOrNull(
    'The same of the e-mail; masked if the role can’t see e-mails',
    SAMPLE.user_email,
  ),
  expected_user_id: textOrNull('Of a webview made here: for whom; null: it wasn’t'),
  reconnects_account_id: textOrNull(
    'Of a webview made to reconnect an account: that account; null: it wasn’t',
  ),
  linked_by: described(
    z.enum(['run', 'person']).nullable(),
    'Who made the link; null: there is none',
  ),
  provisional: flag('Whether only a signed event speaks for the link so far'),
  claimed_user_id: textOrNull(
    'The user that the metadata names; as your users table spells it, if it has the user; null: none',
    SAMPLE.user_id,
  ),
  connect_webview_id: webviewIdOrNull,
  connected_account_id: accountIdOrNull,
  account_type: textOrNull('Its maker, for people; null: not known', 'August'),
  account_identifier: textOrNull(
    'What the user signs in with there; masked if the role can’t see e-mails; null: not known',
    SAMPLE.user_email,
  ),
  account_state: accountState.nullable().describe('How the account stands; null: there is none'),
  account_state_since: instantOrNull('Since when; null: not known'),
  account_troubles: troubles,
  attempts: number('Tries that failed since the last news', 0),
  updated_at: instant('When it last changed'),
});

export const connectionPage = named(
  'ConnectionPage',
  'Connections, most recently changed first.',
  z.object({
    connections: described(
      z.array(
        named(
          'Connection',
          'An account, or a webview, as support staff see it.',
          connectionFields,
          CONNECTION,
        ),
      ),
      'Those of this page',
    ),
    next_cursor: textOrNull('`cursor` of the next page; null: this is the last'),
    count: described(
      z.number().nullable(),
      'Of everything that matches; null: counting takes too long',
    ),
    count_is_capped: flag('Whether there are more than were counted'),
  }),
  { connections: [CONNECTION], next_cursor: null, count: 1, count_is_capped: false },
);

const FAILED_LOGINS = {
  user_id: SAMPLE.user_id,
  times: 3,
  since: SAMPLE.at,
  last_at: SAMPLE.later,
  provider: 'august',
  description: 'Invalid credentials',
  subject: SAMPLE.webview_subject,
  subjects: [SAMPLE.webview_subject],
  succeeded_since: false,
};
export const failedLogins = named(
  'FailedLogins',
  'A user whose sign-ins failed more than once.',
  z.object({
    user_id: userId,
    times: number('How often', FAILED_LOGINS.times),
    since: instant('When the first of them was'),
    last_at: instant('When the last of them was'),
    provider: textOrNull(
      'The provider that the user chose last, as Seam’s key; null: not known',
      'august',
    ),
    description: textOrNull('What Seam said of the last one; null: nothing'),
    subject: text('The connection of the last one', SAMPLE.webview_subject),
    subjects: described(z.array(z.string()), 'The connections of all of them, the last first'),
    succeeded_since: flag('Whether the user has signed in since'),
  }),
  FAILED_LOGINS,
);

const ATTENTION = {
  state: 'failed',
  reason: 'user_not_found',
  connections: 12,
  connections_is_capped: false,
  people: 9,
  oldest_at: SAMPLE.at,
  failed_runs_by_hour: [...Array<number>(23).fill(0), 12],
} as const;

export const attentionAnswer = named(
  'Attention',
  'What needs attention, one row per reason.',
  z.object({
    rows: described(
      z.array(
        named(
          'AttentionRow',
          'All connections of one state and reason.',
          z.object({
            state: reconciliationState,
            reason: reasonOrNull,
            connections: number('How many', 12),
            connections_is_capped: flag('Whether there are more than were counted'),
            people: described(
              z.number().nullable(),
              'How many people these are; null: not told, or too many to tell apart',
            ),
            oldest_at: instant('Since when the one that has been so for longest'),
            failed_runs_by_hour: described(
              z.array(z.number()),
              'Checks that failed for it in each hour of the last day, with the current hour last',
            ),
          }),
          { ...ATTENTION, failed_runs_by_hour: [...ATTENTION.failed_runs_by_hour] },
        ),
      ),
      'The most frequent first',
    ),
    last_settled_at: instantOrNull(
      'When the latest failure was settled; told where nothing is open; null: never',
    ),
    failed_logins: described(
      z.array(failedLogins).nullable(),
      'People whose sign-ins failed more than once in the last month, and who haven’t signed in since; with `tab=open`. null: that takes too long to tell',
    ),
  }),
  {
    rows: [{ ...ATTENTION, failed_runs_by_hour: [...ATTENTION.failed_runs_by_hour] }],
    last_settled_at: null,
    failed_logins: [FAILED_LOGINS],
  },
);
