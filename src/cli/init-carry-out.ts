import { randomBytes } from 'node:crypto';
import type { Env } from '../config/config.ts';
import { withSecretFiles } from '../config/secret-files.ts';
import type { Finding } from '../support/setup/doctor.ts';
import { setUpWebhook } from '../support/setup/webhooks.ts';
import { findingsOf } from './doctor.ts';
import type { EnvFile } from './init-file.ts';
import type { Plan } from './init-questions.ts';
import { operatorAdd, operatorPassword } from './operators.ts';
import { printNotice } from './print.ts';
import { patiently } from './seam.ts';
import { migrate } from './serve.ts';

/**
 * Does what was asked for, each step so that doing it again changes nothing: whatever cuts it off, another `init` goes on
 * from there. The file is written before Seam is told of us, and the secret right after: one that was lost in between,
 * Seam shows to the next `init`.
 *
 * @returns what `doctor` says in the end
 */
export const carryOut = async (plan: Plan, env: Env, file: EnvFile): Promise<Finding[]> => {
  let settings: Env = withSecretFiles({ LOG_LEVEL: 'warn', ...env, ...plan.settings });
  const write = (more: Readonly<Record<string, string>>): void => {
    settings = { ...settings, ...more };
    const changed = file.write(more);
    printNotice(`  ✓ ${file.path} ${changed ? 'is written' : 'says so already'}`);
  };
  write({
    ...plan.settings,
    // Another one couldn't open what this one has sealed.
    ...(env.ENDPOINT_SECRETS_KEY
      ? {}
      : { ENDPOINT_SECRETS_KEY: randomBytes(32).toString('base64') }),
  });
  printNotice('Updating the database …');
  await migrate(settings);
  if (plan.webhook !== null) await register(plan.webhook, settings, write);
  await letIn(plan.admin, settings);
  return findingsOf(settings, plan.webhook?.url);
};

const register = async (
  { url, seam, registered }: NonNullable<Plan['webhook']>,
  { SEAM_WEBHOOK_SECRET: known }: Env,
  write: (more: Readonly<Record<string, string>>) => void,
): Promise<void> => {
  // One that was there has been told of, with what is to be changed.
  const setup = await setUpWebhook(seam, url, { update: registered !== null }, patiently());
  const { webhook_id: id } = setup.endpoint;
  if (setup.kind === 'differs') {
    printNotice(
      `  ✗ ${url} was registered meanwhile (${id}), for other types of events: start again`,
    );
    return;
  }
  if (setup.kind !== 'created') {
    const how = setup.kind === 'updated' ? 'is now sent what we need' : 'was registered already';
    printNotice(`  ✓ ${url} ${how} (${id})`);
    return;
  }
  if (setup.secret === null) {
    printNotice(
      `  ✗ ${url} is registered (${id}), and Seam didn't show its secret: copy it from the Seam console into SEAM_WEBHOOK_SECRET in .env.`,
    );
    return;
  }
  write({ SEAM_WEBHOOK_SECRET: [...(known ? [known] : []), setup.secret].join() });
  printNotice(`  ✓ ${url} is registered (${id}), and its secret is in .env`);
};

/** The link goes to stdout, alone. */
const letIn = async ({ name, kind }: Plan['admin'], env: Env): Promise<void> => {
  if (kind === 'there') return;
  printNotice(`For ${name}, to sign in to the support desk (once "serve" runs):`);
  if (kind === 'new') await operatorAdd(env, name, { role: 'admin', link: true });
  else await operatorPassword(env, name, { link: true });
};
