import { z } from 'zod';
import { LEAST_ROLES } from '../access/permissions.ts';
import { type Components, createComponents } from './components.ts';
import { named } from './named.ts';
import type { Reach } from './reach.ts';
import type { ApiRoute } from './route.ts';
import { TAGS } from './tags.ts';

const errorSchema = named(
  'Error',
  'Why a request was not carried out.',
  z.object({
    error: z
      .object({
        type: z.string().describe('For programs: `invalid`, `not_found`, `conflict`, …'),
        message: z.string().describe('For people: what is wrong, and what to do about it'),
        faults: z
          .record(z.string(), z.string())
          .optional()
          .describe('What is wrong, by field: `body.user_id`'),
      })
      .describe('What stood in the way'),
  }),
  { error: { type: 'not_found', message: "No match for 'connected_account:11111111'." } },
);

const content = (components: Components, schema: z.ZodType, io: 'input' | 'output') => {
  const [example] = (schema.meta()?.examples ?? []) as unknown[];
  return {
    'application/json': {
      schema: components.schemaOf(schema, io),
      ...(example === undefined ? {} : { example }),
    },
  };
};

const parametersOf = (
  components: Components,
  schema: z.ZodType | undefined,
  where: 'path' | 'query',
) => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = components.schemaOf(schema, 'input') as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, examples, ...own }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    description,
    ...(Array.isArray(examples) ? { example: examples[0] } : {}),
    schema: own,
  }));
};

const ONCE_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A request sent twice with the same key is carried out once and gets the same response for a day. Use a UUID.',
  example: '7f1d2c3b-9a4e-4b6f-8c21-0d5e6f7a8b9c',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** What stands in the way, by status: each in the one form of errors. */
const FAULTS = {
  '400': 'The URL, a header or the body can’t be read',
  '401': 'No token, an unknown one, or one that has ended; the message says which',
  '403': 'The token’s role, permissions or workspaces don’t allow this',
  '404': 'Not found',
  '409': 'Its state has changed, it was already done, or it can’t be done',
  '410':
    'What would follow isn’t kept any more (or the position is of another database): list everything again',
  '413': 'The body is too large',
  '415': 'The body isn’t JSON',
  '422': 'The request is invalid; `faults` lists what is wrong, by field',
  '429':
    'This token makes too many requests, or too many unknown tokens came from this address; `Retry-After` says when to try again',
  '502': 'Seam can’t be reached or rejects our key; it may or may not have been done',
  '503': 'Something failed on our side, or Seam asked us to slow down; try again',
} as const;
type FaultStatus = keyof typeof FAULTS;

const ONLY_CHANGES: readonly FaultStatus[] = ['413', '415'];

const faultsOf = ({ method, mayBeGone }: ApiRoute): Record<string, { $ref: string }> => {
  const statuses = (Object.keys(FAULTS) as FaultStatus[])
    .filter(status => method !== 'get' || !ONLY_CHANGES.includes(status))
    .filter(status => status !== '410' || mayBeGone === true);
  return Object.fromEntries(
    statuses.map(status => [status, { $ref: `#/components/responses/Fault${status}` }]),
  );
};

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before trying again',
    schema: { type: 'integer' },
  },
};
const WWW_AUTHENTICATE = { 'WWW-Authenticate': { schema: { type: 'string', const: 'Bearer' } } };
/** Of each answer to a known token: how much it may still ask, and which request that was. */
const REQUEST_ID = {
  'X-Request-Id': {
    description:
      'The id of this request, as our log has it: yours, if you sent one of up to 128 letters, digits and `_.:=+/-`, or else ours',
    schema: { type: 'string' },
  },
};
const RATE_LIMIT = {
  'RateLimit-Policy': {
    description:
      'How many requests this token may make at once (`q`), earned again within `w` seconds',
    schema: { type: 'string', examples: ['"token";q=200;w=4'] },
  },
  RateLimit: {
    description:
      'How many it may still make at once (`r`), and in how many seconds it may make all of them again (`t`)',
    schema: { type: 'string', examples: ['"token";r=199;t=1'] },
  },
};
const FAULT_HEADERS: Readonly<Record<string, object>> = {
  '401': WWW_AUTHENTICATE,
  '429': { ...RETRY_AFTER, ...RATE_LIMIT },
  '503': RETRY_AFTER,
};

const FAULT_RESPONSES = Object.fromEntries(
  Object.entries(FAULTS).map(([status, description]) => [
    `Fault${status}`,
    {
      description,
      headers: { ...REQUEST_ID, ...FAULT_HEADERS[status] },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  ]),
);

const REPEATED = {
  'Idempotent-Replayed': {
    description: '`true`: this request was already carried out, and this is its original response',
    schema: { type: 'string', const: 'true' },
  },
};

const EXPIRES = {
  'Token-Expires-At': {
    description: 'When the secret that was used stops working: rotate the token before',
    schema: { type: 'string', format: 'date-time' },
  },
};

const bodyOf = (components: Components, { body }: ApiRoute): { requestBody?: object } =>
  body === undefined
    ? {}
    : {
        requestBody: {
          required: !body.safeParse({}).success,
          content: content(components, body, 'input'),
        },
      };

const answerOf = (components: Components, route: ApiRoute): Record<string, object> => ({
  [String(route.status ?? 200)]: {
    description: route.summary,
    headers: {
      ...EXPIRES,
      ...RATE_LIMIT,
      ...REQUEST_ID,
      ...(route.method === 'get' || route.answersSecret === true ? {} : REPEATED),
    },
    content: content(components, route.answer, 'output'),
  },
});

/** What a token that is limited to some workspaces has to know. */
const REACH_WORDS = {
  installation: 'Not for tokens that are limited to Seam workspaces.',
  connection:
    'A token that is limited to Seam workspaces gives the exact subject, and finds only those in its own.',
  account: 'A token that is limited to Seam workspaces finds only accounts in its own.',
  change:
    'A token that is limited to Seam workspaces finds only changes to connections in its own.',
  list: 'A token that is limited to several Seam workspaces says which one.',
  messages: 'A token that is limited to Seam workspaces finds only messages of its own.',
  queue: 'A token that is limited to several Seam workspaces says which one.',
  workspace: 'A token that is limited to Seam workspaces uses its own only.',
} as const satisfies Record<Reach, string>;

const operationOf = (components: Components, route: ApiRoute) => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  description: `Requires the role \`${LEAST_ROLES[route.needs]}\` and the permission \`${route.needs}\`. ${REACH_WORDS[route.reach]}`,
  parameters: [
    ...parametersOf(components, route.params, 'path'),
    ...parametersOf(components, route.query, 'query'),
    ...(route.method === 'get' ? [] : [ONCE_KEY]),
  ],
  ...bodyOf(components, route),
  responses: { ...answerOf(components, route), ...faultsOf(route) },
});

/** Where it is answered. @param publicUrl without a slash at the end; a path or nothing where nobody has said */
export const serversOf = (publicUrl: string) => [{ url: `${publicUrl}/api/v1` }];

/**
 * The OpenAPI 3.1 document of these routes, made from what each is checked against.
 *
 * @throws where two schemas have the same name
 */
export const createOpenApiDocument = (routes: readonly ApiRoute[], publicUrl: string) => {
  const components = createComponents();
  components.schemaOf(errorSchema, 'output');
  const paths = Object.fromEntries(
    [...Map.groupBy(routes, route => route.path)].map(([path, own]) => [
      path,
      Object.fromEntries(own.map(route => [route.method, operationOf(components, route)])),
    ]),
  );
  return {
    openapi: '3.1.1',
    info: {
      title: 'seam-reconciler',
      version: '1',
      description:
        'Which connected account is whose, for your app; and what support staff can do in the console. Answers may gain fields at any time: pass over those that you don’t know.',
    },
    servers: serversOf(publicUrl),
    security: [{ bearer: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token from `token create`' },
      },
      schemas: components.all(),
      responses: FAULT_RESPONSES,
    },
  };
};
