import { z } from 'zod';
import { CHANGES } from '../../audit-log/record.ts';
import { SET_ASIDE_BECAUSE } from '../../model/set-aside.ts';
import {
  described,
  failureReason,
  instant,
  instantOrNull,
  number,
  reconciliationState,
  subjectField,
  text,
  textOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What several answers tell of: troubles, notes, changes, events. */

export const reasonOrNull = failureReason
  .nullable()
  .describe('Why it could not be settled; null: it is settled, or was not tried yet');

export const listOf = <Item extends z.ZodType>(item: Item, description: string) =>
  described(z.array(item).readonly(), description);

export const TROUBLE = {
  kind: 'error',
  code: 'account_disconnected',
  sentence: 'The account is disconnected.',
  remedy: 'Ask the user to connect it again, with a webview for that.',
  message: 'Account Disconnected',
  device_ids: [],
} as const;

/** What is wrong with an account. */
const trouble = named(
  'Trouble',
  'What is wrong with an account.',
  z.object({
    kind: described(z.enum(['error', 'warning']), 'As which of the two Seam tells of it'),
    code: textOrNull('Seam’s `error_code` or `warning_code`; null: it gave none', TROUBLE.code),
    sentence: text('What it means, for support staff', TROUBLE.sentence),
    remedy: text('What to do about it', TROUBLE.remedy),
    message: textOrNull('As in Seam; null: it says nothing', TROUBLE.message),
    device_ids: described(
      z.array(z.string()).readonly(),
      'The devices that it is about; empty: the account as a whole',
    ),
  }),
  { ...TROUBLE, device_ids: [] },
);
export const troubles = described(
  z.array(trouble).readonly(),
  'What is wrong with the account now',
);

/** How an account has stood. */
export const stateStory = {
  state_since: instantOrNull(
    'Since when it has been in this state: by Seam’s time if Seam gives one, else since we first saw it so; null: not known',
  ),
  last_connected_at: instantOrNull('When we last saw it working; null: not known'),
  times_disconnected: number('How often it was seen disconnected, this time included', 1),
};
export const STATE_STORY = {
  state_since: SAMPLE.later,
  last_connected_at: SAMPLE.at,
  times_disconnected: 1,
} as const;

const STANDING = { subject: SAMPLE.subject, state: 'dismissed', reason: 'user_not_found' } as const;
export const standingAnswer = named(
  'Standing',
  'How a connection stands after a change.',
  z.object({ subject: subjectField, state: reconciliationState, reason: reasonOrNull }),
  STANDING,
);

export const NOTE = {
  id: 12,
  text: 'She will call back on Monday.',
  by: SAMPLE.operator,
  at: SAMPLE.at,
} as const;
export const noteRecord = named(
  'Note',
  'A note on a connection.',
  z.object({
    id: number('The note’s number', NOTE.id),
    text: text('What it says', NOTE.text),
    by: text('Who wrote it', NOTE.by),
    at: instant('When'),
  }),
  NOTE,
);

const values = z.record(z.string(), z.unknown()).nullable();
export const CHANGE = {
  id: 318,
  at: SAMPLE.at,
  actor: 'operator:3',
  actor_name: SAMPLE.operator,
  owner: null,
  owner_name: null,
  role: 'support',
  face: 'console',
  action: 'link',
  target: SAMPLE.subject,
  before: { user_id: null },
  after: { user_id: SAMPLE.user_id },
  why: SAMPLE.why,
  bulk_run_id: null,
} as const;
const changeFields = z.object({
  id: number('Its number in the audit log', CHANGE.id),
  at: instant('When'),
  actor: text('Who: `operator:<id>`, `token:<id>`, or a shell', CHANGE.actor),
  actor_name: text('Their name then', CHANGE.actor_name),
  owner: textOrNull('Whose token it was; null where no token did it'),
  owner_name: textOrNull('The name of that operator; null where no token did it'),
  role: text('The role that they had then', CHANGE.role),
  face: described(z.enum(['console', 'api', 'cli', 'app']), 'Where they did it'),
  action: text(`What they did: ${CHANGES.slice(0, 4).join(', ')}, …`, CHANGE.action),
  target: text('To what: a subject, or `operator:3`, `token:5`, `queue`, …', CHANGE.target),
  before: described(values, 'How that stood before; null: not recorded'),
  after: described(values, 'How that stands after; null: not recorded'),
  why: textOrNull('The reason that they gave; null: none', SAMPLE.why),
  bulk_run_id: described(z.number().nullable(), 'The bulk run that it was part of; null: none'),
});
export const changeRecord = named(
  'Change',
  'What someone did, as the audit log has it.',
  changeFields,
  CHANGE,
);
export const CHANGE_OF_STREAM = { ...CHANGE, cursor: '790231.318' } as const;
export const streamedChange = named(
  'StreamedChange',
  'What someone did, and its place in the stream.',
  changeFields.extend({ cursor: text('To go on after it', CHANGE_OF_STREAM.cursor) }),
  CHANGE_OF_STREAM,
);

export const DELIVERY = {
  event_id: SAMPLE.event_id,
  event_type: 'connected_account.connected',
  received_at: SAMPLE.at,
  occurred_at: SAMPLE.at,
  source: 'webhook',
  conflicting_bodies: 0,
  set_aside: null,
} as const;
export const deliveryFields = z.object({
  event_id: text('Seam’s id of the event', SAMPLE.event_id),
  event_type: text('Seam’s type of it', DELIVERY.event_type),
  received_at: instant('When it came here'),
  occurred_at: instantOrNull('When it happened, by Seam; null: Seam doesn’t say'),
  source: described(
    z.enum(['webhook', 'backfill']),
    'Whether Seam sent it, or a backfill found it in Seam’s list of events',
  ),
  conflicting_bodies: number(
    'How many other bodies were signed under this id later; this one counts',
    0,
  ),
  set_aside: described(
    z
      .object({
        because: described(z.enum(SET_ASIDE_BECAUSE), 'Why'),
        vouched_by: textOrNull('The workspace that signed or listed it; null: not known'),
        names: textOrNull('The workspace that it names; null: none'),
      })
      .nullable(),
    'That it is the word of another workspace, and changes nothing; null: it counts',
  ),
});
export const deliveryRecord = named(
  'Event',
  'An event of Seam’s, as it came here.',
  deliveryFields,
  DELIVERY,
);
