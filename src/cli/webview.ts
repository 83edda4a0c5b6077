import type { Env } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';
import { COMMAND } from '../ops/built.ts';
import type { WebviewOptions } from '../seam/webview-options.ts';
import { reconnectWebview } from '../support/accounts/reconnect.ts';
import { type CreatedForUser, createWebview } from '../support/accounts/webview.ts';
import { createUserDirectory } from '../users/directory.ts';
import { openSeamOf, REFUSALS } from './accounts.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
import { findRunning } from './laptop.ts';
import { openContext } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';
import { openSeam, patiently } from './seam.ts';

/** What commander read, under the names of its options. */
type Options = Readonly<{
  user: string;
  workspace?: string;
  metadata?: readonly (readonly [string, string | boolean])[];
  providerCategory?: string;
  acceptedProvider?: readonly string[];
  excludedProvider?: readonly string[];
  acceptedCapability?: readonly string[];
  redirectUrl?: string;
  redirectFailureUrl?: string;
  deviceSelectionMode?: WebviewOptions['deviceSelectionMode'];
  waitForDeviceCreation?: boolean;
  automaticallyManageNewDevices?: boolean;
  customerKey?: string;
  json?: true;
}>;

/** `webview create --user <id>`: prints the URL to present to the user, and nothing else, to stdout. */
export const webviewCreate = async (env: Env, options: Options): Promise<number> => {
  const { seam, workspace, config } = openSeam(env, options.workspace, ['DATABASE_URL']);
  await using context = openContext(env);
  const { db, pool } = context.database;
  const users = createUserDirectory(pool, config.users);
  const creation = await createWebview(
    { ...config, db, users, seam, workspaceId: workspace.id },
    context.actor,
    {
      userId: options.user,
      metadata: metadataOf(options.metadata ?? []),
      providerCategory: options.providerCategory,
      acceptedProviders: options.acceptedProvider,
      excludedProviders: options.excludedProvider,
      acceptedCapabilities: options.acceptedCapability,
      customRedirectUrl: options.redirectUrl,
      customRedirectFailureUrl: options.redirectFailureUrl,
      deviceSelectionMode: options.deviceSelectionMode,
      waitForDeviceCreation: options.waitForDeviceCreation,
      automaticallyManageNewDevices: options.automaticallyManageNewDevices,
      customerKey: options.customerKey,
    },
    patiently(),
  );
  switch (creation.kind) {
    case 'invalid':
      throw new CommandError(creation.faults.join('\n'), EXIT.usage);
    case 'no_such_user':
      throw new CommandError(
        `There is no user '${options.user}': ${creation.why}. No webview was created.`,
        EXIT.notFound,
      );
    case 'created':
      break;
    default:
      return creation satisfies never;
  }
  return tellCreated(env, creation, options, {});
};

/** Prints a new webview: its URL and nothing else to stdout. */
const tellCreated = (
  env: Env,
  { connectWebviewId, url, userId, lookAt }: CreatedForUser,
  options: Readonly<{ json?: true }>,
  more: Readonly<Record<string, unknown>>,
): ExitCode => {
  if (options.json) {
    printJson({
      connect_webview_id: connectWebviewId,
      url,
      user_id: userId,
      look_at: lookAt.toISOString(),
      ...more,
    });
    return EXIT.done;
  }
  printLine(url);
  printNotice(`Present this URL to user ${userId}. It opens Connect Webview ${connectWebviewId}.`);
  printNotice(`If no webhook arrives, it is checked automatically at ${lookAt.toISOString()}.`);
  if (findRunning()?.sandboxUrl && !isGiven(env, 'DATABASE_URL')) {
    printNotice(
      `In the sandbox, act as the user: ${COMMAND} sandbox connect --webview ${connectWebviewId}`,
    );
  }
  return EXIT.done;
};

/** `webview reconnect <id>`: one for the user of an account, to connect it again. */
export const webviewReconnect = async (
  env: Env,
  id: string,
  options: Readonly<{
    workspace?: string;
    acceptedProvider?: readonly string[];
    redirectUrl?: string;
    redirectFailureUrl?: string;
    json?: true;
  }>,
): Promise<number> => {
  await using context = openContext(env);
  const { seam, workspace, config } = await openSeamOf(env, context, id, options);
  const { db, pool } = context.database;
  const users = createUserDirectory(pool, config.users);
  const made = await reconnectWebview(
    { ...config, db, users, seam, workspaceId: workspace.id },
    context.actor,
    id,
    {
      acceptedProviders: options.acceptedProvider,
      customRedirectUrl: options.redirectUrl,
      customRedirectFailureUrl: options.redirectFailureUrl,
    },
    patiently(),
  );
  if (made.kind === 'refused') throw new CommandError(made.faults.join('\n'), REFUSALS[made.why]);
  const { connectedAccountId: account, providers, isGone } = made;
  const code = tellCreated(env, made, options, {
    connected_account_id: account,
    accepted_providers: providers,
    account_is_gone: isGone,
  });
  printNotice(
    isGone
      ? `Seam no longer has the account ${account}: signing in makes a new one.`
      : `It reconnects the account ${account} (${providers?.join(', ') ?? 'of any provider'}), if the user signs in to the same login.`,
  );
  return code;
};

/** A key that is given twice is a slip, and one of the two values would be lost. */
const metadataOf = (
  pairs: readonly (readonly [string, string | boolean])[],
): Record<string, string | boolean> => {
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  if (twice !== undefined) {
    throw new CommandError(`--metadata names '${twice}' twice.`, EXIT.usage);
  }
  return Object.fromEntries(pairs);
};
