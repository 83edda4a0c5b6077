import type { Env } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';
import type { WebviewOptions } from '../seam/webview-options.ts';
import { createWebview } from '../support/accounts/webview.ts';
import { createUserDirectory } from '../users/directory.ts';
import { CommandError, EXIT } from './exit.ts';
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
  const { connectWebviewId, url, userId, lookAt } = creation;
  if (options.json) {
    printJson({
      connect_webview_id: connectWebviewId,
      url,
      user_id: userId,
      look_at: lookAt.toISOString(),
    });
    return EXIT.done;
  }
  printLine(url);
  printNotice(`Present this URL to user ${userId}. It opens Connect Webview ${connectWebviewId}.`);
  printNotice(`If no webhook arrives, it is checked automatically at ${lookAt.toISOString()}.`);
  if (findRunning()?.sandboxUrl && !isGiven(env, 'DATABASE_URL')) {
    printNotice(
      `In the sandbox, act as the user: npm run cli -- sandbox connect --webview ${connectWebviewId}`,
    );
  }
  return EXIT.done;
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
