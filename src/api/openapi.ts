import { z } from 'zod';
import { LEAST_ROLES } from '../support/permissions.ts';
import type { ApiRoute } from './route.ts';

const errorSchema = z.object({
  error: z.object({
    type: z.string(),
    message: z.string(),
    faults: z.record(z.string(), z.string()).optional(),
  }),
});

type Io = 'input' | 'output';
const jsonSchema = (schema: z.ZodType, io: Io): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const content = (schema: z.ZodType, io: Io) => ({
  'application/json': { schema: jsonSchema(schema, io) },
});

const parametersOf = (schema: z.ZodType | undefined, where: 'path' | 'query') => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: own,
  }));
};

const ONCE_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key sent twice is done once, and answered alike (for a day).',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const FAULTS = {
  '401': 'No token, or none that is known',
  '403': 'The token’s role may not',
  '404': 'There is no such thing',
  '409': 'It stands otherwise by now, or can’t be done',
  '422': 'Something in the request can’t be right; `faults` says what',
} as const;

const operationOf = (route: ApiRoute) => ({
  operationId: route.operationId,
  summary: route.summary,
  description: `Takes the role \`${LEAST_ROLES[route.needs]}\`.`,
  parameters: [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...(route.method === 'get' ? [] : [ONCE_KEY]),
  ],
  ...(route.body === undefined
    ? {}
    : { requestBody: { required: true, content: content(route.body, 'input') } }),
  responses: {
    [String(route.status ?? 200)]: {
      description: route.summary,
      content: content(route.answer, 'output'),
    },
    ...Object.fromEntries(
      Object.entries(FAULTS).map(([status, description]) => [
        status,
        {
          description,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      ]),
    ),
  },
});

/** The OpenAPI 3.1 document of these routes, made from what each is checked against. */
export const createOpenApiDocument = (routes: readonly ApiRoute[], publicUrl: string) => ({
  openapi: '3.1.1',
  info: {
    title: 'seam-reconciler',
    version: '1',
    description: 'What support staff can do in the console, for programs.',
  },
  servers: [{ url: `${publicUrl}/api/v1` }],
  security: [{ bearer: [] }],
  paths: Object.fromEntries(
    [...Map.groupBy(routes, route => route.path)].map(([path, own]) => [
      path,
      Object.fromEntries(own.map(route => [route.method, operationOf(route)])),
    ]),
  ),
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    schemas: { Error: jsonSchema(errorSchema, 'output') },
  },
});
