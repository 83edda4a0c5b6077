import type { Env } from '../config/config.ts';
import { type FailedLogins, readRepeatedFailures } from '../support/finding/failed-logins.ts';
import { failedTimes, providerName } from '../support/words/words.ts';
import { CommandError, EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** What came from outside must not move the cursor or start a line of its own. */
const oneLine = (text: string): string => text.replace(/\p{C}/gu, '�');

/** A person's logins that failed, as one line. */
export const describeFailedLogins = (found: FailedLogins): string => {
  const provider = providerName(found.provider);
  return oneLine(
    [
      `${found.user_id}: ${failedTimes(found.times)} since ${found.since}`,
      `the last at ${found.last_at}${provider === null ? '' : ` with ${provider}`}`,
      ...(found.description === null ? [] : [`Seam says: “${found.description}”`]),
      found.succeeded_since ? 'signed in since' : 'not signed in since',
    ].join('; '),
  );
};

/** `failed-logins`. */
export const failedLogins = async (env: Env, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const found = await readRepeatedFailures(desk, actor);
  if (found === null) throw new CommandError('That takes too long to tell just now.', EXIT.failed);
  if (options.json) {
    if (found.length > 0) {
      const what = new URLSearchParams({ failed_logins: 'again' });
      await tellExport(desk.pool, actor, 'connections', what, found.length);
    }
    printJson({ failed_logins: found });
    return EXIT.done;
  }
  if (found.length === 0) printNotice('No user’s sign-ins failed again and again.');
  else {
    printLine(
      formatTable(
        ['USER', 'FAILED', 'SINCE', 'LAST', 'PROVIDER', 'SEAM SAYS', 'CASE'],
        found.map(each => [
          each.user_id,
          String(each.times),
          each.since,
          each.last_at,
          providerName(each.provider) ?? '-',
          oneLine(each.description ?? '-'),
          each.subject,
        ]),
      ),
    );
  }
  return EXIT.done;
};
