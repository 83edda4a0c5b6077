import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVerifier } from '../../src/seam/webhook.ts';
import { anyBytes, anyText, cutOff, flipBits } from '../fixtures/arbitraries.ts';
import { headerValue } from '../hostile/request.ts';
import { nowSeconds, signatureOf } from '../hostile/signing.ts';

/** Ends with a 1: to HMAC, zeros at the end of a key are nothing, and two such keys are one. */
const secret = fc
  .uint8Array({ minLength: 6, maxLength: 64 })
  .map(key => `whsec_${Buffer.from([...key, 1]).toString('base64')}`);
const text: fc.Arbitrary<Buffer> = anyText.map(value => Buffer.from(value));
/** What HTTP can hold, and isn't empty. */
const id = headerValue.map(value => `m${value}`);
/** Within the tolerance, also after a slow test. */
const drift = fc.integer({ min: -280, max: 280 });

const message = fc.record({ secret, id, drift, body: text }).map(({ drift: by, ...rest }) => {
  const seconds = nowSeconds() + by;
  const signature = signatureOf({ ...rest, seconds }, rest.secret);
  return { ...rest, time: String(seconds), signature };
});
type Message = (typeof message extends fc.Arbitrary<infer T> ? T : never) & {
  secrets?: readonly string[];
};

const verify = ({ secret: own, secrets = [own], id: name, time, signature, body }: Message) =>
  createVerifier(secrets)(body, {
    'svix-id': name,
    'svix-timestamp': time,
    'svix-signature': signature,
  }).kind;

const RUNS = { numRuns: 1_000 };

describe('of any message that was signed', () => {
  test('the one that was signed is taken, whatever text it is, while any secret of ours fits', () => {
    fc.assert(
      fc.property(message, fc.array(secret), fc.nat(), (good, others, at) => {
        const secrets = others.toSpliced(at % (others.length + 1), 0, good.secret);
        expect(verify({ ...good, secrets })).toBe('verified');
      }),
      RUNS,
    );
  });

  test('bytes are taken when they are text, and never when they are none', () => {
    fc.assert(
      fc.property(message, anyBytes(40), (good, body) => {
        // As svix itself would: for bytes that are no text it signs other bytes.
        const signable = { ...good, seconds: Number(good.time), body: Buffer.from(`${body}`) };
        const signature = signatureOf(signable, good.secret);
        const expected = isUtf8(body) ? 'verified' : 'refused';
        expect(verify({ ...good, body, signature })).toBe(expected);
      }),
      RUNS,
    );
  });

  test('no other body is taken', () => {
    const change = fc.oneof(
      flipBits(4),
      cutOff,
      text.map(other => () => other),
      text.map(more => (body: Buffer) => Buffer.concat([body, more])),
      text.map(more => (body: Buffer) => Buffer.concat([more, body])),
    );
    fc.assert(
      fc.property(message, change, (good, changed) => {
        const body = changed(good.body);
        fc.pre(!body.equals(good.body));
        expect(verify({ ...good, body })).toBe('refused');
      }),
      RUNS,
    );
  });

  test('no other id is taken', () => {
    fc.assert(
      fc.property(message, headerValue, headerValue, fc.boolean(), (good, before, after, keeps) => {
        const other = `${before}${keeps ? good.id : ''}${after}`;
        fc.pre(other !== good.id);
        expect(verify({ ...good, id: other })).toBe('refused');
      }),
      RUNS,
    );
  });

  test('no other time is taken, nor the same time spelt in another way', () => {
    const affix = fc.oneof(headerValue, fc.constantFrom('', '0', '00', '+', '-', '.0', 'e0', ' '));
    const other = fc.oneof(
      fc.tuple(affix, affix).map(
        ([before, after]) =>
          (time: string) =>
            before + time + after,
      ),
      fc.integer({ min: -300, max: 300 }).map(by => (time: string) => String(Number(time) + by)),
      headerValue.map(value => () => value),
    );
    fc.assert(
      fc.property(message, other, (good, change) => {
        const time = change(good.time);
        fc.pre(time !== good.time);
        expect(verify({ ...good, time })).toBe('refused');
      }),
      RUNS,
    );
  });

  test('it is not taken when it is not of these five minutes', () => {
    const away = fc.integer({ min: 320, max: 2 ** 31 });
    fc.assert(
      fc.property(message, away, fc.constantFrom(-1, 1), (good, by, sign) => {
        const seconds = nowSeconds() + sign * by;
        const signature = signatureOf({ ...good, seconds }, good.secret);
        expect(verify({ ...good, time: String(seconds), signature })).toBe('refused');
      }),
      RUNS,
    );
  });

  test('nothing is taken for a signature that does not hold the good one', () => {
    const change = fc.oneof(
      headerValue.map(value => () => value),
      fc.tuple(fc.nat(), headerValue).map(([at, put]) => (good: string) => {
        const index = at % good.length;
        return good.slice(0, index) + put + good.slice(index + 1);
      }),
      fc.nat().map(at => (good: string) => good.slice(0, at % good.length)),
      fc.constantFrom<(good: string) => string>(
        good => good.toLowerCase(),
        good => good.replace('v1', 'v2'),
        good => good.replace('=', ''),
        good => `${good}=`,
      ),
    );
    fc.assert(
      fc.property(message, change, (good, changed) => {
        const signature = changed(good.signature);
        fc.pre(!signature.includes(good.signature));
        expect(verify({ ...good, signature })).toBe('refused');
      }),
      RUNS,
    );
  });

  test('it is not taken when the secrets are others', () => {
    fc.assert(
      fc.property(message, fc.array(secret), (good, secrets) => {
        fc.pre(!secrets.includes(good.secret));
        expect(verify({ ...good, secrets })).toBe('refused');
      }),
      RUNS,
    );
  });
});
