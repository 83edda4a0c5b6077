import { expect, test } from 'vitest';
import { ConfigError, type Env, parseConfig } from '../../src/config/config.ts';

const SECRET = 'hunter2-hunter2';
const WHOLE = {
  CONSOLE_URL: 'https://support.example.com',
  OIDC_ISSUER: 'https://id.example.com/realms/ours',
  OIDC_CLIENT_ID: 'console',
  OIDC_CLIENT_SECRET: SECRET,
  OIDC_ROLES: 'lock-support=support, oncall=on-call,cn=bosses=admin',
} as const;

const faultsOf = (env: Env): readonly string[] => {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

test('the company’s sign-in is taken as it is set; a group may hold a =', () => {
  expect(parseConfig(WHOLE).openIdConnect).toEqual({
    issuer: WHOLE.OIDC_ISSUER,
    clientId: 'console',
    clientSecret: SECRET,
    roles: new Map([
      ['lock-support', 'support'],
      ['oncall', 'on-call'],
      ['cn=bosses', 'admin'],
    ]),
    groupsClaim: 'groups',
  });
});

test.each(Object.keys(WHOLE))('all or none: without %s that one is named', name => {
  const faults = faultsOf({ ...WHOLE, [name]: '' });
  expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} must be set if any of`))]);
  expect(faults.join()).not.toContain(SECRET);
});

test.each([
  ['OIDC_ISSUER', 'http://id.example.com'],
  ['OIDC_ISSUER', 'id.example.com'],
  ['OIDC_ISSUER', 'https://user:pw@id.example.com'],
  ['OIDC_ROLES', 'lock-support'],
  ['OIDC_ROLES', 'lock-support=king'],
  ['OIDC_ROLES', '=admin'],
  ['OIDC_ROLES', 'a=admin,a=viewer'],
  ['OIDC_ROLES', 'a=admin,'],
])('%s may not be %j, and is told without its value', (name, value) => {
  const faults = faultsOf({ ...WHOLE, [name]: value });
  expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
  expect(faults.join()).not.toContain(value);
});

test('an http issuer is for this machine only, and not for production', () => {
  const local = { ...WHOLE, OIDC_ISSUER: 'http://localhost:4000' };
  expect(faultsOf(local)).toEqual([]);
  expect(faultsOf({ ...local, NODE_ENV: 'production' })).toEqual([
    expect.stringMatching(/^OIDC_ISSUER must be /),
  ]);
});
