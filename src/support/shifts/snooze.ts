import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { type CaseMembers, caseNamed } from '../cases/members.ts';
import { cleanNote } from '../cases/notes.ts';
import { GOES_ON } from './conditions.ts';
import { lockCase, namesOfCase, withNames } from './names.ts';

/** Until when a case is to be out of sight. */
export type Until = Readonly<{
  /** Null: until there is news. */
  until: Date | null;
  /** Whether news ends it, also before its time. */
  untilNews: boolean;
}>;

/** A case that was put to sleep. */
export type Snoozed = Readonly<{ case: string; until: string | null; until_news: boolean }>;

/** `undone`: the change that this takes back, of the audit log. */
type Giving = Until & Readonly<{ why?: string | undefined; bulkRunId?: number; undone?: number }>;

/** Longer than anybody remembers why. */
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

const insistOnTime = ({ until, untilNews }: Until): void => {
  if (until === null) {
    if (!untilNews) throw invalid({ until: 'Say until when: a time, or until there is news.' });
    return;
  }
  const ms = until.getTime() - Date.now();
  if (Number.isNaN(ms) || ms <= 0) throw invalid({ until: 'Choose a time that is still to come.' });
  if (ms > MOST_DAYS * DAY_MS) {
    throw invalid({ until: 'Choose a time within a year: nobody remembers for longer.' });
  }
};

/**
 * Puts a case out of sight until a time, until there is news of it, or whichever comes first. News is whatever has it
 * looked at anew: an event of Seam's, or somebody's retry. One that sleeps already sleeps as is said now.
 *
 * @param named any subject of the case, or what it is called by
 * @throws SupportError `not_found`, `invalid` (until, why), `not_allowed`; DoneBeforeError
 */
export const snooze = async (
  { pool }: Readonly<{ pool: pg.Pool }>,
  actor: Actor,
  named: string,
  given: Giving,
): Promise<Snoozed> => {
  insistOn(actor, 'snooze');
  insistOnTime(given);
  const why = given.why?.trim() ? cleanNote(given.why, 'why') : null;
  return inTransactionWithRetries(pool, async client =>
    snoozeWithin(client, actor, await caseNamed(client, named), {
      ...given,
      why: why ?? undefined,
    }),
  );
};

/** The same within a transaction, for whoever may. */
export const snoozeWithin = async (
  client: Client,
  actor: Actor,
  found: CaseMembers,
  { until, untilNews, why, bulkRunId, undone }: Giving,
): Promise<Snoozed> => {
  await lockCase(client, found);
  const before = await sleepOf(client, found);
  const after = { until: until?.toISOString() ?? null, until_news: untilNews };
  await recordChange(client, actor, {
    action: 'snooze',
    target: found.key,
    ...(before === null ? {} : { before }),
    after: undone === undefined ? after : { ...after, undone },
    why,
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  await forget(client, found);
  await client.query(
    `insert into reconciler.snoozes as s (subject, until, until_news, heard, why, by, at)
     values ($1, $2, $3, 0, $4, $5, clock_timestamp())`,
    [found.key, until, untilNews, why ?? null, actor.name],
  );
  // Heard is what its names come to, told by the very words that ask later whether it has grown.
  await client.query(
    `update reconciler.snoozes t set heard = (
       select coalesce(sum(member.generation), 0) from reconciler.snoozes s ${withNames('s')}
         join reconciler.reconciliations member on member.subject = any(s_case.names)
        where s.subject = $1)
      where t.subject = $1`,
    [found.key],
  );
  return { case: found.key, ...after };
};

/**
 * Has a case in sight again.
 *
 * @throws SupportError `not_found`, `refused` (it doesn't sleep), `not_allowed`; DoneBeforeError
 */
export const wake = async (
  { pool }: Readonly<{ pool: pg.Pool }>,
  actor: Actor,
  named: string,
): Promise<Readonly<{ case: string }>> => {
  insistOn(actor, 'snooze');
  return inTransactionWithRetries(pool, async client =>
    wakeWithin(client, actor, await caseNamed(client, named)),
  );
};

/** The same within a transaction, for whoever may. @param given.undone the snooze that this takes back */
export const wakeWithin = async (
  client: Client,
  actor: Actor,
  found: CaseMembers,
  { undone }: Readonly<{ undone?: number }> = {},
): Promise<Readonly<{ case: string }>> => {
  await lockCase(client, found);
  const before = await sleepOf(client, found);
  // First of all: of a form that is sent twice, the second must not find that it doesn't sleep.
  await recordChange(client, actor, {
    action: 'end_snooze',
    target: found.key,
    ...(before === null ? {} : { before }),
    ...(undone === undefined ? {} : { after: { undone } }),
  });
  if (before === null) throw new SupportError('refused', 'This case isn’t snoozed.');
  await forget(client, found);
  return { case: found.key };
};

const forget = (client: Client, found: CaseMembers): Promise<unknown> =>
  client.query('delete from reconciler.snoozes where subject = any($1)', [namesOfCase(found)]);

/** How it sleeps now, as the audit log has it. */
export const sleepOf = async (client: Pick<Client, 'query'>, found: CaseMembers) => {
  const { rows } = await client.query<{ until: Date | null; until_news: boolean }>(
    `select s.until, s.until_news from reconciler.snoozes s ${withNames('s')}
      where s.subject = any($1) and ${GOES_ON} order by s.at desc limit 1`,
    [namesOfCase(found)],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { until: row.until?.toISOString() ?? null, until_news: row.until_news };
};
