import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createProvider, ProviderError } from '../../src/operators/openid-connect.ts';

/* Who somebody is, is believed only of the company's provider, for us, now, and for this sign-in. */

const CLIENT = { clientId: 'console', clientSecret: 'the secret of the client, for tests only' };
const REDIRECT = 'http://127.0.0.1/support/sign-in/company/callback';
const keysOf = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const OWN = keysOf();
const STRANGERS = keysOf();

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwkOf = (key: KeyObject) => ({
  ...key.export({ format: 'jwk' }),
  kid: 'k',
  alg: 'RS256',
  use: 'sig',
});

type Forge = Readonly<{
  key?: KeyObject;
  header?: object;
  claims?: object;
  /** In place of the signature. */
  signature?: (signed: string) => string;
}>;

/** What the provider answers with next. */
let forge: Forge = {};
let metadata: object = {};
let nonce = '';

const idToken = (issuer: string): string => {
  const now = Math.floor(Date.now() / 1_000);
  const header = { alg: 'RS256', kid: 'k', ...forge.header };
  const claims = { iss: issuer, aud: CLIENT.clientId, sub: 'u1', iat: now, exp: now + 60, nonce };
  const signed = `${encode(header)}.${encode({ ...claims, ...forge.claims })}`;
  const own = () =>
    sign('sha256', Buffer.from(signed), forge.key ?? OWN.privateKey).toString('base64url');
  return `${signed}.${forge.signature?.(signed) ?? own()}`;
};

let issuer = '';
const server = createServer((request, response) => {
  const answers: Readonly<Record<string, () => object>> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...metadata,
    }),
    '/jwks': () => ({ keys: [jwkOf(OWN.publicKey)] }),
    '/strangers-jwks': () => ({ keys: [jwkOf(STRANGERS.publicKey)] }),
    '/token': () => ({ access_token: 'a', token_type: 'Bearer', id_token: idToken(issuer) }),
  };
  const answer = answers[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer?.() ?? {}));
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});
beforeEach(() => {
  [forge, metadata] = [{}, {}];
});

const signIn = async () => {
  const settings = { issuer, ...CLIENT, roles: new Map(), groupsClaim: 'groups' };
  const provider = createProvider(settings, REDIRECT);
  const { begun } = await provider.begin();
  nonce = begun.nonce;
  return await provider.finish(`?code=c&state=${begun.state}`, begun);
};

test('a good one says who it is', async () => {
  expect(await signIn()).toMatchObject({ key: `${issuer} u1` });
});

const past = Math.floor(Date.now() / 1_000) - 3_600;
describe('one is refused', () => {
  test.each<[string, () => Forge]>([
    ['signed by a stranger', () => ({ key: STRANGERS.privateKey })],
    ['signed by nobody', () => ({ header: { alg: 'none' }, signature: () => '' })],
    [
      'signed with what we know, too',
      () => ({
        header: { alg: 'HS256' },
        signature: text =>
          createHmac('sha256', CLIENT.clientSecret).update(text).digest('base64url'),
      }),
    ],
    [
      'that brings its key along',
      () => ({ key: STRANGERS.privateKey, header: { jwk: jwkOf(STRANGERS.publicKey) } }),
    ],
    [
      'that says where its key is',
      () => ({ key: STRANGERS.privateKey, header: { jku: `${issuer}/strangers-jwks` } }),
    ],
    ['of another key’s name', () => ({ header: { kid: 'other' } })],
    ['for another application', () => ({ claims: { aud: 'another' } })],
    [
      'for another, and us',
      () => ({ claims: { aud: ['another', CLIENT.clientId], azp: 'another' } }),
    ],
    ['of another issuer', () => ({ claims: { iss: 'https://elsewhere.example' } })],
    ['that is over', () => ({ claims: { iat: past, exp: past + 60 } })],
    ['that holds only later', () => ({ claims: { nbf: past + 7_200 } })],
    ['of another sign-in', () => ({ claims: { nonce: 'n'.repeat(43) } })],
    ['of no sign-in, such as one to sign out with', () => ({ claims: { nonce: undefined } })],
    ['of nobody', () => ({ claims: { sub: undefined } })],
  ])('%s', async (_what, forged) => {
    forge = forged();
    await expect(signIn()).rejects.toThrow(ProviderError);
  });

  test('of a provider that says it is another', async () => {
    metadata = { issuer: 'https://elsewhere.example' };
    await expect(signIn()).rejects.toThrow(ProviderError);
  });
});
