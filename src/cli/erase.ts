import type { Env } from '../config/config.ts';
import { interruptible } from '../ops/interrupt.ts';
import { type ErasureResult, erasePerson } from '../support/erasure/erase.ts';
import { personalDataOf } from '../support/erasure/report.ts';
import { confirm } from './confirm.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** `erase --user <id>`. */
export const erase = async (
  env: Env,
  {
    user,
    why,
    dryRun,
    yes,
    json,
  }: Output & { user: string; why?: string; dryRun?: true; yes?: true },
): Promise<number> => {
  if (!dryRun && why === undefined) {
    throw new CommandError(
      'Say why with --why, or use --dry-run to see what there is.',
      EXIT.usage,
    );
  }
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  if (dryRun) {
    const told = await personalDataOf(desk, actor, user);
    printJson({ ...told, dry_run: true });
    if (!told.complete) printNotice('There is more than is listed: some table has too many rows.');
    return EXIT.done;
  }
  const question = `Erase everything that is stored about the user ${user}? This can't be undone.`;
  await confirm(question, yes === true);
  using interrupt = interruptible();
  const order = { userId: user, why: why ?? '' };
  const result = await erasePerson(desk, actor, order, interrupt.signal);
  if (json) printJson(result);
  else printResult(result);
  return result.finished ? EXIT.done : EXIT.interrupted;
};

const printResult = ({ pseudonym, finished, counts, ...rest }: ErasureResult): void => {
  const tables = Object.entries(counts);
  if (tables.length === 0) printLine(finished ? 'Nothing was stored about them.' : 'Not finished.');
  else {
    printLine(
      formatTable(
        ['TABLE', 'ROWS CHANGED'],
        tables.map(([name, count]) => [name, String(count)]),
      ),
    );
    printLine(`In place of the user's id it now says ${pseudonym}.`);
  }
  if (!finished) {
    printNotice(
      'It isn’t finished: "work" continues it automatically, and so does the same command.',
    );
  }
  if (rest.user_is_still_there) {
    printNotice(
      'Your users table still has the user. Delete them there, and their accounts in Seam, or new events will name them again.',
    );
  }
};
