import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../config/config.ts';
import { parseEnvFile } from '../config/env-file.ts';
import { withSecretFiles } from '../config/secret-files.ts';
import { whileAlone } from '../db/alone.ts';
import { sqlState } from '../db/errors.ts';
import { listOperators } from '../operators/operators.ts';
import type { Finding } from '../support/setup/doctor.ts';
import { addBuiltInUser, BUILT_IN_USERS } from '../users/built-in.ts';
import { findingsOf } from './doctor.ts';
import { CommandError, EXIT } from './exit.ts';
import { kindOfAdmin } from './init-admin.ts';
import type { EnvFile } from './init-file.ts';
import type { Plan } from './init-questions.ts';
import { register, type Step } from './init-register.ts';
import { openToTry } from './init-try.ts';
import { secretsOf, withSecrets } from './init-webhook.ts';
import { operatorAdd, operatorPassword } from './operators.ts';
import { printNotice } from './print.ts';
import { migrate } from './serve.ts';

/** What came of it. */
export type CarriedOut = Readonly<{
  /** What `doctor` says in the end. */
  findings: Finding[];
  /** Whether the admin is one, or can become one. */
  isLetIn: boolean;
}>;

/** With `LOCK_TRIES`, as long as another one may take: about two minutes. */
const LOCK_PAUSE_MS = 1_000;
const LOCK_TRIES = 120;

/**
 * Does what was asked for, each step so that doing it again changes nothing: whatever cuts it off, another `init` goes on
 * from there. The file is written before Seam is told of us, and the secret right after: one that was lost in between,
 * Seam shows to the next `init`. Two at once take turns, and the second goes by what the first has written.
 *
 * @param environment without what .env said when it was read first: that may have changed
 * @throws CommandError where another one goes on
 */
export const carryOut = async (
  plan: Plan,
  environment: Env,
  file: EnvFile,
): Promise<CarriedOut> => {
  let written: Env = {};
  const step: Step = {
    now: () =>
      withSecretFiles({
        LOG_LEVEL: 'warn',
        ...parseEnvFile(file.read()),
        ...environment,
        ...written,
      }),
    write: more => {
      written = { ...written, ...more };
      const { isChanged, copy } = file.write(more);
      printNotice(`  ✓ ${file.path} ${isChanged ? 'is written' : 'says so already'}`);
      if (copy !== null) printNotice(`    as it was: ${copy}`);
    },
  };
  await using database = openToTry({ ...step.now(), ...plan.settings });
  const { signal } = new AbortController();
  for (let tries = 1; tries <= LOCK_TRIES; tries++) {
    const isLetIn = await whileAlone(database.pool, 'seam-reconciler init', signal, () =>
      doAll(plan, step),
    );
    if (isLetIn !== null) {
      return { isLetIn, findings: await findingsOf(step.now(), plan.webhook?.url) };
    }
    if (tries === 1) printNotice('Another "init" is at work in this database: waiting for it …');
    await sleep(LOCK_PAUSE_MS);
  }
  throw new CommandError(
    'Another "init" is still at work in this database: begin again once it has ended. Nothing was done.',
    EXIT.refused,
  );
};

const doAll = async (plan: Plan, step: Step): Promise<boolean> => {
  step.write(settingsToWrite(plan, step.now()));
  printNotice('Updating the database …');
  await migrate(step.now());
  if (plan.webhook !== null) await register(plan.webhook, step);
  if (plan.firstUser !== null) await addUser(plan.firstUser, step.now());
  return letIn(plan.admin.name, step.now());
};

/** @param now what is set by now: another `init` may have written since the questions were asked */
const settingsToWrite = (
  { settings }: Plan,
  { SEAM_WEBHOOK_SECRET: secrets, ENDPOINT_SECRETS_KEY: key }: Env,
): Record<string, string> => {
  const { SEAM_WEBHOOK_SECRET: more, ...others } = settings;
  return {
    ...others,
    ...(more === undefined ? {} : { SEAM_WEBHOOK_SECRET: withSecrets(secrets, secretsOf(more)) }),
    // Another one couldn't open what this one has sealed.
    ...(key ? {} : { ENDPOINT_SECRETS_KEY: randomBytes(32).toString('base64') }),
  };
};

/** insufficient_privilege: the role that runs may only read that table, where another one migrates. */
const MAY_NOT = '42501';

const addUser = async (id: string, env: Env): Promise<void> => {
  await using database = openToTry(env);
  try {
    await addBuiltInUser(database.pool, id);
    printNotice(`  ✓ "${id}" is a user in ${BUILT_IN_USERS}`);
  } catch (error) {
    if (sqlState(error) !== MAY_NOT) throw error;
    printNotice(`  ✗ our role may not add "${id}" to ${BUILT_IN_USERS}: its owner can`);
  }
};

/**
 * The link goes to stdout, alone. Who is there is asked anew: before, our tables may have been an older version's.
 *
 * @returns whether they can sign in as an admin
 */
const letIn = async (name: string, env: Env): Promise<boolean> => {
  await using database = openToTry(env);
  const admin = kindOfAdmin(name, await listOperators(database.pool));
  if (!admin.ok) {
    printNotice(`  ✗ ${admin.fault} ("operator add", or "init" again)`);
    return false;
  }
  if (admin.found === 'there') return true;
  printNotice(`For ${name}, to sign in to the support desk (once "serve" runs):`);
  if (admin.found === 'new') await operatorAdd(env, name, { role: 'admin', link: true });
  else await operatorPassword(env, name, { link: true });
  return true;
};
