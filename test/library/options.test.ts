import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/config/schema.ts';
import { createReconciler, OptionsError } from '../../src/library/index.ts';
import type { Options } from '../../src/library/options.ts';
import { settingsOf } from '../../src/library/settings.ts';
import { ENTRIES, OF_THE_SERVICE_ALONE, SAID_OTHERWISE } from '../../src/library/table.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

const KEY = 'seam_test_a_key_of_the_tests';
const FEWEST = {
  databaseUrl: 'postgresql://app:hidden-word@127.0.0.1:5432/app',
  seam: { apiKey: KEY, webhookSecret: SECRET },
} as const;

const can = (...names: string[]) => Object.fromEntries(names.map(name => [name, () => undefined]));
/** What loggers that aren't pino's can do, as of winston 3 and bunyan 1. */
const WINSTON = can('child', 'log', 'error', 'warn', 'info', 'http', 'debug', 'isLevelEnabled');
const BUNYAN = can('child', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'level', 'levels');

/** Whatever JavaScript, or somebody's cast, may hand over. */
const faultsOf = (options: unknown): readonly string[] => {
  try {
    createReconciler(options as Options);
    return [];
  } catch (error) {
    if (error instanceof OptionsError) return error.faults;
    throw error;
  }
};

describe('the table', () => {
  test('each setting is an option, or in the list of those that a library has no use for', () => {
    const said = ENTRIES.map(({ setting }) => setting);
    const all = [...said, ...Object.values(SAID_OTHERWISE), ...Object.keys(OF_THE_SERVICE_ALONE)];
    expect(all.toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  });

  test('no two options say one setting, and each says why it is of no use', () => {
    const said = ENTRIES.map(({ setting }) => setting);
    expect(new Set(said).size).toBe(said.length);
    expect(Object.values(OF_THE_SERVICE_ALONE).every(why => why.length > 10)).toBe(true);
  });
});

describe('options become settings', () => {
  test('as few as there can be', () => {
    const config = settingsOf(FEWEST);
    expect(config).toMatchObject({
      databaseUrl: FEWEST.databaseUrl,
      redisUrl: undefined,
      workspaces: [{ id: null, apiKey: KEY, webhookSecrets: [SECRET] }],
      production: true,
      hasConsole: true,
    });
  });

  test('each kind of value', () => {
    const config = settingsOf({
      ...FEWEST,
      seam: { ...FEWEST.seam, webhookSecret: [SECRET, OTHER_SECRET] },
      users: { table: 'public.people', idColumn: 'person_id' },
      identity: { rules: ['account.customer_key', 'mapping'], onConflict: 'ask' },
      console: {
        url: 'http://localhost:3000',
        company: {
          issuer: 'http://localhost:9',
          clientId: 'us',
          clientSecret: 'hidden-word',
          roles: { 'lock=support': 'support', oncall: 'on-call' },
        },
      },
      worker: { concurrency: 3, provisionalLinks: false, driftAt: 'off' },
      retention: { days: 30 },
      redisUrl: undefined,
    });
    expect(config.workspaces[0]?.webhookSecrets).toEqual([SECRET, OTHER_SECRET]);
    expect(config.users).toMatchObject({
      schema: 'public',
      table: 'people',
      idColumn: 'person_id',
    });
    expect(config.identity.rules).toHaveLength(2);
    expect(config.openIdConnect?.roles.get('lock=support')).toBe('support');
    expect(config).toMatchObject({
      production: false,
      workerConcurrency: 3,
      provisionalLinks: false,
      driftAtMinutes: null,
      retentionDays: 30,
    });
  });

  test('several workspaces, one by a personal access token', () => {
    const { workspaces } = settingsOf({
      databaseUrl: FEWEST.databaseUrl,
      seam: { endpoint: 'http://127.0.0.1:9' },
      workspaces: [
        { id: 'w1', name: 'Hotels', apiKey: KEY, webhookSecret: SECRET },
        { id: 'w2', apiKey: 'seam_at1_a_token', webhookSecret: [OTHER_SECRET] },
      ],
    });
    expect(workspaces).toMatchObject([
      { id: 'w1', name: 'Hotels', apiKey: KEY, webhookSecrets: [SECRET] },
      { id: 'w2', name: null, apiKey: 'seam_at1_a_token', webhookSecrets: [OTHER_SECRET] },
    ]);
  });
});

describe('what is wrong is told all together, by the option’s own name, and never with a value', () => {
  test('what is missing', () => {
    expect(faultsOf({})).toEqual([
      'databaseUrl is missing',
      'seam.apiKey is missing',
      'seam.webhookSecret is missing',
    ]);
    for (const none of [undefined, null, 'x', []]) {
      expect(faultsOf(none)).toEqual(['an object of options is missing']);
    }
  });

  test.each([
    [{ databaseURL: 'x' }, 'databaseURL is no option; did you mean databaseUrl?'],
    [{ apiKey: KEY }, 'apiKey is no option; did you mean seam.apiKey?'],
    [{ SEAM_API_KEY: KEY }, 'SEAM_API_KEY is no option; did you mean seam.apiKey?'],
    [{ hook: {} }, 'hook is no option; did you mean hooks?'],
    [{ port: 3000 }, 'port is no option'],
    [
      { worker: { concurency: 3 } },
      'worker.concurency is no option; did you mean worker.concurrency?',
    ],
    [{ worker: 5 }, 'worker must be an object of options'],
    [{ console: true }, 'console must be false, or an object of options'],
    [{ redisUrl: '' }, 'redisUrl must not be empty (leave it out)'],
    [{ redisUrl: 'hidden-word' }, /^redisUrl must/],
    [{ databaseUrl: 5 }, 'databaseUrl must be text'],
    [{ worker: { concurrency: '3' } }, 'worker.concurrency must be a number'],
    [{ worker: { concurrency: 0.5 } }, 'worker.concurrency must be a whole number from 1 to 500'],
    [{ worker: { concurrency: Number.NaN } }, /^worker.concurrency must be a whole number/],
    [{ worker: { provisionalLinks: 'on' } }, 'worker.provisionalLinks must be true or false'],
    [{ logLevel: 'loud' }, /^logLevel must be one of/],
    [{ logger: {} }, 'logger must be a logger of pino'],
    [{ logger: WINSTON }, 'logger must be a logger of pino'],
    [{ logger: BUNYAN }, 'logger must be a logger of pino'],
    [{ logger: console }, 'logger must be a logger of pino'],
    [{ metrics: 'yes' }, 'metrics must be true or false'],
    [{ metric: true }, 'metric is no option; did you mean metrics?'],
    [
      { hooks: { 'account.linkd': () => 1 } },
      /^hooks: There is no type of message "account.linkd"/,
    ],
    [{ hooks: { 'account.linked': 5 } }, /^hooks: The hook "account.linked" is no function/],
    [{ hooksName: 7 }, 'hooksName must be text'],
    [{ seam: { ...FEWEST.seam, webhookSecret: [] } }, /^seam.webhookSecret must not be empty/],
    [
      { seam: { ...FEWEST.seam, webhookSecret: 'hidden-word' } },
      /^seam.webhookSecret must be the signing secret/,
    ],
    [
      { seam: { ...FEWEST.seam, apiKey: 'seam_at1_hidden-word' } },
      /^seam.apiKey must be an API key/,
    ],
    [
      { seam: { ...FEWEST.seam, webhookSecret: ['a,b'] } },
      /^seam.webhookSecret must have no commas/,
    ],
    [{ workspaces: [] }, /^workspaces must be a list/],
    [{ workspaces: [{ id: 'w' }] }, 'seam.apiKey must be left out where workspaces is set'],
    [{ alerts: { emailTo: 'a@b.example' } }, 'alerts.emailFrom must be set if alerts.emailTo is'],
    [
      { console: { company: { issuer: 'https://id.example' } } },
      /^console.company.clientId must be set if any of console.company.issuer/,
    ],
    [
      { console: { company: { roles: { 'a,b': 'support' } } } },
      /^console.company.roles must be an object/,
    ],
    [{ console: { url: 'https://a.example/path?x' } }, /^console.url must/],
    [{ identity: { rules: ['hidden-word'] } }, /^identity.rules rule 1 is none of/],
  ])('%j', (wrong, fault) => {
    const faults = faultsOf({ ...FEWEST, ...wrong });
    expect(faults).toContainEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
    expect(faults.join()).not.toMatch(/hidden-word|\b[A-Z]+_[A-Z_]+\b(?<!SEAM_API_KEY)/);
  });

  test('each workspace by its place', () => {
    const wrong = {
      databaseUrl: FEWEST.databaseUrl,
      workspaces: [
        { id: 'w1', apiKey: KEY, webhookSecret: 'hidden-word', key: 1 },
        { id: 'w1', apiKey: KEY, webhookSecret: SECRET },
      ],
    };
    expect(faultsOf(wrong)).toEqual([
      'workspaces[0].key is no option',
      expect.stringMatching(/^workspaces\[0\]\.webhookSecret must be/),
    ]);
    const [first, second] = wrong.workspaces;
    const same = { ...wrong, workspaces: [{ ...second, webhookSecret: OTHER_SECRET }, second] };
    expect(faultsOf(same)).toEqual([
      'workspaces[1].id is that of workspaces[0], too',
      'workspaces[1].apiKey is that of workspaces[0], too',
    ]);
    expect(faultsOf({ ...wrong, workspaces: [first, { id: 5 }] }).join()).not.toContain('hidden');
  });

  test('the environment says nothing', () => {
    process.env.DATABASE_URL = FEWEST.databaseUrl;
    process.env.WORKER_CONCURRENCY = '99';
    try {
      expect(faultsOf({ seam: FEWEST.seam })).toEqual(['databaseUrl is missing']);
      expect(settingsOf(FEWEST).workerConcurrency).toBe(10);
    } finally {
      delete process.env.DATABASE_URL;
      delete process.env.WORKER_CONCURRENCY;
    }
  });
});

test('pino’s loggers are taken: its own, a child of one, and those that say nothing', () => {
  const own = pino({ enabled: false });
  for (const logger of [own, own.child({ of: 'an app' }), pino({ level: 'silent' })]) {
    expect(faultsOf({ ...FEWEST, logger })).toEqual([]);
  }
});

test('the compiler takes one workspace or several, and not both', () => {
  const options: Options[] = [];
  options.push(FEWEST);
  // @ts-expect-error neither
  options.push({ databaseUrl: 'x' });
  const workspaces = [{ id: 'w', apiKey: KEY, webhookSecret: SECRET }];
  // @ts-expect-error both
  options.push({ ...FEWEST, workspaces });
  // @ts-expect-error misspelt
  options.push({ ...FEWEST, worker: { concurency: 3 } });
  expect(options).toHaveLength(4);
});
