import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inOrder } from '../../src/api/app.ts';
import { API_ROUTES } from '../../src/api/routes.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* Programs are made from this document: what it says has to be what is there. */

type Operation = {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: object };
  responses: Record<string, object>;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

let desk: TestDesk;
let document: Document;
beforeAll(async () => {
  desk = await openDesk();
  document = (await (await fetch(`${desk.url}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, own]) =>
    Object.entries(own).map(([method, operation]) => ({ path, method, operation })),
  );
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

test('every route is in it, and nothing else', () => {
  expect(operations().map(nameOf).sort()).toEqual(API_ROUTES.map(nameOf).sort());
});

test('it is OpenAPI 3.1, as its own schema has it', async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  const broken = { ...document, paths: { '/x': { get: { responses: 'none' } } } };
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

test('each operation has a name of its own', () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  expect(names.filter(name => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
});

test('no two paths are the same but for the names in them', () => {
  const shapes = Object.keys(document.paths).map(path => path.replaceAll(/\{\w+\}/g, '{}'));
  expect(shapes.filter((shape, n) => shapes.indexOf(shape) !== n)).toEqual([]);
});

test('what is spelt out is tried before what stands for anything', () => {
  const paths = inOrder([{ path: '/a/{id}' }, { path: '/a/b' }, { path: '/a/{id}/c' }] as never);
  expect(paths.map(({ path }) => path)).toEqual(['/a/b', '/a/{id}', '/a/{id}/c']);
});

test('the parts of a path are all declared, required, and no others are', () => {
  for (const { path, operation } of operations()) {
    const declared = operation.parameters.filter(parameter => parameter.in === 'path');
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath.sort());
    expect(
      declared.every(({ required }) => required),
      path,
    ).toBe(true);
  }
});

test('whatever it refers to is there', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of new Set(refs)) {
    const parts = (ref ?? '').replace(/^#\//, '').split('/');
    const target = parts.reduce<unknown>(
      (at, part) => (at as Record<string, unknown> | undefined)?.[part],
      document,
    );
    expect(target, ref).toBeDefined();
  }
});

test('nothing may be sent but what it tells of', () => {
  for (const { path, params, query, body } of API_ROUTES) {
    for (const schema of [params, query, body]) {
      const refused = schema?.safeParse({ __unknown_field: 1 });
      expect(refused?.success ?? false, path).toBe(false);
    }
  }
});

test('whoever reads it needs no token: it holds no secret', async () => {
  const response = await fetch(`${desk.url}/api/v1/openapi.json`);
  expect(response.status).toBe(200);
  expect(await response.json()).toHaveProperty('openapi');
});
