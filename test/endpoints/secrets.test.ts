import { Webhook } from 'svix';
import { expect, test } from 'vitest';
import { createSecretBox, NoSecretsKeyError } from '../../src/endpoints/secrets.ts';
import { signedHeaders } from '../../src/endpoints/sign.ts';

const [OLD, NEW] = ['the old key, of 32 characters or so', 'the new key, of 32 characters or so'];

test('a secret is 32 random bytes as svix reads them, and another one each time', () => {
  const { make } = createSecretBox([NEW]);
  const [one, other] = [make(), make()];
  expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(() => new Webhook(one.secret)).not.toThrow();
  expect(other.secret).not.toBe(one.secret);
  expect(one.sealed).not.toContain(one.secret.slice(6, 20));
});

test('what a key has sealed opens with it, also behind a newer one, and with no other', () => {
  const { secret, sealed } = createSecretBox([OLD]).make();
  expect(createSecretBox([OLD]).open(sealed)).toBe(secret);
  expect(createSecretBox([NEW, OLD]).open(sealed)).toBe(secret);
  expect(createSecretBox([NEW]).open(sealed)).toBeNull();
  expect(createSecretBox([]).open(sealed)).toBeNull();
  expect(createSecretBox([NEW]).open('rubbish')).toBeNull();
  const newer = createSecretBox([NEW, OLD]).make();
  expect(createSecretBox([NEW]).open(newer.sealed)).toBe(newer.secret);
});

test('without a key none is made, and it is said what to do', () => {
  expect(() => createSecretBox([]).make()).toThrow(NoSecretsKeyError);
  expect(() => createSecretBox([]).make()).toThrow(/^ENDPOINT_SECRETS_KEY is missing/);
});

test('a message is signed with each secret, and each verifies it, and nothing else', () => {
  const { make } = createSecretBox([NEW]);
  const [present, former, stranger] = [make().secret, make().secret, make().secret];
  const body = '{"type":"account.linked","name":"Ada ✓"}';
  const headers = signedHeaders([present, former], { messageId: 'm-1', body, at: new Date() });
  for (const secret of [present, former]) {
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  }
  expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
});
