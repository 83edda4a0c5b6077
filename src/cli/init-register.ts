import type { Env } from '../config/config.ts';
import { secretOfRegistered, setUpWebhook } from '../support/setup/webhooks.ts';
import type { Plan } from './init-questions.ts';
import { secretsOf, withSecrets } from './init-webhook.ts';
import { printNotice } from './print.ts';
import { patiently } from './seam.ts';

/** What a step of `init` works with: the settings as they are meant by now, and how to write more of them. */
export type Step = Readonly<{
  /** Read anew each time: the file may have been written by another `init`. */
  now: () => Env;
  write: (more: Readonly<Record<string, string>>) => void;
}>;

type Webhook = NonNullable<Plan['webhook']>;

/** Registers the endpoint with Seam, or makes the one that is there as we need it, and keeps its secret. */
export const register = async (webhook: Webhook, step: Step): Promise<void> => {
  const { url, seam, registered } = webhook;
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
    if (registered === null) await keepShown(webhook, step);
    return;
  }
  if (setup.secret === null) {
    printNotice(
      `  ✗ ${url} is registered (${id}), and Seam didn't show its secret: copy it from the Seam console into SEAM_WEBHOOK_SECRET in .env.`,
    );
    return;
  }
  keep(step, setup.secret);
  printNotice(`  ✓ ${url} is registered (${id}), and its secret is in .env`);
};

/** What is there by now is read at this moment: another `init` may have put one in. */
const keep = ({ now, write }: Step, secret: string): void => {
  write({ SEAM_WEBHOOK_SECRET: withSecrets(now().SEAM_WEBHOOK_SECRET, [secret]) });
};

/** Of an endpoint that was registered since the questions were asked: whoever did may not have kept its secret here. */
const keepShown = async ({ url, seam }: Webhook, step: Step): Promise<void> => {
  const secrets = secretsOf(step.now().SEAM_WEBHOOK_SECRET);
  const known = await secretOfRegistered(seam, url, secrets, patiently());
  if (known.kind === 'shown') keep(step, known.secret);
  if (known.kind !== 'hidden') return;
  printNotice(
    "    Seam doesn't show its secret: if it isn't in SEAM_WEBHOOK_SECRET, copy it from the Seam console into .env.",
  );
};
