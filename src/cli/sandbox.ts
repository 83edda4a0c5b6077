import type { Env } from '../config.ts';
import { CommandError, EXIT } from './exit.ts';
import { findRunning } from './laptop.ts';
import { printLine, printNotice } from './print.ts';

/** `sandbox connect`: asks the running sandbox to play one more connection. */
export const sandboxConnect = async (_env: Env, options: { user?: string }): Promise<number> => {
  const running = findRunning();
  if (running === null || running.sandboxUrl === null) {
    throw new CommandError(
      'No sandbox runs here. Start one with "npm start" in another terminal.',
      EXIT.failed,
    );
  }
  const response = await fetch(`${running.sandboxUrl}/connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: options.user ?? null }),
  });
  if (!response.ok) throw new CommandError(await response.text(), EXIT.failed);
  const connection = (await response.json()) as { connect_webview_id: string };
  printLine(JSON.stringify(connection, null, 2));
  printNotice(`See what came of it: npm run cli -- show ${connection.connect_webview_id}`);
  return EXIT.done;
};
