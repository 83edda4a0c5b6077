import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createOpenApiDocument } from '../../src/api/openapi.ts';
import { type ApiRoute, apiRoute } from '../../src/api/route.ts';
import { API_ROUTES } from '../../src/api/routes.ts';
import { TAGS } from '../../src/api/tags.ts';

/*
 * Whoever writes a program reads the document and nothing else: everything in it says what it is, what is of several
 * routes has a name, and each request and answer is shown as it would look.
 */

type Schema = Record<string, unknown>;
type Media = { schema: Schema; example?: unknown };
type Content = { content: { 'application/json': Media } };
type Parameter = {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  schema: Schema;
};
type Operation = {
  operationId: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
};

const read = (routes: readonly ApiRoute[]) => {
  const document = createOpenApiDocument(routes, 'https://links.example');
  const operations = Object.values(document.paths).flatMap(own =>
    Object.values(own),
  ) as unknown as Operation[];
  return { document, operations, schemas: document.components.schemas as Record<string, Schema> };
};
const { document, operations, schemas } = read(API_ROUTES);

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const WITHIN = ['items', 'anyOf', 'oneOf', 'allOf', 'additionalProperties'];

/** The fields of a schema that say nothing of themselves, by their place. A `$ref` is said where it leads. */
const undescribed = (schema: Schema, place: string): string[] => {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  return [
    ...fields.flatMap(([name, own]) => [
      ...(own.description === undefined && own.$ref === undefined ? [`${place}.${name}`] : []),
      ...undescribed(own, `${place}.${name}`),
    ]),
    ...WITHIN.flatMap(key =>
      [schema[key]]
        .flat()
        .filter(isSchema)
        .flatMap(own => undescribed(own, `${place}[]`)),
    ),
  ];
};

const parametersWithout = (given: readonly Operation[]): string[] =>
  given.flatMap(({ operationId, parameters }) =>
    parameters
      .filter(({ description }) => (description ?? '').length < 5)
      .map(({ name }) => `${operationId} ${name}`),
  );

const answerOf = ({ responses }: Operation): Media => {
  const [, done] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  return done?.content['application/json'] ?? { schema: {} };
};
const bodyOf = ({ requestBody }: Operation): Media | undefined =>
  requestBody?.content['application/json'];
const bodiesOf = (operation: Operation): Media[] =>
  [bodyOf(operation), answerOf(operation)].filter(media => media !== undefined);

test('each parameter is described', () => {
  expect(parametersWithout(operations)).toEqual([]);
});

test('each parameter has an example, unless its values are listed or it has one by itself', () => {
  const own = ['enum', 'const', 'default', '$ref'];
  const bare = operations.flatMap(({ operationId, parameters }) =>
    parameters
      .filter(({ schema, example }) => example === undefined && !own.some(key => key in schema))
      .filter(({ schema }) => schema.type !== 'boolean')
      .map(({ name }) => `${operationId} ${name}`),
  );
  expect(bare).toEqual([]);
});

test('each field of what is sent and answered is described', () => {
  const fields = Object.entries(schemas).flatMap(([name, schema]) => undescribed(schema, name));
  expect(fields).toEqual([]);
});

test('each named schema says what it is', () => {
  const bare = Object.entries(schemas).filter(([, { description }]) => description === undefined);
  expect(bare.map(([name]) => name)).toEqual([]);
  expect(Object.keys(schemas).filter(name => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
});

test('what is sent and answered has a name', () => {
  const unnamed = operations.filter(operation =>
    bodiesOf(operation).some(({ schema }) => Object.keys(schema).join() !== '$ref'),
  );
  expect(unnamed.map(({ operationId }) => operationId)).toEqual([]);
});

test('each operation is about something, and nothing is told of that no operation is about', () => {
  const told = new Set(operations.flatMap(({ tags }) => tags));
  expect(operations.filter(({ tags }) => tags.length !== 1)).toEqual([]);
  expect(document.tags.map(({ name }) => name)).toEqual(Object.keys(TAGS));
  expect([...told].filter(tag => !Object.keys(TAGS).includes(tag))).toEqual([]);
});

test('each request and answer has an example', () => {
  const bare = operations.filter(operation =>
    bodiesOf(operation).some(({ example }) => example === undefined),
  );
  expect(bare.map(({ operationId }) => operationId)).toEqual([]);
});

/** As a program would check it: by the document alone. */
const faultsOf = (schema: Schema, example: unknown): string[] => {
  const here = JSON.parse(
    JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  const { success, error } = z.fromJSONSchema(here).safeParse(example);
  return success ? [] : [z.prettifyError(error)];
};

describe('examples are as their schemas have it', () => {
  for (const operation of operations) {
    test(operation.operationId, () => {
      const given = operation.parameters
        .filter(({ example }) => example !== undefined)
        .map(({ schema, example }) => ({ schema, example }));
      for (const { schema, example } of [...given, ...bodiesOf(operation)]) {
        expect(faultsOf(schema, example)).toEqual([]);
      }
    });
  }
  test('of each named schema', () => {
    for (const [name, schema] of Object.entries(schemas)) {
      const [example] = (schema.examples ?? []) as unknown[];
      expect(faultsOf(schema, example), name).toEqual([]);
    }
  });
});

test('the example of an answer shows all of its fields, and no other', () => {
  for (const { answer, operationId } of API_ROUTES) {
    const [example] = (answer.meta()?.examples ?? []) as unknown[];
    expect(answer.parse(example), operationId).toEqual(example);
  }
});

test('what says nothing of itself is found', () => {
  const bare = apiRoute({
    method: 'get',
    path: '/bare',
    needs: 'view',
    reach: 'installation',
    operationId: 'bare',
    tag: 'Users',
    summary: 'Says nothing',
    query: z.object({ q: z.string() }),
    answer: z.object({ rows: z.array(z.object({ id: z.string() })) }).meta({ id: 'Bare' }),
    handle: async () => ({ rows: [] }),
  });
  const found = read([bare]);
  expect(parametersWithout(found.operations)).toEqual(['bare q']);
  expect(undescribed(found.schemas.Bare ?? {}, 'Bare')).toEqual(['Bare.rows', 'Bare.rows[].id']);
  const [, ofError] = [found, faultsOf(schemas.Error ?? {}, { error: { type: 1 } })];
  expect(ofError).toHaveLength(1);
});

test('two schemas can’t have one name', () => {
  const route = (field: string) =>
    apiRoute({
      method: 'get',
      path: `/${field}`,
      needs: 'view',
      reach: 'installation',
      operationId: field,
      tag: 'Users',
      summary: 'Has a name',
      answer: z.object({ [field]: z.string() }).meta({ id: 'Same' }),
      handle: async () => ({}),
    });
  expect(() => read([route('one'), route('other')])).toThrow('two schemas of the API are called');
});
