import fc from 'fast-check';
import { z } from 'zod';
import { API_ROUTES } from '../../src/api/routes.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { anyBytes, anyJson, anyText, bytesOf, cutOff, oddValue } from '../fixtures/arbitraries.ts';
import { type Header, harmlessHeaders, headerValue, type Request } from './request.ts';

/* Requests for the support desk, from nearly right to rubbish. */

/** Would run where it is written into a page as it is. */
export const ATTACK = '"\'><img src=x onerror=alert(1)>';

/** What may stand in for the things that only somebody who is signed in has. */
export type Holder = Readonly<{ token: string; cookie: string; csrf: string }>;

const oddText = fc.oneof(
  fc.constantFrom(ATTACK, '', '0', '1', '-1', '1e9', '99999999999999999999', 'NaN', 'null', 'true'),
  fc.constantFrom(
    '../..',
    '%',
    '%00',
    '\0',
    '\ud800',
    'a'.repeat(5_000),
    '2026-99-99',
    '9'.repeat(400),
  ),
  fc.constantFrom(
    'connect_webview:1',
    'connected_account:2',
    'delivery:3',
    'user_not_found',
    'failed',
  ),
  anyText,
);

/** A part of an address: encoded as it should be, or put in as it is. */
const addressPart = fc
  .tuple(oddText, fc.boolean())
  .map(([text, asItIs]) =>
    asItIs ? text.replaceAll(/[^\x21-\x7e]|[\s#]/g, '%') : encodeURIComponent(text.toWellFormed()),
  )
  .map(text => text.slice(0, 6_000));

const NAMES = [
  ...[
    'csrf',
    'once',
    'why',
    'note',
    'text',
    'user_id',
    'user',
    'workspace_id',
    'name',
    'role',
    'q',
  ],
  ...[
    'password',
    'subject',
    'reason',
    'state',
    'action',
    'query',
    'per_minute',
    'id',
    'key',
    'next',
  ],
  ...[
    'since',
    'until',
    'cursor',
    'after',
    'before',
    'sort',
    'limit',
    'type',
    'actor',
    'target',
    'from',
  ],
  ...['__proto__', 'constructor', 'a[b]', 'subjects', 'page', 'age', 'face', 'account_id', 'view'],
];

const namesOf = (schema: z.ZodType | undefined): string[] => {
  if (schema === undefined) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties);
};

const queryOf = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...names, ...NAMES), addressPart), { maxLength: 4 })
    .map(pairs =>
      pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`,
    );

const filled = (path: string, parts: readonly string[]): string => {
  let n = 0;
  return path.replaceAll(/:\w+|\{\w+\}/g, () => parts[n++ % parts.length] ?? '');
};

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

type Body = { type: string; bytes: Buffer };

const jsonBody = (names: readonly string[]): fc.Arbitrary<Body> =>
  fc
    .oneof(
      fc.dictionary(fc.constantFrom(...names, ...NAMES), fc.oneof(oddText, oddValue), {
        maxKeys: 6,
      }),
      anyJson,
    )
    .map(json => ({ type: 'application/json', bytes: bytesOf(json) }));

const formBody = ({ csrf }: Holder): fc.Arbitrary<Body> =>
  fc
    .array(fc.tuple(fc.constantFrom(...NAMES), addressPart), { maxLength: 8 })
    .map(pairs => [['csrf', csrf] as const, ...pairs].map(pair => pair.join('=')).join('&'))
    .map(text => ({ type: 'application/x-www-form-urlencoded', bytes: Buffer.from(text) }));

const otherBody: fc.Arbitrary<Body> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        'text/plain',
        'application/json; charset=utf-16',
        'multipart/form-data',
        '*/*',
      ),
      headerValue,
    ),
    anyBytes(500),
  )
  .map(([type, bytes]) => ({ type, bytes }));

/** The same, now and then broken off. */
const perhapsCut = (body: fc.Arbitrary<Body>): fc.Arbitrary<Body> =>
  fc
    .tuple(body, fc.option(cutOff, { freq: 8 }))
    .map(([own, cut]) => (cut === null ? own : { ...own, bytes: cut(own.bytes) }));

const whoOf = ({ token, cookie }: Holder): fc.Arbitrary<Header[]> =>
  fc
    .tuple(
      fc.oneof({ weight: 8, arbitrary: fc.constant(`Bearer ${token}`) }, headerValue),
      fc.oneof({ weight: 8, arbitrary: fc.constant(cookie) }, headerValue),
      fc.option(headerValue),
    )
    .map(([authorization, cookies, key]) => [
      ['authorization', authorization],
      ['cookie', cookies],
      ...(key === null ? [] : [['idempotency-key', key] as const]),
    ]);

/** Addresses that lead somewhere, and what may be said there. */
const PLACES = [
  ...API_ROUTES.map(({ method, path, query, body }) => ({
    method: method.toUpperCase(),
    path: `/api/v1${path}`,
    names: [...namesOf(query), ...namesOf(body)],
  })),
  ...CONSOLE_ROUTES.map(({ method, path }) => ({
    method: method.toUpperCase(),
    path: `/support${path}`,
    names: [],
  })),
  ...['/support/sign-in', '/support/sign-in/link', '/support/sign-out'].map(path => ({
    method: 'POST',
    path,
    names: [],
  })),
  ...['/api/v1/openapi.json', '/api/v1', '/support/assets/:a', '/support/:a/:b'].map(path => ({
    method: 'GET',
    path,
    names: [],
  })),
];

export const deskRequest = (holder: Holder): fc.Arbitrary<Request> =>
  fc.constantFrom(...PLACES).chain(({ method, path, names }) =>
    fc
      .record({
        method: fc.oneof(
          { weight: 6, arbitrary: fc.constant(method) },
          fc.constantFrom(...METHODS),
        ),
        parts: fc.array(addressPart, { minLength: 1, maxLength: 3 }),
        query: queryOf(names),
        who: whoOf(holder),
        others: fc.option(harmlessHeaders, { freq: 3 }),
        body: perhapsCut(
          fc.oneof(path.startsWith('/api') ? jsonBody(names) : formBody(holder), otherBody),
        ),
      })
      .map(({ method: verb, parts, query, who, others, body }) => ({
        method: verb,
        // Longer ones Node refuses by itself: that is another test's.
        target: `${filled(path, parts)}${query}`.slice(0, 8_000),
        headers: [
          ...who,
          ...(others ?? []).filter(([name]) => !/^(cookie|authorization)$/i.test(name)),
          ['content-type', body.type] as const,
        ],
        body: body.bytes,
      })),
  );
