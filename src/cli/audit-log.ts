import { differencesOf } from '../audit-log/differences.ts';
import {
  type AuditFields,
  type ChangeRecord,
  formatAuditFilter,
  parseAuditFilter,
  readAuditLog,
} from '../audit-log/read.ts';
import type { Env } from '../config/config.ts';
import { CHANGE_WORDS } from '../support/words/words.ts';
import { streamAuditLog } from './audit-log-stream.ts';
import { CommandError, EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import { type Output, openContext } from './open.ts';
import { formatPlain, formatTable, printJson, printLine, printNotice } from './print.ts';

type Options = Output &
  Omit<AuditFields, 'since' | 'until'> & {
    since?: Date;
    until?: Date;
    limit?: number;
    plain?: true;
    after?: string;
    follow?: true;
  };

const LIMIT = 100;

/** `audit-log`. */
export const auditLog = async (env: Env, options: Options): Promise<number> => {
  const { actor, action, target, since, until, limit = LIMIT, after } = options;
  if (after !== undefined) {
    return streamAuditLog(env, { ...options, after, limit: options.limit ?? null });
  }
  if (options.follow)
    throw new CommandError('--follow needs --after, such as --after start.', EXIT.usage);
  const filter = parseAuditFilter({
    actor,
    action,
    target,
    since: since?.toISOString(),
    until: until?.toISOString(),
  });
  await using context = openContext(env);
  // One more than is shown tells whether there are more.
  const found = await readAuditLog(context.database.db, context.actor, filter, {
    limit: limit + 1,
  });
  const changes = found.slice(0, limit);
  const more = found.length > limit;
  if ((options.json || options.plain) && changes.length > 0) {
    const { pool } = context.database;
    await tellExport(pool, context.actor, 'audit_log', formatAuditFilter(filter), changes.length);
  }
  if (options.json) printJson({ changes, more });
  else if (options.plain) {
    if (changes.length > 0) printLine(formatPlain(changes.map(rowWithTarget)));
  } else if (changes.length === 0) printNotice('Nothing matches.');
  else printLine(formatTable([...CHANGE_HEADINGS, 'TARGET'], changes.map(rowWithTarget)));
  if (more)
    printNotice(`There are more; these are the latest ${limit} (raise --limit to see more).`);
  return EXIT.done;
};

export const CHANGE_HEADINGS = ['WHEN', 'WHO', 'WHERE', 'WHAT', 'BEFORE → AFTER', 'WHY'] as const;

/** A change, as a row of a table. */
export const changeRow = (change: ChangeRecord): string[] => [
  change.at,
  change.owner_name === null
    ? change.actor_name
    : `${change.actor_name} (token of ${change.owner_name})`,
  change.face,
  Object.hasOwn(CHANGE_WORDS, change.action)
    ? CHANGE_WORDS[change.action as keyof typeof CHANGE_WORDS]
    : change.action,
  differencesOf(change)
    .map(({ name, before, after }) =>
      before === null ? `${name}: ${after}` : `${name}: ${before} → ${after ?? 'nothing'}`,
    )
    .join('; ')
    .replaceAll('\n', ' '),
  (change.why ?? '').replaceAll('\n', ' '),
];

const rowWithTarget = (change: ChangeRecord): string[] => [...changeRow(change), change.target];
