import { z } from 'zod';
import { STOPPED } from '../../support/finding/standings.ts';
import {
  accountId,
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
import { linkRecord, runRecord } from './case-history.ts';
import { CASE } from './case-sample.ts';
import {
  changeRecord,
  deliveryRecord,
  listOf,
  noteRecord,
  reasonOrNull,
  stateStory,
  troubles,
} from './records.ts';

/* What the API answers about a connection. */

const webview = z.object({
  connect_webview_id: text('Its id in Seam', SAMPLE.webview_id),
  status: text('As in Seam: `pending`, `authorized` or `failed`', 'authorized'),
  selected_provider: textOrNull(
    'The provider that the user chose in it, as Seam’s key; null: none yet',
    'august',
  ),
  authorized_at: instantOrNull('When the user signed in; null: not yet'),
  failure_description: textOrNull('What Seam said of the login, if it failed; null: it didn’t'),
  created_at: instantOrNull('When it was made, by Seam; null: not known'),
  read_at: instant('When Seam last showed it'),
});

const account = z.object({
  connected_account_id: accountId,
  state: accountState,
  type: textOrNull('Its maker, for people; null: not known', 'August'),
  display_name: textOrNull('As in Seam; masked for viewers; null: none', SAMPLE.user_email),
  identifier: textOrNull(
    'What the user signs in with there; masked for viewers; null: not known',
    SAMPLE.user_email,
  ),
  image_url: textOrNull('A picture of its maker, as in Seam; null: none'),
  time_zone: textOrNull('Its IANA name; null: not known', 'America/New_York'),
  ...stateStory,
  created_at: instantOrNull('When it was made, by Seam; null: not known'),
  read_at: instant('When Seam last showed it'),
  deleted_at: instantOrNull('When it was deleted in Seam; null: it is there'),
});

const user = z.object({
  user_id: userId,
  how: described(
    z.enum(['linked', 'named', 'expected']),
    'Whether it is linked to them, or only the metadata names them, or the webview was made for them',
  ),
  name: textOrNull('As your users table has it; null: it has none', SAMPLE.user_name),
  email: textOrNull('The same; masked for viewers', SAMPLE.user_email),
  is_ours: described(
    z.boolean().nullable(),
    'Whether your users table has them; null: it can’t be read',
  ),
});

const other = z.object({
  subject: subjectField,
  state: reconciliationState,
  reason: reasonOrNull,
  updated_at: instant('When it last changed'),
});

const unlinked = z.object({
  user_id: userId,
  at: instant('When'),
  by: textOrNull('Who did it; null: no longer known', SAMPLE.operator),
  why: textOrNull('The reason that they gave; null: no longer known', SAMPLE.why),
  audit_id: number('By which it can be undone', 319),
  subject: subjectField,
});

const explanation = z.object({
  title: text('In a few words', 'User not found'),
  sentence: text('In a sentence, for support staff'),
  remedy: text('What to do about it'),
});

const nextStep = z.object({
  what: text('What to do, in plain words', CASE.next_step.what),
  button: described(
    z.enum(['retry', 'link', 'send_webview', 'none']),
    'What does it: a retry, a link by hand, a new webview for the user; `none`: nothing that can be done here',
  ),
});

const badge = z.object({
  label: text('In a few words', CASE.badge.label),
  mood: described(z.enum(['good', 'warn', 'bad', 'plain']), 'Whether that is good'),
  icon: text('A sign for it', CASE.badge.icon),
});

const more = z.object({
  others: flag('Whether there are older `others`'),
  links: flag('Whether there are older `links`'),
  runs: flag('Whether there are older `runs`: `runs_before`'),
  deliveries: flag('Whether there are older `deliveries`: `deliveries_before`'),
  notes: flag('Whether there are older `notes`: `notes_before`'),
  changes: flag('Whether there are older `changes`'),
});

export const caseAnswer = named(
  'Case',
  'Everything that is known of a connection.',
  z.object({
    case: text('The name that leads to it: its account, where there is one', CASE.case),
    subjects: listOf(
      text('A subject', SAMPLE.subject),
      'All that it is made of (the account, and the webviews that led to it); the first says how it stands',
    ),
    subject: subjectField,
    headline: text('How it stands and what is to be done, in plain words', CASE.headline),
    standing: described(
      z.enum(STOPPED).nullable(),
      'How the lock account stands, where it stopped, or the sign-in never got through; null: nothing of the kind is known',
    ),
    next_step: described(nextStep, 'What is to be done, and the button that does it'),
    badge: described(badge, 'How it stands in a few words'),
    state: reconciliationState,
    reason: reasonOrNull,
    explanation: described(explanation.nullable(), 'What the reason means; null: there is none'),
    workspace_id: workspaceIdOrNull,
    user_id: linkedUserId,
    expected_user_id: textOrNull('Of a webview made here: for whom; null: it wasn’t'),
    reconnects_account_id: textOrNull(
      'Of a webview made to reconnect an account: that account; null: it wasn’t',
    ),
    claimed_user_id: textOrNull('The user that the metadata names; null: none', SAMPLE.user_id),
    named_by: textOrNull('The rule of USER_IDENTITY that names that user; null: none does'),
    also_named_by: textOrNull(
      'The first rule of USER_IDENTITY that names another of our users; null: none does',
    ),
    provisional: flag('Whether only a signed event speaks for the link so far'),
    linked_by: described(
      z.enum(['run', 'person']).nullable(),
      'Who made the link; null: there is none',
    ),
    connect_webview_id: webviewIdOrNull,
    connected_account_id: accountIdOrNull,
    account_state: accountState.nullable().describe('How the account stands; null: there is none'),
    account_state_since: instantOrNull('Since when; null: not known'),
    account_troubles: troubles,
    attempts: number('Tries that failed since the last news', 0),
    generation: number(
      'Goes up with each event and request: what is owed, of all `subjects` together',
      3,
    ),
    observed_generation: number('The generation that was last checked; lower: a check is owed', 3),
    next_look_at: instantOrNull('When it is checked next; null: no check is owed'),
    under_way: flag('Whether it is being checked right now'),
    first_heard_at: instant('When something was first heard of it'),
    updated_at: instant('When it last changed'),
    webview: described(webview.nullable(), 'The webview that led to it; null: none is known'),
    account: described(account.nullable(), 'The account; null: Seam has shown none'),
    user: described(user.nullable(), 'Who it belongs to, as far as is known; null: nobody is'),
    unlinked: described(
      unlinked.nullable(),
      'That someone unlinked the account by hand, so that no one has it, and what undoes that; null: no one did',
    ),
    others: listOf(other, 'The other subjects of the same connection'),
    links: listOf(linkRecord, 'Whose it has been, the newest first'),
    runs: listOf(runRecord, 'The checks of it, the newest first'),
    deliveries: listOf(deliveryRecord, 'The events about it, the newest first'),
    notes: listOf(noteRecord, 'What support staff wrote, the newest first'),
    changes: listOf(changeRecord, 'What people did to it, the newest first'),
    more: described(more, 'Which of the lists have older ones than these'),
  }),
  CASE,
);
