import type { Env } from '../config/config.ts';
import type { Seam } from '../seam/client.ts';
import type { Endpoint } from '../support/setup/webhooks.ts';
import { type Admin, askAdmin } from './init-admin.ts';
import { localConsole, withoutAsked } from './init-asked.ts';
import { askFirstUser } from './init-first-user.ts';
import { type Asking, settle, withoutPassword } from './init-question.ts';
import {
  faultOfSettings,
  type TriedDatabase,
  tryDatabase,
  tryRedis,
  trySeam,
  wrong,
} from './init-try.ts';
import { askUsers, usersSettings } from './init-users.ts';
import { askWebhook } from './init-webhook.ts';

/** What commander read. */
export type Given = Readonly<{
  databaseUrl?: string;
  redisUrl?: string;
  usersTable?: string;
  usersIdColumn?: string;
  firstUser?: string;
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
  admin: Admin;
  /** Whom to put into our own table of users; null: nobody. */
  firstUser: string | null;
}>;

/** Asks everything, in the order in which a person has it at hand, and tries each answer. Changes nothing. */
export const askAll = async (asking: Asking, given: Given): Promise<Plan> => {
  const { env } = asking;
  let settings: Env = withoutAsked(env);
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
  const firstUser = await askFirstUser(asking, given, settings);
  const webhook = await askWebhook(asking, given, key.found);
  keep(webhook.settings);
  keep(await askConsole(asking, given, settings));
  const admin = await askAdmin(asking, given, settings);
  keep({ OPERATOR_NAME: admin.name });
  const endpoint = webhook.endpoint && { ...webhook.endpoint, seam: key.found };
  return { settings: answers, webhook: endpoint, admin, firstUser };
};

const askConsole = async (
  asking: Asking,
  given: Given,
  settings: Env,
): Promise<Record<string, string>> => {
  const { answer } = await settle<null>(asking, {
    name: 'Console URL (CONSOLE_URL)',
    intro: [
      'How your people reach the support desk: https://support.example.com, without a path. Enter for this machine.',
    ],
    given: given.consoleUrl,
    known: asking.env.CONSOLE_URL || localConsole(settings),
    attempt: async text => {
      const fault = faultOfSettings({ ...settings, CONSOLE_URL: text });
      return fault === null ? { ok: true, said: text, found: null } : wrong(fault);
    },
  });
  return { CONSOLE_URL: answer };
};
