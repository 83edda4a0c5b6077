import { expect, test } from 'vitest';
import { z } from 'zod';
import { SupportError } from '../../src/access/errors.ts';
import { check } from '../../src/api/read.ts';
import { API_ROUTES } from '../../src/api/routes.ts';

/* Whoever sends a request reads what is wrong with it in plain words: never those of the library that checks it. */

const faultsOf = (schema: z.ZodType, given: unknown): Readonly<Record<string, string>> => {
  try {
    check(schema, given, 'body');
    return {};
  } catch (error) {
    if (error instanceof SupportError) return error.faults;
    throw error;
  }
};
const wrongWith = (schema: z.ZodType, given: unknown) => Object.values(faultsOf(schema, given));

test.each<[z.ZodType, unknown, string]>([
  [z.object({ a: z.string() }), {}, 'body.a: It is missing.'],
  [z.object({ a: z.enum(['x', 'y']) }), {}, 'body.a: It is missing.'],
  [z.object({ a: z.string() }), { a: 5 }, 'body.a: It must be text.'],
  [z.object({ a: z.string() }), { a: null }, 'body.a: It must be text.'],
  [z.object({ a: z.number() }), { a: 'x' }, 'body.a: It must be a number.'],
  [z.object({ a: z.int() }), { a: 1.5 }, 'body.a: It must be a whole number.'],
  [z.object({ a: z.boolean() }), { a: 'yes' }, 'body.a: It must be true or false.'],
  [z.object({ a: z.array(z.string()) }), { a: 'x' }, 'body.a: It must be a list.'],
  [z.object({ a: z.array(z.string()) }), { a: ['x', 5] }, 'body.a.1: It must be text.'],
  [z.object({}), [], 'body: It must be an object.'],
  [z.object({}), null, 'body: It must be an object.'],
  [z.object({ a: z.string().min(1) }), { a: '' }, 'body.a: It must not be empty.'],
  [z.object({ a: z.string().min(8) }), { a: 'x' }, 'body.a: It must have at least 8 characters.'],
  [z.object({ a: z.string().max(1) }), { a: 'xy' }, 'body.a: It must have at most 1 character.'],
  [z.array(z.int()).max(2), [1, 2, 3], 'body: It must have at most 2 entries.'],
  [z.object({ a: z.int().min(1) }), { a: 0 }, 'body.a: It must be at least 1.'],
  [z.object({ a: z.int().positive() }), { a: 0 }, 'body.a: It must be more than 0.'],
  [z.object({ a: z.int().max(100) }), { a: 101 }, 'body.a: It must be at most 100.'],
  [z.object({ a: z.enum(['x', 'y']) }), { a: 'z' }, 'body.a: It must be one of x, y.'],
  [z.object({ a: z.literal(true) }), { a: false }, 'body.a: It must be true.'],
  [
    z.object({ a: z.iso.datetime() }),
    { a: 'noon' },
    'body.a: It must be a time in UTC, as in 2026-11-24T06:51:03Z.',
  ],
  [z.object({ a: z.string().regex(/^x$/) }), { a: 'y' }, "body.a: It doesn't have the right form."],
  [
    z.union([
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b'), n: z.number() }),
    ]),
    { kind: 'b' },
    'body.n: It is missing.',
  ],
  [z.union([z.string(), z.object({ a: z.string() })]), { a: 5 }, 'body.a: It must be text.'],
])('%o refuses %o: %s', (schema, given, sentence) => {
  expect(wrongWith(schema, given)).toEqual([sentence]);
});

test('a schema’s own words go before ours', () => {
  const schema = z.object({ a: z.string() }).refine(() => false, { error: 'Give one of both.' });
  expect(wrongWith(schema, { a: 'x' })).toEqual(['body: Give one of both.']);
});

const STRANGE: readonly unknown[] = [
  undefined,
  null,
  5,
  -1.5,
  '',
  'x'.repeat(30_000),
  [],
  [[]],
  {},
  { a: { b: null } },
  true,
];

/** Of each schema of a request: nothing of it, something strange in each of its fields. */
const requestsOf = (schema: z.ZodType): unknown[] => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const names = Object.keys(properties);
  return [
    ...STRANGE,
    ...STRANGE.map(value => Object.fromEntries(names.map(name => [name, value]))),
    ...names.flatMap(name => [{ [name]: [{ x: 1 }] }, { [name]: { x: [1] } }]),
  ];
};

test('no request at all is answered in the words of a library', () => {
  const schemas = API_ROUTES.flatMap(({ params, query, body }) => [params, query, body]).filter(
    schema => schema !== undefined,
  );
  const told = new Set(
    schemas.flatMap(schema => requestsOf(schema).flatMap(given => wrongWith(schema, given))),
  );
  expect(told.size).toBeGreaterThan(100);
  const sentences = [...told].map(each => each.replace(/^\S+: /, ''));
  expect(sentences.filter(each => !/^[A-Z“][^{}]*[.!]$/.test(each))).toEqual([]);
  expect(
    sentences.filter(each =>
      /invalid input|expected|received|too (?:small|big)|undefined|string\b|array|boolean|regex|isn't valid/i.test(
        each,
      ),
    ),
  ).toEqual([]);
});
