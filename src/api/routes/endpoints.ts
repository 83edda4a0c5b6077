import { z } from 'zod';
import { ADDED_KINDS, type MessageType } from '../../model/message.ts';
import {
  DEFAULT_OVERLAP_HOURS,
  LONGEST_OVERLAP_HOURS,
  workspacesNamed,
} from '../../operators/token-rights.ts';
import { addEndpoint } from '../../support/endpoints/add.ts';
import { changeEndpoint } from '../../support/endpoints/change.ts';
import { DEFAULT_PER_SECOND, MOST_PER_SECOND } from '../../support/endpoints/fields.ts';
import { listEndpoints, readEndpoint } from '../../support/endpoints/read.ts';
import { removeEndpoint } from '../../support/endpoints/remove.ts';
import { rotateSecret } from '../../support/endpoints/secret.ts';
import { described, instant, text, why } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import {
  endpointAdded,
  endpointChanged,
  endpointDetails,
  endpointList,
  endpointParams,
  toEndpoint,
  toEndpointDetails,
} from './endpoint-schemas.ts';
import { messageType } from './message-schemas.ts';

const types: readonly MessageType[] = ['account.linked', 'account.relinked', 'account.unlinked'];
const TARGET = 'https://app.example/hooks/locks';
const URL_OR_QUEUE = 'A URL (https, and public), or the name of a BullMQ queue';
const name = described(z.string(), 'What people call it, unique', 'production');
const target = described(z.string().min(1).max(2_000), URL_OR_QUEUE, TARGET);
const typesField = z.array(messageType).min(1).nullable();
const workspacesField = z.array(z.string()).min(1).max(100).nullable();
const perSecond = z.int().min(1).max(MOST_PER_SECOND);
const WANTED = {
  types: described(typesField.optional(), 'Which types of message it is sent; null: all'),
  workspaces: described(
    workspacesField.optional(),
    'Of which Seam workspaces, by id or name; null: of all',
  ),
};

export const ENDPOINT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/endpoints',
    needs: 'view',
    reach: 'installation',
    operationId: 'listEndpoints',
    tag: 'Endpoints',
    summary: 'List where messages go, and how that goes',
    answer: endpointList,
    handle: async ({ desk, actor }) => ({
      endpoints: (await listEndpoints(desk, actor)).map(toEndpoint),
    }),
  }),
  apiRoute({
    method: 'post',
    path: '/endpoints',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'addEndpoint',
    tag: 'Endpoints',
    summary:
      'Add an endpoint, which is sent every message from then on; its secret is shown only once',
    body: named(
      'EndpointRequest',
      'Where messages are to go.',
      z.strictObject({
        name,
        kind: described(
          z.enum(ADDED_KINDS).default('http'),
          'POSTed to a URL, or added to a queue. Hooks are added by the app that has them',
        ),
        target,
        ...WANTED,
        per_second: described(
          perSecond.default(DEFAULT_PER_SECOND),
          'How many messages it is sent in a second at most',
        ),
        why: why().optional(),
      }),
      {
        name: 'production',
        kind: 'http',
        target: TARGET,
        types: [...types],
        workspaces: null,
        per_second: 50,
        why: SAMPLE.why,
      },
    ),
    answer: endpointAdded,
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, body: { per_second: rate, workspaces, ...given } }) => {
      const { endpoint, secret, warning } = await addEndpoint(desk, actor, {
        ...given,
        perSecond: rate,
        workspaces: workspacesNamed(desk.config.workspaces, workspaces ?? undefined),
      });
      return { endpoint: toEndpoint(endpoint), secret, warning };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/endpoints/{id}',
    needs: 'view',
    reach: 'installation',
    operationId: 'getEndpoint',
    tag: 'Endpoints',
    summary: 'Get an endpoint, and the newest tries to send to it',
    params: endpointParams,
    answer: endpointDetails,
    handle: async ({ desk, actor, params }) =>
      toEndpointDetails(await readEndpoint(desk, actor, params.id)),
  }),
  apiRoute({
    method: 'patch',
    path: '/endpoints/{id}',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'changeEndpoint',
    tag: 'Endpoints',
    summary: 'Change an endpoint; what waits and is wanted no more is not sent',
    params: endpointParams,
    body: named(
      'EndpointChange',
      'What is to be different; what is left out stays.',
      z.strictObject({
        name: name.optional(),
        target: target.optional(),
        ...WANTED,
        per_second: described(
          perSecond.optional(),
          'How many messages it is sent in a second at most',
        ),
        why: why().optional(),
      }),
      { target: TARGET, types: null, per_second: 20, why: SAMPLE.why },
    ),
    answer: endpointChanged,
    handle: async ({ desk, actor, params, body: { per_second: rate, workspaces, ...given } }) => {
      const { endpoint, dropped } = await changeEndpoint(desk, actor, params.id, {
        ...given,
        perSecond: rate,
        workspaces:
          workspaces == null ? workspaces : workspacesNamed(desk.config.workspaces, workspaces),
      });
      return { endpoint: toEndpoint(endpoint), dropped };
    },
  }),
  apiRoute({
    method: 'delete',
    path: '/endpoints/{id}',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'removeEndpoint',
    tag: 'Endpoints',
    summary: 'Remove an endpoint, with what waits for it; the messages stay',
    params: endpointParams,
    query: z.strictObject({ why: why() }),
    answer: named(
      'EndpointRemoved',
      'That an endpoint is gone.',
      z.strictObject({ removed: described(z.literal(true), 'That it is gone') }),
      { removed: true },
    ),
    handle: async ({ desk, actor, params, query }) => {
      await removeEndpoint(desk, actor, params.id, query);
      return { removed: true as const };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/endpoints/{id}/rotate',
    needs: 'manage_endpoints',
    reach: 'installation',
    operationId: 'rotateEndpointSecret',
    tag: 'Endpoints',
    summary: 'Give an endpoint a new secret; until the overlap ends messages are signed with both',
    params: endpointParams,
    body: named(
      'RotateSecretRequest',
      'How a secret is replaced.',
      z.strictObject({
        overlap_hours: described(
          z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(DEFAULT_OVERLAP_HOURS),
          'How long messages are signed with the old secret, too; 0: it signs no more',
        ),
        why: why().optional(),
      }),
      { overlap_hours: 24, why: SAMPLE.why },
    ),
    answer: named(
      'SecretRotated',
      'A new secret, shown only this once.',
      z.strictObject({
        secret: text('What your app verifies messages with from now on', 'whsec_<base64>'),
        former_secret_until: instant('Until when messages are signed with the old one, too'),
      }),
      { secret: 'whsec_<base64>', former_secret_until: SAMPLE.later },
    ),
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, params, body }) => {
      const { secret, formerUntil } = await rotateSecret(desk, actor, params.id, {
        overlapHours: body.overlap_hours,
        why: body.why,
      });
      return { secret, former_secret_until: formerUntil.toISOString() };
    },
  }),
];
