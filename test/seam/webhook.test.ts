import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'svix';
import { describe, expect, test } from 'vitest';
import { createSignerVerifier, createVerifier, type Verification } from '../../src/seam/webhook.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

const BODY = Buffer.from('{"event_type":"connected_account.created","name":"Grüße 😀"}');
const MINUTE_MS = 60_000;

const sign = (options: { secret?: string; body?: Buffer; ageMs?: number } = {}) => {
  const { secret = SECRET, body = BODY, ageMs = 0 } = options;
  const at = new Date(Date.now() - ageMs);
  return {
    'svix-id': 'msg_1',
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign('msg_1', at, body.toString()),
  };
};

const verify = (
  headers: IncomingHttpHeaders,
  body: Buffer = BODY,
  secrets: readonly string[] = [SECRET],
): Verification => createVerifier(secrets)(body, headers);

const refusedAs = (type: string) => ({
  kind: 'refused',
  type,
  message: expect.stringMatching(/^[A-Z].*\.$/),
});

describe('a webhook of Seam’s is taken', () => {
  test('when it is signed with our secret; the signature is kept as evidence', () => {
    const headers = sign();
    const others = { 'content-type': 'application/json', authorization: 'Bearer x' };
    expect(verify({ ...headers, ...others })).toEqual({ kind: 'verified', headers });
  });

  test.each([
    ['the old one', SECRET],
    ['the new one', OTHER_SECRET],
  ])('when it is signed with any of several secrets, while rotating: %s', (_name, secret) => {
    expect(verify(sign({ secret }), BODY, [SECRET, OTHER_SECRET]).kind).toBe('verified');
  });

  test('when its headers are called webhook-*, and shows them under the names of svix', () => {
    const headers = sign();
    const renamed = {
      'webhook-id': headers['svix-id'],
      'webhook-timestamp': headers['svix-timestamp'],
      'webhook-signature': headers['svix-signature'],
    };
    expect(verify(renamed)).toEqual({ kind: 'verified', headers });
  });

  test.each([
    ['first', (good: string, bad: string) => `${good} ${bad}`],
    ['last', (good: string, bad: string) => `${bad} ${good}`],
    ['among versions to come', (good: string) => `v2,abc v1a,def ${good}`],
  ])('when one of several signatures is good: %s', (_name, join) => {
    const headers = sign();
    const bad = sign({ secret: OTHER_SECRET })['svix-signature'];
    const signature = join(headers['svix-signature'], bad);
    expect(verify({ ...headers, 'svix-signature': signature }).kind).toBe('verified');
  });

  test.each([4, -4])('when its clock and ours are %d minutes apart', minutes => {
    expect(verify(sign({ ageMs: minutes * MINUTE_MS })).kind).toBe('verified');
  });

  test('when the secret is given without its prefix', () => {
    expect(verify(sign(), BODY, [SECRET.replace('whsec_', '')]).kind).toBe('verified');
  });
});

describe('a webhook of anybody else’s is refused', () => {
  test.each(['svix-id', 'svix-timestamp', 'svix-signature'] as const)(
    'as unsigned when %s is absent, empty or comes as a list',
    name => {
      const good = sign();
      const { [name]: value, ...without } = good;
      expect(verify(without)).toEqual(refusedAs('unsigned'));
      expect(verify({ ...without, [name]: '' })).toEqual(refusedAs('unsigned'));
      expect(verify({ ...without, [name]: [value, value] })).toEqual(refusedAs('unsigned'));
    },
  );

  test('as unsigned when it has no headers at all', () => {
    expect(verify({})).toEqual(refusedAs('unsigned'));
  });

  test('when it is signed with another secret', () => {
    expect(verify(sign({ secret: OTHER_SECRET }))).toEqual(refusedAs('bad_signature'));
  });

  test('when we have no secret at all', () => {
    expect(verify(sign(), BODY, [])).toEqual(refusedAs('bad_signature'));
  });

  test('when any one byte of the body was changed, added or left out', () => {
    const headers = sign();
    for (let index = 0; index < BODY.length; index += 1) {
      const changed = Buffer.from(BODY);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(verify(headers, changed)).toEqual(refusedAs('bad_signature'));
    }
    expect(verify(headers, Buffer.concat([BODY, Buffer.from('\n')]))).toEqual(
      refusedAs('bad_signature'),
    );
    expect(verify(headers, BODY.subarray(0, -1))).toEqual(refusedAs('bad_signature'));
    expect(verify(headers, Buffer.alloc(0))).toEqual(refusedAs('bad_signature'));
  });

  test.each([
    ['svix-id', 'msg_2'],
    ['svix-timestamp', String(Math.floor(Date.now() / 1000) - 60)],
  ])('when its %s is not the one that was signed', (name, value) => {
    expect(verify({ ...sign(), [name]: value })).toEqual(refusedAs('bad_signature'));
  });

  test.each([
    ['six minutes old', 6],
    ['a day old', 24 * 60],
    ['six minutes in the future', -6],
  ])('as too old or too new when it is %s, however well signed', (_name, minutes) => {
    const headers = sign({ ageMs: minutes * MINUTE_MS });
    expect(verify(headers)).toEqual(refusedAs('too_old'));
    expect(verify(headers, BODY, [OTHER_SECRET, SECRET])).toEqual(refusedAs('too_old'));
  });

  test('when its bytes are no text, though they would be verified as other bytes', () => {
    const bytes = Buffer.concat([BODY, Buffer.from([0xff, 0xfe])]);
    const headers = sign({ body: bytes });
    // What svix itself would say of them:
    expect(() => new Webhook(SECRET).verify(bytes, headers)).not.toThrow();
    expect(verify(headers, bytes)).toEqual(refusedAs('bad_signature'));
  });

  test.each([
    ['a word', 'garbage'],
    ['a version alone', 'v1'],
    ['a version and nothing', 'v1,'],
    ['commas', ',,,,'],
    ['spaces', '   '],
    ['too short', 'v1,AAAA'],
    ['the right length', `v1,${Buffer.alloc(32).toString('base64')}`],
    ['many', 'v1,x '.repeat(1_000)],
    ['not ASCII', 'v1,ÿþ'],
  ])('when its signature is garbage: %s', (_name, signature) => {
    expect(verify({ ...sign(), 'svix-signature': signature })).toEqual(refusedAs('bad_signature'));
  });

  test('when the signature is good, but of another version', () => {
    const headers = sign();
    const signature = headers['svix-signature'].replace('v1,', 'v2,');
    expect(verify({ ...headers, 'svix-signature': signature })).toEqual(refusedAs('bad_signature'));
  });

  test.each(['soon', '-', 'NaN', 'Infinity', '1e999', '9'.repeat(30), '2026-11-22T10:00:00Z'])(
    'when its timestamp is garbage: %s',
    timestamp => {
      expect(verify({ ...sign(), 'svix-timestamp': timestamp }).kind).toBe('refused');
    },
  );
});

test('a secret that is none is found out at the start, and is not repeated in the error', () => {
  const wrong = 'whsec_not!base64?';
  expect(() => createVerifier([SECRET, wrong])).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('not!base64') }),
  );
});

describe('the secrets of several workspaces', () => {
  const verifyAll = createSignerVerifier([
    { id: 'ws_a', webhookSecrets: [SECRET] },
    { id: 'ws_b', webhookSecrets: [OTHER_SECRET] },
  ]);

  test.each([
    [SECRET, 'ws_a'],
    [OTHER_SECRET, 'ws_b'],
  ])('tell which one signed', (secret, workspaceId) => {
    const headers = sign({ secret });
    expect(verifyAll(BODY, headers)).toEqual({ kind: 'verified', headers, workspaceId });
  });

  test('and what none of them signed is refused, or was signed too long ago', () => {
    const stranger = `whsec_${Buffer.from('the secret of a stranger').toString('base64')}`;
    expect(verifyAll(BODY, sign({ secret: stranger }))).toEqual(refusedAs('bad_signature'));
    const old = sign({ secret: SECRET, ageMs: 6 * MINUTE_MS });
    expect(verifyAll(BODY, old)).toEqual(refusedAs('too_old'));
    expect(verifyAll(BODY, {})).toEqual(refusedAs('unsigned'));
  });
});
