import os from 'node:os';
import type { Env } from '../config/config.ts';
import { isWebhookSecret } from '../config/workspaces.ts';
import { listOperators, nameFault, type Operator } from '../operators/operators.ts';
import type { Seam } from '../seam/client.ts';
import {
  type Endpoint,
  endpointFault,
  OUR_PATH,
  secretOfRegistered,
} from '../support/setup/webhooks.ts';
import { type Asking, settle, withoutPassword } from './init-question.ts';
import {
  faultOfSettings,
  openToTry,
  type Tried,
  type TriedDatabase,
  tryDatabase,
  tryRedis,
  trySeam,
  wrong,
} from './init-try.ts';
import { askUsers, usersSettings } from './init-users.ts';
import { patiently } from './seam.ts';

/** What commander read. */
export type Given = Readonly<{
  databaseUrl?: string;
  redisUrl?: string;
  usersTable?: string;
  usersIdColumn?: string;
  webhookUrl?: string;
  consoleUrl?: string;
  operator?: string;
}>;

/** All answers, tried: what `init` is to do. */
export type Plan = Readonly<{
  /** What .env is to say, by name; nothing of it is done yet. */
  settings: Readonly<Record<string, string>>;
  /** Null: no endpoint is to be registered now. Else with the one that is there already, if one is. */
  webhook: Readonly<{ url: string; seam: Seam; registered: Endpoint | null }> | null;
  /** The admin: one that is there and has signed in, else one that gets a link. */
  admin: Readonly<{ name: string; kind: 'there' | 'unused' | 'new' }>;
}>;

/** Asks everything, in the order in which a person has it at hand, and tries each answer. Changes nothing. */
export const askAll = async (asking: Asking, given: Given): Promise<Plan> => {
  const { env } = asking;
  let settings: Env = env;
  const answers: Record<string, string> = {};
  const keep = (more: Readonly<Record<string, string>>): void => {
    Object.assign(answers, more);
    settings = { ...settings, ...more };
  };
  const database = await settle<TriedDatabase>(asking, {
    name: 'Database (DATABASE_URL)',
    intro: [
      "Where everything is stored: PostgreSQL 15 or newer. It can be your app's own database.",
      'postgresql://user:password@host:5432/name',
    ],
    given: given.databaseUrl,
    known: env.DATABASE_URL,
    shown: withoutPassword(env.DATABASE_URL),
    attempt: answer => tryDatabase({ ...settings, DATABASE_URL: answer }),
  });
  keep({ DATABASE_URL: database.answer });
  const redis = await settle<null>(asking, {
    name: 'Redis (REDIS_URL)',
    intro: [
      'Where the queue lives: redis://… or rediss://… "none" keeps it in Postgres: simpler, slower.',
    ],
    given: given.redisUrl,
    known: env.REDIS_URL || (database.found.isPooled ? undefined : 'none'),
    shown: env.REDIS_URL ? withoutPassword(env.REDIS_URL) : 'none',
    attempt: answer =>
      tryRedis({ ...settings, REDIS_URL: answer === 'none' ? '' : answer }, database.found),
  });
  keep({ REDIS_URL: redis.answer === 'none' ? '' : redis.answer });
  const key = await settle<Seam>(asking, {
    name: 'Seam API key (SEAM_API_KEY)',
    intro: [
      'From the Seam console (console.seam.co, Developer, API keys), for the workspace whose webhooks you',
      "receive. It isn't shown while you type.",
    ],
    known: env.SEAM_API_KEY,
    shown: 'the one that is set',
    hidden: true,
    attempt: answer => trySeam({ ...settings, SEAM_API_KEY: answer }),
  });
  keep({ SEAM_API_KEY: key.answer });
  keep(usersSettings(await askUsers(asking, settings, given), env));
  const webhook = await askWebhook(asking, given, key.found);
  keep(webhook.settings);
  keep(await askConsole(asking, given, settings));
  const admin = await askAdmin(asking, given, database);
  keep({ OPERATOR_NAME: admin.name });
  const { endpoint } = webhook;
  return { settings: answers, webhook: endpoint && { ...endpoint, seam: key.found }, admin };
};

type WebhookAnswer = Readonly<{
  endpoint: Readonly<{ url: string; registered: Endpoint | null }> | null;
  settings: Record<string, string>;
}>;

/** `https://locks.example.com` is where `serve` is reached: what it takes webhooks at is known. */
const withPath = (answer: string): string => {
  if (!URL.canParse(answer)) return answer;
  const url = new URL(answer);
  if (url.pathname === '/' && url.search === '') url.pathname = OUR_PATH;
  return url.href;
};

const askWebhook = async (asking: Asking, given: Given, seam: Seam): Promise<WebhookAnswer> => {
  const { env } = asking;
  const port = env.PORT || '3000';
  const { answer } = await settle<null>(asking, {
    name: 'Webhook URL (WEBHOOK_URL)',
    intro: [
      `Where Seam reaches "serve" from the internet: https://<your host>${OUR_PATH}, or "skip" for later.`,
      `On a laptop, let a tunnel lead to port ${port}, in another terminal, and give the https:// address that it`,
      `prints: cloudflared tunnel --url http://127.0.0.1:${port}   (or: ngrok http ${port})`,
    ],
    given: given.webhookUrl,
    known: env.WEBHOOK_URL,
    attempt: async text => tryWebhookUrl(text),
  });
  if (answer === 'skip') return { endpoint: null, settings: {} };
  const url = withPath(answer);
  const secrets = env.SEAM_WEBHOOK_SECRET?.split(',').map(each => each.trim()) ?? [];
  const known = await secretOfRegistered(seam, url, secrets, patiently());
  const endpoint = { url, registered: known.kind === 'unregistered' ? null : known.endpoint };
  const settings = { WEBHOOK_URL: url };
  if (known.kind === 'shown') {
    return {
      endpoint,
      settings: { ...settings, SEAM_WEBHOOK_SECRET: [...secrets, known.secret].join() },
    };
  }
  if (known.kind !== 'hidden') return { endpoint, settings };
  const secret = await settle<null>(asking, {
    name: 'Its signing secret (SEAM_WEBHOOK_SECRET)',
    intro: [
      "That endpoint is registered already, and Seam doesn't show its secret here. Copy it from the Seam console",
      "(Developer, Webhooks): whsec_… It isn't shown while you type.",
    ],
    hidden: true,
    attempt: async text =>
      isWebhookSecret(text)
        ? { ok: true, said: 'it has the form of one', found: null }
        : wrong('it must be the signing secret that Seam shows (whsec_…)'),
  });
  return { endpoint, settings: { ...settings, SEAM_WEBHOOK_SECRET: secret.answer } };
};

const tryWebhookUrl = (text: string): Tried<null> => {
  if (text === 'skip') {
    return { ok: true, said: 'later, with "webhook setup" or with "init" again', found: null };
  }
  const url = withPath(text);
  const fault = endpointFault(url);
  if (fault !== null) return wrong(fault);
  const path = new URL(url).pathname;
  const mind =
    path === OUR_PATH
      ? ''
      : `: your proxy has to turn ${path} into ${OUR_PATH}, which "serve" takes`;
  return { ok: true, said: `${url}${mind}`, found: null };
};

const askConsole = async (
  asking: Asking,
  given: Given,
  settings: Env,
): Promise<Record<string, string>> => {
  const local = `http://127.0.0.1:${settings.CONSOLE_PORT || settings.PORT || '3000'}`;
  const { answer } = await settle<null>(asking, {
    name: 'Console URL (CONSOLE_URL)',
    intro: [
      'How your people reach the support desk: https://support.example.com, without a path. Enter for this machine.',
    ],
    given: given.consoleUrl,
    known: settings.CONSOLE_URL || local,
    attempt: async text => {
      const fault = faultOfSettings({ ...settings, CONSOLE_URL: text });
      return fault === null ? { ok: true, said: text, found: null } : wrong(fault);
    },
  });
  return { CONSOLE_URL: answer };
};

const askAdmin = async (
  asking: Asking,
  given: Given,
  { answer: url, found }: Readonly<{ answer: string; found: TriedDatabase }>,
): Promise<Plan['admin']> => {
  const operators = found.isMigrated ? await operatorsIn(url) : [];
  const { answer, found: kind } = await settle<Plan['admin']['kind']>(asking, {
    name: 'Your name (OPERATOR_NAME)',
    intro: ['Who you are: the first admin of the support desk, and in the audit log for commands.'],
    given: given.operator,
    known: asking.env.OPERATOR_NAME || os.userInfo().username,
    attempt: async name => kindOfAdmin(name, operators),
  });
  return { name: answer.trim(), kind };
};

const operatorsIn = async (databaseUrl: string): Promise<Operator[]> => {
  await using database = openToTry(databaseUrl);
  return listOperators(database.pool);
};

const kindOfAdmin = (
  text: string,
  operators: readonly Operator[],
): Tried<Plan['admin']['kind']> => {
  const name = text.trim();
  const fault = nameFault(name);
  if (fault !== null) return wrong(fault);
  const known = operators.find(each => each.name.toLowerCase() === name.toLowerCase());
  if (known === undefined) return { ok: true, said: `${name} will be an admin`, found: 'new' };
  if (known.role !== 'admin' || known.disabled_at !== null) {
    const what = known.disabled_at === null ? `the role ${known.role}` : 'been disabled';
    return wrong(`there is an operator ${known.name} already, who has ${what}: give another name`);
  }
  return known.last_seen_at === null
    ? { ok: true, said: `${known.name} is an admin, and has not signed in yet`, found: 'unused' }
    : { ok: true, said: `${known.name} is an admin already`, found: 'there' };
};
