import fc from 'fast-check';
import { anyBytes, cutOff, flipBits, MARK } from '../fixtures/arbitraries.ts';
import { encode, type Header, headerValue, type Request } from './request.ts';

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
];

type Break = (request: Request) => Buffer;

const always = (breakIt: Break): fc.Arbitrary<Break> => fc.constant(breakIt);

/** With the head of the request changed, which is otherwise as it should be. */
const reheaded = (change: (head: string) => string) => always(request => retold(request, change));

/** Bytes that are no request, or not one: they end the connection that they come on. */
export const brokenRequests: Readonly<Record<string, fc.Arbitrary<Break>>> = {
  'bits flipped anywhere': flipBits(20).map(flip => request => flip(encode(request))),
  'cut off anywhere': cutOff.map(cut => request => cut(encode(request))),
  'any bytes for a request': anyBytes(2_000).map(bytes => () => bytes),
  'a length that is none': fc
    .oneof(headerValue, fc.constantFrom(...LENGTHS))
    .map(length => request => more(request, ['content-length', length])),
  'a length too short': fc
    .nat()
    .map(at => request => more(request, ['content-length', String(at % request.body.length)])),
  'a length too long': fc
    .integer({ min: 1, max: 2 ** 31 - 1 })
    .map(by => request => more(request, ['content-length', String(request.body.length + by)])),
  'two lengths': always(request =>
    more(request, ['content-length', String(request.body.length)], ['content-length', '0']),
  ),
  'a length and chunks': always(request =>
    more(
      request,
      ['content-length', String(request.body.length)],
      ['transfer-encoding', 'chunked'],
    ),
  ),
  'chunks that are none': fc
    .oneof(
      anyBytes(50),
      fc.constantFrom(...CHUNKS).map(text => Buffer.from(text)),
    )
    .map(body => request => more({ ...request, body }, ['transfer-encoding', 'chunked'])),
  'an encoding of its own': fc
    .oneof(headerValue, fc.constantFrom('gzip', 'chunked, gzip', 'xchunked'))
    .map(encoding => request => more(request, ['transfer-encoding', encoding])),
  'a header of 20 KiB': always(request => more(request, ['x-pad', MARK.repeat(700)])),
  'a thousand headers': always(request =>
    more(request, ...Array.from({ length: 3_000 }, (_, n): Header => [`x${n}`, ''])),
  ),
  'a target of 20 KiB': always(request =>
    encode({ ...request, target: `/webhooks/seam?${'x'.repeat(20_000)}` }),
  ),
  'a target of any characters': headerValue.map(
    text => request => encode({ ...request, target: `/${text}` }),
  ),
  'a NUL in a header': always(request => more(request, ['x-pad', 'a\0b'])),
  'a control character in the id': fc
    .integer({ min: 1, max: 31 })
    .map(
      code => request =>
        retold(request, head => head.replace('svix-id: ', `svix-id: ${String.fromCharCode(code)}`)),
    ),
  'bare line feeds': reheaded(head => head.replaceAll('\r\n', '\n')),
  'bare returns': reheaded(head => head.replaceAll('\r\n', '\r')),
  'a folded header': reheaded(head => head.replace('svix-id: ', 'svix-id:\r\n ')),
  'no colon': reheaded(head => head.replace('svix-id:', 'svix-id')),
  'a space before the colon': reheaded(head => head.replace('svix-id:', 'svix-id :')),
  'an upgrade': fc
    .constantFrom('websocket', 'h2c', 'TLS/1.0')
    .map(to => request => more(request, ['connection', 'upgrade'], ['upgrade', to])),
  'no HTTP that we know': fc
    .constantFrom(...NO_HTTP)
    .map(text => () => Buffer.from(text, 'latin1')),
};
