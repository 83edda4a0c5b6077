import { beginExport } from '../audit-log/security-rows.ts';
import { readAuditStream } from '../audit-log/stream.ts';
import type { Env } from '../config/config.ts';
import { interruptible } from '../ops/interrupt.ts';
import { pause } from '../ops/loop.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { openContext } from './open.ts';
import { printNotice } from './print.ts';
import { printThrough } from './reader.ts';

const PAGE_SIZE = 500;
const FOLLOW_MS = 2_000;

/**
 * `audit-log --after`: one JSON object a line, the oldest first, each with its cursor. Whoever reads has the line
 * once it is out, so no more than a page waits for a slow reader.
 *
 * @param options.follow goes on until it is interrupted
 */
export const streamAuditLog = async (
  env: Env,
  { after, limit, follow = false }: { after: string; limit: number | null; follow?: boolean },
): Promise<ExitCode> => {
  await using context = openContext(env);
  const { pool } = context.database;
  await using exported = await beginExport(
    pool,
    context.actor,
    'audit_log',
    new URLSearchParams({ after }),
  );
  using interrupt = interruptible();
  let cursor = after;
  let left = limit ?? Number.POSITIVE_INFINITY;
  while (left > 0 && !interrupt.signal.aborted) {
    const asked = Math.min(PAGE_SIZE, left);
    const page = await readAuditStream(context.database.db, context.actor, cursor, asked);
    await printThrough(page.map(change => `${JSON.stringify(change)}\n`).join(''));
    exported.add(page.length);
    cursor = page.at(-1)?.cursor ?? cursor;
    left -= page.length;
    if (page.length === asked) continue;
    if (!follow) break;
    await pause(FOLLOW_MS, interrupt.signal);
  }
  exported.complete();
  printNotice(`Go on with: --after ${cursor}`);
  return EXIT.done;
};
