import { z } from 'zod';
import { ACCOUNT_STATES, FAILURE_REASONS, RECONCILIATION_STATES } from '../../model/outcome.ts';
import { SET_ASIDE_BECAUSE } from '../../model/set-aside.ts';

/* What the API answers about a connection. */

const text = z.string().nullable();
const state = z.enum(RECONCILIATION_STATES);
const reason = z.enum(FAILURE_REASONS).nullable();

export const standingAnswer = z.object({ subject: z.string(), state, reason });

export const noteRecord = z.object({
  id: z.number(),
  text: z.string(),
  by: z.string(),
  at: z.string(),
});

const values = z.record(z.string(), z.unknown()).nullable();
export const changeRecord = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  actor_name: z.string(),
  owner: text.describe('Whose token it was; null where no token did it'),
  owner_name: text,
  role: z.string(),
  face: z.enum(['console', 'api', 'cli']),
  action: z.string(),
  target: z.string(),
  before: values,
  after: values,
  why: text,
  bulk_run_id: z.number().nullable(),
});

export const deliveryRecord = z.object({
  event_id: z.string(),
  event_type: z.string(),
  received_at: z.string(),
  occurred_at: text,
  source: z.enum(['webhook', 'backfill']),
  conflicting_bodies: z
    .number()
    .describe('How many other bodies were signed under this id later; this one counts'),
  set_aside: z
    .object({ because: z.enum(SET_ASIDE_BECAUSE), vouched_by: text, names: text })
    .nullable()
    .describe('That it is the word of another workspace, and changes nothing; null: it counts'),
});

const runRecord = z.object({
  id: z.number(),
  trigger: z.string(),
  outcome: text,
  reason: text,
  detail: text,
  seam_request_id: text,
  started_at: z.string(),
  finished_at: text,
});

const linkCause = z.object({
  kind: z.enum(['run', 'event', 'person']),
  id: z.string(),
  name: text,
  why: text,
});

const linkRecord = z.object({
  id: z.number(),
  user_id: z.string(),
  linked_at: z.string(),
  linked_by: linkCause,
  unlinked_at: text,
  unlinked_by: linkCause.nullable(),
  unlinked_because: text,
  provisional: z.boolean(),
});

const trouble = z.object({
  kind: z.enum(['error', 'warning']),
  code: text,
  sentence: z.string(),
  remedy: z.string(),
  message: text,
  device_ids: z.array(z.string()).readonly(),
});

const webview = z.object({
  connect_webview_id: z.string(),
  status: z.string(),
  selected_provider: text.describe(
    'The provider that the user chose in it, as Seam’s key: `august`',
  ),
  authorized_at: text,
  failure_description: text.describe('What Seam said of the login, if it failed'),
  created_at: text,
  read_at: z.string(),
});

/** How an account has stood. */
export const stateStory = {
  state_since: text.describe(
    'Since when it has been in this state: by Seam’s time if Seam gives one, else since we first saw it so. null: not known',
  ),
  last_connected_at: text.describe('When we last saw it working. null: not known'),
  times_disconnected: z.number().describe('How often it was seen disconnected, this time included'),
};

const account = z.object({
  connected_account_id: z.string(),
  state: z.enum(ACCOUNT_STATES),
  type: text,
  display_name: text,
  identifier: text,
  image_url: text,
  time_zone: text,
  ...stateStory,
  created_at: text,
  read_at: z.string(),
  deleted_at: text,
});

const user = z.object({
  user_id: z.string(),
  how: z.enum(['linked', 'named', 'expected']),
  name: text,
  email: text,
  is_ours: z.boolean().nullable(),
});

const other = z.object({ subject: z.string(), state, reason, updated_at: z.string() });

const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();

export const caseAnswer = z.object({
  subject: z.string(),
  headline: z.string(),
  state,
  reason,
  explanation: z.object({ title: z.string(), sentence: z.string(), remedy: z.string() }).nullable(),
  workspace_id: text,
  user_id: text,
  expected_user_id: text,
  reconnects_account_id: text.describe('Of a webview made to reconnect an account'),
  claimed_user_id: text,
  named_by: text.describe('The rule of USER_IDENTITY that names that user'),
  also_named_by: text.describe(
    'The first rule of USER_IDENTITY that names another of our users; null: none does',
  ),
  provisional: z.boolean(),
  connect_webview_id: text,
  connected_account_id: text,
  account_state: z.enum(ACCOUNT_STATES).nullable(),
  account_state_since: text,
  account_troubles: listOf(trouble),
  attempts: z.number(),
  generation: z.number(),
  observed_generation: z.number(),
  next_look_at: text,
  under_way: z.boolean(),
  first_heard_at: z.string(),
  updated_at: z.string(),
  webview: webview.nullable(),
  account: account.nullable(),
  user: user.nullable(),
  unlinked: z
    .object({
      user_id: z.string(),
      at: z.string(),
      by: text,
      why: text,
      audit_id: z.number(),
      subject: z.string(),
    })
    .nullable()
    .describe(
      'That someone unlinked the account by hand, so that no one has it, and what undoes that',
    ),
  others: listOf(other),
  links: listOf(linkRecord),
  runs: listOf(runRecord),
  deliveries: listOf(deliveryRecord),
  notes: listOf(noteRecord),
  changes: listOf(changeRecord),
  /** Which of the lists have older ones than these. */
  more: z.object({
    others: z.boolean(),
    links: z.boolean(),
    runs: z.boolean(),
    deliveries: z.boolean(),
    notes: z.boolean(),
    changes: z.boolean(),
  }),
});
