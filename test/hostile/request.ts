import fc from 'fast-check';
import { MARK } from '../fixtures/arbitraries.ts';

export type Header = readonly [name: string, value: string];
export type Request = Readonly<{
  method: string;
  target: string;
  headers: readonly Header[];
  body: Buffer;
}>;

/** Header values are Latin-1 on the wire. */
export const encode = ({ method, target, headers, body }: Request): Buffer => {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const hasFraming = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const length = hasFraming ? '' : `content-length: ${body.length}\r\n`;
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: fuzz\r\n${lines}${length}\r\n`, 'latin1'),
    body,
  ]);
};

export type Signed = Readonly<{ id: string; seconds: number; signature: string; body: Buffer }>;

export const requestOf = (
  { id, seconds, signature, body }: Signed,
  more: readonly Header[] = [],
): Request => ({
  method: 'POST',
  target: '/webhooks/seam',
  headers: [
    ['content-type', 'application/json'],
    ['svix-id', id],
    ['svix-timestamp', String(seconds)],
    ['svix-signature', signature],
    ['x-note', MARK],
    ...more,
  ],
  body,
});

/** The request with a header of no, one or several values instead of the one that it has. */
export const withHeader = (
  request: Request,
  name: string,
  ...values: readonly string[]
): Request => ({
  ...request,
  headers: [
    ...request.headers.filter(header => header[0] !== name),
    ...values.map((value): Header => [name, value]),
  ],
});

const range = (min: number, max: number) =>
  fc.integer({ min, max }).map(code => String.fromCharCode(code));
const OF_NAMES = [..."!#$%&'*+-.^_`|~09azAZ"];

/** Whatever HTTP lets a header hold. */
export const headerValue = fc.string({
  unit: fc.oneof({ weight: 3, arbitrary: range(0x20, 0x7e) }, range(0x80, 0xff), fc.constant('\t')),
});

/** Headers that say nothing about where the request ends. */
export const harmlessHeaders: fc.Arbitrary<Header[]> = fc.array(
  fc.tuple(
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...OF_NAMES), minLength: 1 }),
      fc.constantFrom('__proto__', 'constructor', 'x-forwarded-for', 'authorization', 'cookie'),
    ),
    headerValue,
  ),
  { minLength: 1, maxLength: 20 },
);
