import { z } from 'zod';
import { DISABLED_BECAUSE, ENDPOINT_KINDS } from '../../model/message.ts';
import type { EndpointDetails, EndpointView } from '../../support/endpoints/types.ts';
import { described, flag, instant, instantOrNull, number, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { messageType, TRY, TRY_EXAMPLE, toTry } from './message-schemas.ts';

/* Endpoints, as the API tells them. */

export const endpointParams = z.strictObject({
  id: described(z.int().positive().max(Number.MAX_SAFE_INTEGER), 'The id of an endpoint', 1),
});

const ENDPOINT = {
  id: number('By which it is named in paths', 1),
  name: text('What people call it', 'production'),
  kind: described(
    z.enum(ENDPOINT_KINDS),
    '`http`: POSTed to a URL; `queue`: added to a queue; `hook`: given to functions in a process of your app’s own',
  ),
  target: text(
    'The URL without what follows its `?`, or the name of the BullMQ queue or of the hooks',
    'https://app.example/hooks/locks',
  ),
  types: described(
    z.array(messageType).nullable(),
    'Which types of message it is sent; null: all',
    ['account.linked'],
  ),
  workspaces: described(
    z.array(z.string()).nullable(),
    'Of which Seam workspaces, by id; null: of all',
    [SAMPLE.workspace_id],
  ),
  per_second: number('How many messages it is sent in a second at most', 50),
  state: described(z.enum(['enabled', 'disabled']), 'To a disabled one nothing is sent'),
  disabled_at: instantOrNull('Since when nothing is sent to it'),
  disabled_because: described(
    z.enum(DISABLED_BECAUSE).nullable(),
    '`person`: someone disabled it; `gone`: it answered 410; `failing`: it had failed for days',
    'person',
  ),
  failing_since: instantOrNull('Since when nothing comes through; null: all is well'),
  failures: number('How many tries in a row have failed', 0),
  fault: textOrNull('What the last of them came to'),
  rest_until: instantOrNull('Until then nothing is sent: it is in trouble, or has asked for it'),
  last_delivered_at: instantOrNull('When it last took a message'),
  waiting: number('Messages that wait for it, up to 10,000', 0),
  waiting_is_capped: flag('Whether there are more than were counted'),
  dead: number('Messages that were given up, up to 10,000', 0),
  dead_is_capped: flag('Whether there are more than were counted'),
  oldest_waiting_at: instantOrNull('When what waits longest took place'),
  hooks_heard_at: instantOrNull(
    'When a process that has these hooks was last heard of (every 15 s); null: of another kind',
  ),
  created_at: instant('When it was added'),
  created_by: text('Who added it', SAMPLE.operator),
  secrets: described(
    z.array(
      z.strictObject({
        created_at: instant('When it was made'),
        until: instantOrNull('Until when messages are signed with it, too; null: the present one'),
      }),
    ),
    'The secrets that messages are signed with, the newest first, without themselves; none of a queue or of hooks',
  ),
};

const endpointFields = z.strictObject(ENDPOINT);
const ENDPOINT_EXAMPLE: z.input<typeof endpointFields> = {
  id: 1,
  name: 'production',
  kind: 'http',
  target: 'https://app.example/hooks/locks',
  types: null,
  workspaces: null,
  per_second: 50,
  state: 'enabled',
  disabled_at: null,
  disabled_because: null,
  failing_since: null,
  failures: 0,
  fault: null,
  rest_until: null,
  last_delivered_at: SAMPLE.last,
  waiting: 0,
  waiting_is_capped: false,
  dead: 0,
  dead_is_capped: false,
  oldest_waiting_at: null,
  hooks_heard_at: null,
  created_at: SAMPLE.at,
  created_by: SAMPLE.operator,
  secrets: [{ created_at: SAMPLE.at, until: null }],
};

const endpointSchema = named(
  'Endpoint',
  'Where messages go, and how that goes.',
  endpointFields,
  ENDPOINT_EXAMPLE,
);

export const toEndpoint = (view: EndpointView) => ({
  id: view.id,
  name: view.name,
  kind: view.kind,
  target: view.target,
  types: view.types,
  workspaces: view.workspaces,
  per_second: view.perSecond,
  state: view.state,
  disabled_at: view.disabledAt?.toISOString() ?? null,
  disabled_because: view.disabledBecause,
  failing_since: view.failingSince?.toISOString() ?? null,
  failures: view.failures,
  fault: view.fault,
  rest_until: view.restUntil?.toISOString() ?? null,
  last_delivered_at: view.lastDeliveredAt?.toISOString() ?? null,
  waiting: view.waiting.number,
  waiting_is_capped: view.waiting.isCapped,
  dead: view.dead.number,
  dead_is_capped: view.dead.isCapped,
  oldest_waiting_at: view.oldestWaitingAt?.toISOString() ?? null,
  hooks_heard_at: view.hooksHeardAt?.toISOString() ?? null,
  created_at: view.createdAt.toISOString(),
  created_by: view.createdBy,
  secrets: view.secrets.map(({ createdAt, until }) => ({
    created_at: createdAt.toISOString(),
    until: until?.toISOString() ?? null,
  })),
});

const attempt = z.strictObject({
  ...TRY,
  message_id: text('Which message', SAMPLE.event_id),
  type: messageType,
  about: text('About which connection', SAMPLE.subject),
});
const ATTEMPT_EXAMPLE: z.input<typeof attempt> = {
  ...TRY_EXAMPLE,
  message_id: SAMPLE.event_id,
  type: 'account.linked',
  about: SAMPLE.subject,
};

export const endpointDetails = named(
  'EndpointDetails',
  'An endpoint, and the newest tries to send to it.',
  z.strictObject({
    ...ENDPOINT,
    attempts: described(
      z.array(named('EndpointTry', 'One try, and of which message.', attempt, ATTEMPT_EXAMPLE)),
      'The newest first, at most 20',
    ),
  }),
  { ...ENDPOINT_EXAMPLE, attempts: [ATTEMPT_EXAMPLE] },
);

export const toEndpointDetails = ({ attempts, ...view }: EndpointDetails) => ({
  ...toEndpoint(view),
  attempts: attempts.map(({ messageId, type, about, ...each }) => ({
    ...toTry(each),
    message_id: messageId,
    type,
    about,
  })),
});

export const endpointList = named(
  'Endpoints',
  'Where messages go.',
  z.strictObject({ endpoints: described(z.array(endpointSchema), 'The oldest first') }),
  { endpoints: [ENDPOINT_EXAMPLE] },
);
export const endpointAnswer = named(
  'EndpointChanged',
  'An endpoint, as it is now.',
  z.strictObject({ endpoint: endpointSchema }),
  { endpoint: ENDPOINT_EXAMPLE },
);
export const endpointChanged = named(
  'EndpointChangeMade',
  'An endpoint, as it is now, and what is not sent to it any more.',
  z.strictObject({
    endpoint: endpointSchema,
    dropped: number('How many that waited are not sent, as it wants them no more', 0),
  }),
  { endpoint: ENDPOINT_EXAMPLE, dropped: 0 },
);
export const endpointEnabled = named(
  'EndpointEnabled',
  'An endpoint that is sent messages again, and how many it had missed.',
  z.strictObject({
    endpoint: endpointSchema,
    owed: number('How many that came while it was disabled are sent to it by this', 12),
  }),
  { endpoint: ENDPOINT_EXAMPLE, owed: 12 },
);
export const endpointAdded = named(
  'EndpointAdded',
  'A new endpoint, and the secret that its messages are signed with.',
  z.strictObject({
    endpoint: endpointSchema,
    secret: textOrNull(
      'What your app verifies messages with: it is shown only this once; null: messages in a queue aren’t signed',
      'whsec_<base64>',
    ),
    warning: textOrNull(
      'What may keep messages from going there, although it is added; null: nothing that is known yet',
    ),
  }),
  { endpoint: ENDPOINT_EXAMPLE, secret: 'whsec_<base64>', warning: null },
);
