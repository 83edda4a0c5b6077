import { z } from 'zod';
import { DEVICE_CAPABILITIES } from '../../seam/webview-options.ts';
import {
  accountId,
  accountState,
  described,
  flag,
  instant,
  instantOrNull,
  linkedUserId,
  text,
  textOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { STATE_STORY, stateStory, TROUBLE, troubles } from './records.ts';

/* What the API is told and answers about one connected account. */

export const workspaceField = described(
  z.string().min(1).max(500).optional(),
  'The Seam workspace, by id or name; needed where there are several and we don’t know which',
  SAMPLE.workspace_id,
);
export const whyField = described(
  z.string().trim().min(1).max(2_000),
  'Why: for the audit log',
  SAMPLE.why,
);
export const waitSeconds = described(
  z.int().min(0).max(30).default(10),
  'How long to wait for the check that follows',
);

const whatever = z.record(z.string(), z.unknown());
const seams = {
  custom_metadata: described(whatever, 'As in Seam', { id: SAMPLE.user_id }),
  errors: described(z.array(z.unknown()), 'As in Seam'),
  warnings: described(z.array(z.unknown()), 'As in Seam'),
};

const here = z.object({
  connected_account_id: accountId,
  state: accountState,
  troubles,
  user_id: linkedUserId,
  account_type: textOrNull('Its maker, for people; null: not known', 'August'),
  display_name: textOrNull('As in Seam; masked for viewers; null: none', SAMPLE.user_email),
  image_url: textOrNull('A picture of its maker, as in Seam; null: none'),
  time_zone: textOrNull('Its IANA name; null: not known', 'America/New_York'),
  ...stateStory,
  read_at: instant('When Seam last showed it'),
  ...seams,
  deleted_at: instantOrNull('When it was deleted in Seam; null: it is there'),
});

const seam = z.union([
  z.object({ kind: described(z.literal('shown'), 'Seam has it'), ...seams, troubles }),
  z.object({ kind: described(z.literal('unknown'), 'Seam has no such account') }),
  z.object({
    kind: described(z.literal('not_told'), 'Seam was not asked, or didn’t answer'),
    why: text('Why not', 'set ask_seam=true to ask Seam'),
  }),
]);

export const accountAnswer = named(
  'Account',
  'A connected account, what Seam shows of it, and its history.',
  z.object({
    connected_account_id: accountId,
    here: described(here.nullable(), 'As it is recorded here; null: we have no record of it'),
    seam: described(seam, 'What Seam shows now, if it was asked'),
    differences: described(
      z.array(
        z.object({
          field: text('Of which field', 'display_name'),
          here: described(z.unknown(), 'What our record says'),
          seam: described(z.unknown(), 'What Seam shows'),
        }),
      ),
      'Where our record and Seam differ; empty where Seam was not asked',
    ),
    links: described(
      z.array(
        z.object({
          user_id: text('Who it belongs to, or did', SAMPLE.user_id),
          linked_at: instant('Since when'),
          unlinked_at: instantOrNull('Until when; null: it is the link now'),
          unlinked_because: textOrNull('Why it ended; null: it is the link now'),
        }),
      ),
      'Whose it has been, the newest first',
    ),
    events: described(
      z.array(
        z.object({
          event_id: text('Seam’s id of the event', SAMPLE.event_id),
          event_type: text('Seam’s type of it', 'connected_account.connected'),
          occurred_at: instant('When it happened'),
        }),
      ),
      'The events that Seam sent about it, the newest first',
    ),
  }),
  {
    connected_account_id: SAMPLE.account_id,
    here: {
      connected_account_id: SAMPLE.account_id,
      state: 'disconnected',
      troubles: [{ ...TROUBLE, device_ids: [] }],
      user_id: SAMPLE.user_id,
      account_type: 'August',
      display_name: SAMPLE.user_email,
      image_url: null,
      time_zone: 'America/New_York',
      ...STATE_STORY,
      read_at: SAMPLE.last,
      custom_metadata: { id: SAMPLE.user_id },
      errors: [{ error_code: TROUBLE.code, message: TROUBLE.message }],
      warnings: [],
      deleted_at: null,
    },
    seam: { kind: 'not_told', why: 'set ask_seam=true to ask Seam' },
    differences: [],
    links: [
      {
        user_id: SAMPLE.user_id,
        linked_at: SAMPLE.at,
        unlinked_at: null,
        unlinked_because: null,
      },
    ],
    events: [
      {
        event_id: SAMPLE.event_id,
        event_type: 'connected_account.connected',
        occurred_at: SAMPLE.at,
      },
    ],
  },
);

const aftermath = {
  connected_account_id: accountId,
  user_id: linkedUserId,
  looks_owed: described(
    z.array(z.string()),
    'Connections whose checks hadn’t finished when the wait was over',
  ),
  failures: described(
    z.array(
      z.object({
        subject: text('The connection', SAMPLE.subject),
        reason: text('Why its check failed', 'seam_unavailable'),
      }),
    ),
    'Checks that failed',
  ),
  agrees: flag('Whether Seam and our record now agree'),
};
const AFTERMATH = {
  connected_account_id: SAMPLE.account_id,
  user_id: SAMPLE.user_id,
  looks_owed: [],
  failures: [],
  agrees: true,
};

export const updateBody = named(
  'AccountUpdate',
  'What to change of an account in Seam; what is left out stays.',
  z.object({
    user_id: described(
      z.string().min(1).max(500).optional(),
      'The user it belongs to',
      SAMPLE.user_id,
    ),
    metadata: described(
      z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
      'Keys to set; an empty value removes a key',
    ),
    display_name: described(z.string().max(500).optional(), 'What to call it', 'Ada’s front door'),
    accepted_capabilities: described(
      z.array(z.string().max(100)).max(50).optional(),
      `In place of those now: kinds of devices that may be connected (${DEVICE_CAPABILITIES.join(', ')}, …)`,
    ),
    automatically_manage_new_devices: described(
      z.boolean().optional(),
      'Whether Seam manages new devices of it automatically',
    ),
    customer_key: described(
      z.string().max(500).optional(),
      'Seam takes one only for an account that has none',
    ),
    why: whyField.optional(),
    workspace: workspaceField,
    wait_seconds: waitSeconds,
  }),
  { user_id: SAMPLE.user_id, metadata: { plan: 'gold' }, why: SAMPLE.why },
);

export const updateAnswer = named(
  'AccountUpdated',
  'What became of the change.',
  z.object({
    ...aftermath,
    seam: described(
      z.enum(['updated', 'as_it_was', 'differs', 'not_read']),
      '`differs`: Seam said yes, and shows something else; `not_read`: it could not be asked again',
    ),
    changed: described(z.array(z.string()), 'What Seam was told to change, by its names'),
    differing: described(z.array(z.string()), 'What Seam shows otherwise than was asked for'),
    custom_metadata: described(whatever, 'What Seam shows now'),
    overtaken: flag(
      'Whether this took so long that someone else may have changed it at the same time',
    ),
  }),
  {
    ...AFTERMATH,
    seam: 'updated',
    changed: ['custom_metadata'],
    differing: [],
    custom_metadata: { id: SAMPLE.user_id, plan: 'gold' },
    overtaken: false,
  },
);

export const deleteAnswer = named(
  'AccountDeleted',
  'What became of the deletion.',
  z.object({
    ...aftermath,
    seam: described(
      z.enum(['deleted', 'gone_before', 'still_shown', 'not_read']),
      '`still_shown`: Seam said yes, and goes on showing it; `not_read`: it could not be asked again',
    ),
  }),
  { ...AFTERMATH, user_id: null, seam: 'deleted' },
);
