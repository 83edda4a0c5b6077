import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRETEND_APP, readOwnSecrets, registerPretendApp } from '../../src/sandbox/own-endpoint.ts';
import { disableEndpoint } from '../../src/support/endpoints/enable.ts';
import { listEndpoints } from '../../src/support/endpoints/read.ts';
import { rotateSecret } from '../../src/support/endpoints/secret.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { DESK_CONFIG } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';

const URL = 'http://127.0.0.1:3001/app/messages';
const KEY = 'what the laptop seals secrets with, of its own';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const deskOf = (key: string) => ({
  get pool() {
    return database.pool;
  },
  config: DESK_CONFIG,
  outgoing: {
    secretsKeys: [key],
    privateNetworks: ['127.0.0.0/8'],
    addToQueue: async () => undefined,
    news: () => undefined,
  },
});
const desk = deskOf(KEY);
const secrets = (key = KEY) => readOwnSecrets(database.pool, [key]);

test('the pretend app is an endpoint, once, whatever is done with it meanwhile', async () => {
  await registerPretendApp(desk, URL);
  const [first] = await listEndpoints(desk, SHELL);
  expect(first).toMatchObject({ name: PRETEND_APP, target: URL, state: 'enabled', types: null });
  const [secret] = await secrets();
  expect(secret).toMatch(/^whsec_/);

  await registerPretendApp(desk, URL);
  expect(await listEndpoints(desk, SHELL)).toMatchObject([{ id: first?.id, secrets: [{}] }]);
  expect(await secrets()).toEqual([secret]);

  await disableEndpoint(desk, SHELL, first?.id ?? 0, { why: 'to see what becomes of it' });
  await registerPretendApp(desk, URL);
  expect(await listEndpoints(desk, SHELL)).toMatchObject([{ id: first?.id, state: 'disabled' }]);
});

test('it is found where it listens now', async () => {
  const elsewhere = 'http://127.0.0.1:40001/app/messages';
  await registerPretendApp(desk, elsewhere);
  expect(await listEndpoints(desk, SHELL)).toMatchObject([{ target: elsewhere }]);
});

test('it verifies with what a person has rotated to, and with the former one while that signs', async () => {
  const [former] = await secrets();
  const [own] = await listEndpoints(desk, SHELL);
  const { secret } = await rotateSecret(desk, SHELL, own?.id ?? 0);
  expect(new Set(await secrets())).toEqual(new Set([former, secret]));
});

test('with another key in place of the one that is gone it gets another secret', async () => {
  const next = 'another key, made when the first one was lost';
  expect(await secrets(next)).toEqual([]);
  await registerPretendApp(deskOf(next), URL);
  expect(await secrets(next)).toHaveLength(1);
});

test('without a key nothing is made that could not be signed', async () => {
  await using other = await createTestDatabase();
  const keyless = {
    ...desk,
    pool: other.pool,
    outgoing: { ...desk.outgoing, secretsKeys: [] },
  };
  await expect(registerPretendApp(keyless, URL)).rejects.toThrow('ENDPOINT_SECRETS_KEY');
  expect(await listEndpoints(keyless, SHELL)).toEqual([]);
});
