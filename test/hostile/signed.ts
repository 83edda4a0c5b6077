import fc from 'fast-check';
import { bytesOf, cutOff, flipBits, realEvent, uuid } from '../fixtures/arbitraries.ts';
import { OTHER_SECRET } from '../fixtures/settings.ts';
import {
  type Header,
  harmlessHeaders,
  headerValue,
  type Request,
  requestOf,
  type Signed,
  withHeader,
} from './request.ts';
import { signatureOf } from './signing.ts';

/** Ways to send what was signed in earnest: with a fault, or oddly. */
type Ways = Readonly<Record<string, fc.Arbitrary<(signed: Signed) => Request>>>;

const signatureHeader = fc.constantFrom('svix-id', 'svix-timestamp', 'svix-signature');

/** Signatures that are nearly the good one. */
const nearlyGood = fc.constantFrom<(good: string) => string>(
  good => good.replace('v1,', 'v2,'),
  good => good.replace('v1,', 'v1a,'),
  good => good.slice(3),
  good => good.slice(0, -1),
  good => `${good}=`,
  good => good.toLowerCase(),
  good => good.replace(',', ', '),
  () => 'v1,',
  () => ' ,'.repeat(3_000),
  () => Array.from({ length: 200 }, (_, n) => `v1,${n}`).join(' '),
);

/** The same moment, spelt as nobody signed it. */
const respelt = fc.constantFrom<(seconds: number) => string>(
  seconds => `0${seconds}`,
  seconds => `+${seconds}`,
  seconds => `${seconds}.0`,
  seconds => `${seconds}.9\xb2`,
  seconds => `${seconds}e0`,
  seconds => `0x${seconds.toString(16)}`,
  seconds => `${seconds},${seconds}`,
);

const away = fc.oneof(
  fc.integer({ min: 330, max: 86_400 }),
  fc.integer({ min: 330, max: 2 ** 30 }),
);

/** Changes after which a request must be refused. */
export const FORGERIES: Ways = {
  'a header gone': signatureHeader.map(name => signed => withHeader(requestOf(signed), name)),
  'a header of any value': fc
    .tuple(signatureHeader, fc.oneof(headerValue, fc.maxSafeInteger().map(String)))
    .map(
      ([name, value]) =>
        signed =>
          withHeader(requestOf(signed), name, value),
    ),
  'headers of any value': fc
    .tuple(headerValue, headerValue, headerValue)
    .map(([id, time, signature]) => signed => {
      const request = withHeader(requestOf({ ...signed, id, signature }), 'svix-timestamp', time);
      return request;
    }),
  'a header twice': fc.boolean().map(isId => signed => {
    const [name, value] = isId
      ? ['svix-id', signed.id]
      : ['svix-signature', signed.signature.slice(0, -2)];
    return withHeader(requestOf(signed), name, value, value);
  }),
  'a time respelt': respelt.map(
    spell => signed => withHeader(requestOf(signed), 'svix-timestamp', spell(signed.seconds)),
  ),
  'nearly the signature': nearlyGood.map(
    change => signed => requestOf({ ...signed, signature: change(signed.signature) }),
  ),
  'bits flipped': flipBits(4).map(
    flip => signed => requestOf({ ...signed, body: flip(signed.body) }),
  ),
  'cut off': cutOff.map(cut => signed => requestOf({ ...signed, body: cut(signed.body) })),
  'twice the body': fc.constant(signed =>
    requestOf({ ...signed, body: Buffer.concat([signed.body, signed.body]) }),
  ),
  'the signature of another body': realEvent.map(
    event => signed => requestOf({ ...signed, body: bytesOf(event) }),
  ),
  'another secret': fc.constant(signed =>
    requestOf({ ...signed, signature: signatureOf(signed, OTHER_SECRET) }),
  ),
  'stale or early': fc.tuple(away, fc.constantFrom(-1, 1)).map(([seconds, sign]) => signed => {
    const moved = { ...signed, seconds: signed.seconds + sign * seconds };
    return requestOf({ ...moved, signature: signatureOf(moved) });
  }),
};

const chunked = (request: Request, size: number): Request => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < request.body.length; at += size) {
    const chunk = request.body.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  const body = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
  return withHeader({ ...request, body }, 'transfer-encoding', 'chunked');
};

const more = (headers: fc.Arbitrary<Header[]>) =>
  headers.map(added => (signed: Signed) => requestOf(signed, added));
const one = (name: string, ...values: readonly string[]) =>
  more(fc.constantFrom(...values).map((value): Header[] => [[name, value]]));

/** Odd, but signed: taken or refused, never stored as something else. */
export const ODDITIES: Ways = {
  'in chunks': fc
    .integer({ min: 1, max: 200 })
    .map(size => signed => chunked(requestOf(signed), size)),
  'another method': fc
    .constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'TRACE')
    .map(method => signed => ({ ...requestOf(signed), method })),
  'another target': fc
    .oneof(
      fc.webPath().map(path => `/${path}`),
      fc.constantFrom('/', '/webhooks/seam/', '/webhooks/seam?x=', '/%', '/healthz', '//x/../y'),
    )
    .map(target => signed => ({ ...requestOf(signed), target })),
  'an odd content-type': fc
    .oneof(
      headerValue,
      fc.constantFrom('text/plain', 'application/json; charset=utf-7', 'application/json;'),
    )
    .map(type => signed => withHeader(requestOf(signed), 'content-type', type)),
  'an odd content-encoding': one('content-encoding', 'gzip', 'br', 'x', 'identity'),
  'an expectation': one('expect', '100-continue', 'the unexpected'),
  'any headers besides': more(harmlessHeaders),
  'several signatures': uuid.map(
    other => signed => requestOf({ ...signed, signature: `v1,x ${signed.signature} v2,${other}` }),
  ),
  'too large': fc
    .integer({ min: 262_145, max: 400_000 })
    .map(length => signed => requestOf({ ...signed, body: Buffer.alloc(length, 'x') })),
};

export const signedId = fc.oneof(
  { weight: 18, arbitrary: uuid.map(id => `msg_${id}`) },
  headerValue.map(value => `x${value}x`),
  fc.constantFrom('__proto__', '.', '1.2.3', 'x'.repeat(4_000)),
);
