import type { Env } from '../config/config.ts';
import {
  checkWebhooks,
  type Endpoint,
  endpointFault,
  type Setup,
  setUpWebhook,
} from '../support/setup/webhooks.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, printLine, printNotice } from './print.ts';
import { openSeam, patiently } from './seam.ts';

/**
 * `webhook setup --url …`: registers our endpoint with Seam, unless it is there. The secret goes to stdout,
 * once, as this is when Seam shows it; nothing else does.
 */
export const webhookSetup = async (
  env: Env,
  options: { url: string; workspace?: string; update?: true; json?: true },
): Promise<number> => {
  const { seam, workspace } = openSeam(env, options.workspace);
  const setup = await setUpWebhook(
    seam,
    usableUrl(options.url),
    { update: options.update === true },
    patiently(),
  );
  if (options.json) {
    const secret = setup.kind === 'created' ? setup.secret : null;
    printJson({ result: setup.kind, endpoint: setup.endpoint, secret });
  } else {
    tellSetup(setup, workspace.id !== null);
  }
  if (setup.kind !== 'differs') return EXIT.done;
  throw new CommandError(describeDifference(setup.endpoint), EXIT.refused);
};

/** @throws CommandError (usage) for a URL that can't be our endpoint */
export const usableUrl = (url: string): string => {
  const fault = endpointFault(url);
  if (fault !== null) throw new CommandError(`--url: ${fault}`, EXIT.usage);
  return url;
};

const tellSetup = (setup: Setup, isOfList: boolean): void => {
  const { url, webhook_id } = setup.endpoint;
  switch (setup.kind) {
    case 'created':
      printNotice(`Registered ${url} for the event types we need (${webhook_id}).`);
      if (setup.secret === null) {
        printNotice("Seam didn't show its secret. Copy it from the Seam console, and put it");
      } else {
        printLine(setup.secret);
        printNotice('This is its secret, which is shown only once. Put it');
      }
      printNotice(
        isOfList
          ? 'into "webhook_secrets" of that workspace in SEAM_WORKSPACES_FILE: "serve" reads it within seconds.'
          : 'into SEAM_WEBHOOK_SECRET (after a comma, if there is one already), and restart "serve"; or into the file that SEAM_WEBHOOK_SECRET_FILE names, which it reads within seconds.',
      );
      return;
    case 'already_there':
      printNotice(`${url} is already registered as needed (${webhook_id}). Nothing was changed.`);
      return;
    case 'updated':
      printNotice(
        `${url} is now sent exactly the event types we need (${webhook_id}). Its secret hasn't changed.`,
      );
      return;
    case 'differs':
      return;
    default:
      setup satisfies never;
  }
};

const describeDifference = ({ url, missing, superfluous }: Endpoint): string =>
  [
    `${url} is already registered, but not for exactly the event types we need. Nothing was changed.`,
    ...(missing.length > 0 ? [`  Missing: ${missing.join(', ')}.`] : []),
    ...(superfluous.length > 0 ? [`  Not needed: ${superfluous.join(', ')}.`] : []),
    '  --update gives it exactly the event types we need, and keeps its secret.',
  ].join('\n');

/** `webhook check`: compares what is registered with Seam with what is needed. */
export const webhookCheck = async (
  env: Env,
  options: { url?: string; workspace?: string; json?: true },
): Promise<number> => {
  const { seam, workspace, config } = openSeam(env, options.workspace);
  const url = options.url === undefined ? config.webhookUrl : usableUrl(options.url);
  const check = await checkWebhooks(seam, url, workspace.webhookSecrets, patiently());
  if (options.json) {
    printJson(check);
  } else {
    for (const problem of check.problems) printLine(`problem: ${problem}`);
    for (const note of check.notes) printLine(`note: ${note}`);
    if (check.ok) printLine('ok: we are sent everything we need.');
  }
  if (check.ok) return EXIT.done;
  printNotice(
    '"webhook setup --url https://<your host>/webhooks/seam" registers it (--update fixes it).',
  );
  return EXIT.failed;
};
