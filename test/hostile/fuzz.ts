import { pick, type Random, stream, wholeBetween } from '../chaos/random.ts';
import { OTHER_SECRET } from '../support/settings.ts';
import { brokenRequests } from './broken.ts';
import { BODIES, bytesOf, cutOff, flipBits, MARK, realEvent, uuid } from './events.ts';
import { type Ledger, nowSeconds, signatureOf } from './signing.ts';

export type Header = readonly [name: string, value: string];
export type Request = Readonly<{
  method: string;
  target: string;
  headers: readonly Header[];
  body: Buffer;
}>;
export type Hostile = Readonly<{
  /** What is wrong with it; the request can be made again from the seed and the index. */
  kind: string;
  index: number;
  method: string;
  raw: Buffer;
  /** Its framing is broken, so that nothing may follow on its connection. */
  alone: boolean;
  /** Nobody signed it for this moment: a 204 would be a hole. */
  forged: boolean;
  /** Of an event that is right in every way: must be answered 204 and be stored. */
  goodEventId: string | null;
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

type Signed = Readonly<{ id: string; seconds: number; signature: string; body: Buffer }>;

const requestOf = ({ id, seconds, signature, body }: Signed, more: readonly Header[] = []) => ({
  method: 'POST',
  target: '/webhooks/seam',
  headers: [
    ['content-type', 'application/json'],
    ['svix-id', id],
    ['svix-timestamp', String(seconds)],
    ['svix-signature', signature],
    ['x-note', MARK],
    ...more,
  ] as readonly Header[],
  body,
});

const withHeader = (request: Request, name: string, ...values: readonly string[]): Request => ({
  ...request,
  headers: [
    ...request.headers.filter(header => header[0] !== name),
    ...values.map((value): Header => [name, value]),
  ],
});

const GARBAGE_TIMES = ['NaN', '-1', '0', '1e10', 'Infinity', '0x7fffffff', '-', 'now', '\xa0'];
const HEADERS = ['svix-id', 'svix-timestamp', 'svix-signature'] as const;
const ODD_IDS = ['__proto__', 'a b\tc', 'msg_\xe9\xff', "';--", '.', '{}', '\x80', '1.2.3', '%00'];

const garbageSignatures = (random: Random, good: string): string =>
  pick<() => string>(random, [
    () => ',',
    () => 'v1',
    () => 'v1,',
    () => good.replace('v1,', 'v2,'),
    () => good.replace('v1,', 'v1a,'),
    () => good.slice(3),
    () => good.slice(0, -1),
    () => `${good}=`,
    () => good.toLowerCase(),
    () => Array.from({ length: 200 }, () => `v1,${uuid(random)}`).join(' '),
    () => ' ,'.repeat(3_000),
    () =>
      flipBits(random, Buffer.from(good))
        .toString('latin1')
        .replace(/[^!-~]/g, '~'),
    () => '\xff'.repeat(44),
  ])();

/** Changes to a request that was signed in earnest, after which it must be refused. */
const FORGERIES: Record<string, (random: Random, signed: Signed) => Request> = {
  'a header gone': (random, signed) => withHeader(requestOf(signed), pick(random, HEADERS)),
  'a header empty': (random, signed) => withHeader(requestOf(signed), pick(random, HEADERS), ''),
  'another id': (random, signed) => requestOf({ ...signed, id: uuid(random) }),
  'a header twice': (random, signed) => {
    const request = requestOf(signed);
    const name = pick(random, ['svix-id', 'svix-signature'] as const);
    const value = name === 'svix-id' ? signed.id : signed.signature.slice(0, -2);
    return withHeader(request, name, value, value);
  },
  'bits flipped': (random, signed) => requestOf({ ...signed, body: flipBits(random, signed.body) }),
  'cut off': (random, signed) => requestOf({ ...signed, body: cutOff(random, signed.body) }),
  'twice the body': (_random, signed) =>
    requestOf({ ...signed, body: Buffer.concat([signed.body, signed.body]) }),
  'the signature of another body': (random, signed) =>
    requestOf({ ...signed, body: bytesOf(realEvent(random)) }),
  'another secret': (_random, signed) =>
    requestOf({ ...signed, signature: signatureOf(signed, OTHER_SECRET) }),
  'a garbage time': (random, signed) =>
    withHeader(requestOf(signed), 'svix-timestamp', pick(random, GARBAGE_TIMES)),
  'a garbage signature': (random, signed) =>
    requestOf({ ...signed, signature: garbageSignatures(random, signed.signature) }),
  'stale or early': (random, signed) => {
    const away = pick(random, [-86_400, -330, 330, 86_400, 1e9, -1e9]);
    const moved = { ...signed, seconds: signed.seconds + away };
    return requestOf({ ...moved, signature: signatureOf(moved) });
  },
};

const TARGETS = ['/', '/webhooks/seam/', '/webhooks/seam?x=', '/%', '/healthz', '//x/../y'];
const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'TRACE'];
const ODD_TYPES = ['text/plain', ';;=', 'application/json; charset=utf-7', 'application/json;'];

const chunked = (random: Random, request: Request): Request => {
  const size = wholeBetween(random, 1, 200);
  const chunks: Buffer[] = [];
  for (let at = 0; at < request.body.length; at += size) {
    const chunk = request.body.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  const body = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
  return withHeader({ ...request, body }, 'transfer-encoding', 'chunked');
};

/** Odd, but signed: taken or refused, never stored as something else. */
const ODDITIES: Record<string, (random: Random, signed: Signed) => Request> = {
  'in chunks': (random, signed) => chunked(random, requestOf(signed)),
  'another method': (random, signed) => ({ ...requestOf(signed), method: pick(random, METHODS) }),
  'another target': (random, signed) => ({ ...requestOf(signed), target: pick(random, TARGETS) }),
  'an odd content-type': (random, signed) =>
    withHeader(requestOf(signed), 'content-type', pick(random, ODD_TYPES)),
  'an odd content-encoding': (random, signed) =>
    requestOf(signed, [['content-encoding', pick(random, ['gzip', 'br', 'x', 'identity'])]]),
  'headers of prototypes': (random, signed) =>
    requestOf(signed, [
      ['__proto__', 'x'],
      ['constructor', 'x'],
      ['x-forwarded-for', "127.0.0.1'"],
      ['expect', pick(random, ['100-continue', 'the unexpected'])],
      ['authorization', `Bearer ${MARK}`],
    ]),
  'several signatures': (random, signed) =>
    requestOf({ ...signed, signature: `v1,x ${signed.signature} v2,${uuid(random)}` }),
  'a time with a tail': (_random, signed) =>
    withHeader(requestOf(signed), 'svix-timestamp', `${signed.seconds}.9\xb2 ${MARK}`),
  'too large': (random, signed) =>
    requestOf({ ...signed, body: Buffer.alloc(wholeBetween(random, 262_145, 400_000), 'x') }),
};

/** Requests without end, from a seed (the times and signatures in them are today's). */
export const createFuzzer = (seed: string, ledger: Ledger): (() => Hostile) => {
  let index = 0;
  let replayed: Hostile | null = null;

  const sign = (random: Random, body: Buffer): Signed => {
    const isOdd = random() < 0.1;
    const id = isOdd ? pick(random, [...ODD_IDS, 'x'.repeat(4_000)]) : `msg_${uuid(random)}`;
    const message = { id, seconds: nowSeconds(), body };
    return { ...message, signature: ledger.sign(message) };
  };

  const make = (random: Random): Omit<Hostile, 'index'> => {
    const event = realEvent(random);
    const plain = { alone: false, forged: false, goodEventId: null, method: 'POST' };
    const share = random();
    if (share < 0.15) {
      const raw = encode(requestOf(sign(random, bytesOf(event))));
      return { ...plain, kind: 'good', raw, goodEventId: String(event.event_id) };
    }
    if (share < 0.2 && replayed !== null) return { ...replayed, kind: 'replayed' };
    if (share < 0.5) {
      const kind = pick(random, Object.keys(BODIES) as (keyof typeof BODIES)[]);
      return { ...plain, kind, raw: encode(requestOf(sign(random, BODIES[kind](random)))) };
    }
    const [list, forged] = share < 0.75 ? [FORGERIES, true] : [ODDITIES, false];
    if (share < 0.9) {
      const [kind, change] = pick(random, Object.entries(list));
      const request = change(random, sign(random, bytesOf(event)));
      return { ...plain, kind, forged, method: request.method, raw: encode(request) };
    }
    const request = requestOf(sign(random, bytesOf(event)));
    const [kind, breakIt] = pick(random, Object.entries(brokenRequests));
    return { ...plain, kind, alone: true, raw: breakIt(random, request) };
  };

  return () => {
    const hostile = { ...make(stream(seed, 'hostile', index)), index };
    index += 1;
    if (hostile.kind === 'good' && index % 20 === 0) replayed = hostile;
    return hostile;
  };
};
