import type { Env } from '../config/config.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
import { findRunning } from './laptop.ts';
import { printLine, printNotice } from './print.ts';

/** `sandbox connect`: asks the running sandbox to play one more connection, or to finish a webview. */
export const sandboxConnect = async (
  _env: Env,
  options: { user?: string; webview?: string; account?: string; webhooks: boolean },
): Promise<number> => {
  const { user = null, webview, account, webhooks } = options;
  const request =
    webview === undefined ? { user, account, webhooks } : { webview, account, webhooks };
  const connection = (await ask('/connect', request)) as { connect_webview_id: string };
  printLine(JSON.stringify(connection, null, 2));
  if (!webhooks) {
    printNotice(
      'Its webhooks were lost. Fetch the missed events: npm run cli -- backfill --since 1h',
    );
    return EXIT.done;
  }
  printNotice(`See the result: npm run cli -- show ${connection.connect_webview_id}`);
  return EXIT.done;
};

/** `sandbox account <id> <change>`: lets something happen to an account of the running sandbox. */
export const sandboxAccount = async (
  _env: Env,
  account: string,
  change: string,
): Promise<number> => {
  printLine(JSON.stringify(await ask('/change', { account, change }), null, 2));
  printNotice(`See the result: npm run cli -- account show ${account}`);
  return EXIT.done;
};

/** @throws CommandError when no sandbox runs here, or it refuses */
const ask = async (path: string, body: object): Promise<unknown> => {
  const running = findRunning();
  if (running === null || running.sandboxUrl === null) {
    throw new CommandError(
      'No sandbox is running here. Start one with "npm start" in another terminal.',
      EXIT.failed,
    );
  }
  const response = await fetch(`${running.sandboxUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await toCommandError(response);
  return response.json();
};

const toCommandError = async (response: Response): Promise<CommandError> => {
  const { error } = (await response.json()) as { error: { message: string } };
  const codes: Readonly<Record<number, ExitCode>> = { 404: EXIT.notFound, 409: EXIT.refused };
  return new CommandError(error.message, codes[response.status] ?? EXIT.failed);
};

/** `sandbox user`: the app gets one more user. */
export const sandboxUser = async (_env: Env, id: string): Promise<number> => {
  await ask('/user', { id });
  printNotice(
    `User ${id} now exists. Connections that waited for this user are checked within 20 seconds.`,
  );
  return EXIT.done;
};

/** `sandbox outage`: Seam is away, or back. */
export const sandboxOutage = async (_env: Env, what: string): Promise<number> => {
  const away = what === 'start';
  await ask('/outage', { away });
  printNotice(away ? 'Seam now responds to every call with 503.' : 'Seam responds again.');
  return EXIT.done;
};

/** `sandbox fill`: many made-up cases, for a desk to look at. */
export const sandboxFill = async (_env: Env, { cases }: { cases: number }): Promise<number> => {
  printLine(JSON.stringify(await ask('/fill', { cases }), null, 2));
  printNotice('Stop "npm start" and start it again, so that it serves the new workspaces, too.');
  return EXIT.done;
};
