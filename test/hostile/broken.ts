import { pick, type Random, wholeBetween } from '../chaos/random.ts';
import { cutOff, flipBits, MARK, randomBytes } from './events.ts';
import { encode, type Header, type Request } from './fuzz.ts';

const more = (request: Request, ...headers: readonly Header[]): Buffer =>
  encode({ ...request, headers: [...request.headers, ...headers] });

const retold = (request: Request, change: (head: string) => string): Buffer => {
  const raw = encode(request);
  const headEnd = raw.length - request.body.length;
  const head = raw.subarray(0, headEnd).toString('latin1');
  return Buffer.concat([Buffer.from(change(head), 'latin1'), request.body]);
};

const LENGTHS = ['-1', '0x10', '1e3', 'NaN', '', '5, 5', '99999999999999999999', '+5', '5 5'];
const CHUNKS = ['zz\r\n', '-1\r\n', 'ffffffffffffffff1\r\n', '5;x\r\nab\r\n', '5\nhello\n0\n\n'];
const NO_HTTP = [
  'GET /\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'POST /webhooks/seam HTTP/9.9\r\nhost: x\r\n\r\n',
  'POST  /webhooks/seam  HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST /webhooks/seam HTTP/1.1\r\n\r\n',
  'CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST http://[::1/ HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  'POST http://x/webhooks/seam HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  '\r\n\r\n\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
] as const;

/** Bytes that are no request, or not one: they end the connection that they come on. */
export const brokenRequests: Record<string, (random: Random, request: Request) => Buffer> = {
  'bits flipped anywhere': (random, request) => flipBits(random, encode(request), 20),
  'cut off anywhere': (random, request) => cutOff(random, encode(request)),
  'bytes at random': random => randomBytes(random, wholeBetween(random, 1, 2_000)),
  'a length that is none': (random, request) =>
    more(request, ['content-length', pick(random, LENGTHS)]),
  'a length too short': (random, request) =>
    more(request, ['content-length', String(wholeBetween(random, 0, request.body.length - 1))]),
  'a length too long': (random, request) =>
    more(request, [
      'content-length',
      String(request.body.length + pick(random, [1, 1_000, 2 ** 31])),
    ]),
  'two lengths': (_random, request) =>
    more(request, ['content-length', String(request.body.length)], ['content-length', '0']),
  'a length and chunks': (_random, request) =>
    more(
      request,
      ['content-length', String(request.body.length)],
      ['transfer-encoding', 'chunked'],
    ),
  'chunks that are none': (random, request) =>
    more({ ...request, body: Buffer.from(pick(random, CHUNKS)) }, ['transfer-encoding', 'chunked']),
  'an encoding of its own': (random, request) =>
    more(request, ['transfer-encoding', pick(random, ['gzip', 'chunked, gzip', 'xchunked'])]),
  'a header of 20 KiB': (_random, request) => more(request, ['x-pad', MARK.repeat(700)]),
  'a thousand headers': (_random, request) =>
    more(request, ...Array.from({ length: 3_000 }, (_, n): Header => [`x${n}`, ''])),
  'a target of 20 KiB': (_random, request) =>
    encode({ ...request, target: `/webhooks/seam?${'x'.repeat(20_000)}` }),
  'a NUL in a header': (_random, request) => more(request, ['x-pad', 'a\0b']),
  'a control character in the id': (random, request) =>
    retold(request, head =>
      head.replace('svix-id: ', `svix-id: ${String.fromCharCode(wholeBetween(random, 1, 31))}`),
    ),
  'bare line feeds': (_random, request) => retold(request, head => head.replaceAll('\r\n', '\n')),
  'bare returns': (_random, request) => retold(request, head => head.replaceAll('\r\n', '\r')),
  'a folded header': (_random, request) =>
    retold(request, head => head.replace('svix-id: ', 'svix-id:\r\n ')),
  'no colon': (_random, request) => retold(request, head => head.replace('svix-id:', 'svix-id')),
  'a space before the colon': (_random, request) =>
    retold(request, head => head.replace('svix-id:', 'svix-id :')),
  'an upgrade': (random, request) =>
    more(
      request,
      ['connection', 'upgrade'],
      ['upgrade', pick(random, ['websocket', 'h2c', 'TLS/1.0'])],
    ),
  'no HTTP that we know': random => Buffer.from(pick(random, NO_HTTP), 'latin1'),
};
