import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { ALERT_RULES, type AlertRule } from '../../model/alert.ts';
import { parseTimeToCome } from '../shifts/until.ts';
import { isAlertRule } from '../words/alert-words.ts';

/** That no messages are sent of some alerts for a time. They are still on the page. */
export type Silence = Readonly<{
  id: number;
  /** Null: all rules. */
  rule: AlertRule | null;
  /** Null: whatever it is about. */
  about: string | null;
  until: string;
  why: string;
  by: string;
  at: string;
}>;

export type SilenceRow = Readonly<{
  id: number;
  rule: AlertRule | null;
  about: string | null;
  until: Date;
  why: string;
  by: string;
  at: Date;
}>;

/** The columns of a silence `s`, in SQL. */
export const SILENCE_COLUMNS = 's.id::int, s.rule, s.about, s.until, s.why, s.by, s.at';
/** Whether a silence `s` goes on, in SQL. */
export const IN_FORCE = 's.ended_at is null and s.until > now()';

/** As this person may read of it. */
export const toSilence = (viewer: Viewer, row: SilenceRow): Silence => ({
  ...row,
  until: row.until.toISOString(),
  why: wordsFor(viewer, row.why),
  at: row.at.toISOString(),
});

const LONGEST_WHY = 500;
const LONGEST_ABOUT = 600;
/** What is silenced for longer is to be switched off, or mended. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

/** What is to be silent, as it was typed or sent; none: all. */
export type Silenced = Readonly<{ rule?: string | null; about?: string | null }>;

const UNTIL_FORMS =
  'Say how long (2h, 3d), a time (2026-12-01 is 9:00 on that day, or 2026-12-01T14:00), "tomorrow" or "monday".';

const untilFault = (until: Date | null, now: Date): string | null => {
  if (until === null || Number.isNaN(until.getTime())) return UNTIL_FORMS;
  const ms = until.getTime() - now.getTime();
  if (ms <= 0) return 'Choose a time that is still to come.';
  if (ms > MOST_DAYS * DAY_MS) return `Choose a time within ${MOST_DAYS} days.`;
  return null;
};

const whyFault = (why: string): string | null => {
  if (why === '') return 'Say why: whoever hears nothing will want to know.';
  return why.length > LONGEST_WHY ? `Say why in at most ${LONGEST_WHY} characters.` : null;
};

const ruleFault = ({ rule = null, about = null }: Silenced): string | null => {
  if (rule === null) {
    return about === null ? null : 'Say of which rule: only then does it say what it is about.';
  }
  if (about !== null && (about.length > LONGEST_ABOUT || /\p{C}/u.test(about))) {
    return `Say of what as the alert has it: at most ${LONGEST_ABOUT} characters, none of them invisible.`;
  }
  return isAlertRule(rule)
    ? null
    : `There is no such rule. Choose one of ${ALERT_RULES.join(', ')}.`;
};

/** @throws SupportError `invalid` (rule, until, why) */
const insistOnGood = (
  silenced: Silenced,
  until: Date | null,
  why: string,
): { rule: AlertRule | null; until: Date } => {
  const faults = {
    rule: ruleFault(silenced),
    until: untilFault(until, new Date()),
    why: whyFault(why),
  };
  const found = Object.entries(faults).flatMap(([field, fault]) =>
    fault === null ? [] : [[field, fault] as const],
  );
  const { rule = null } = silenced;
  if (found.length > 0 || until === null || (rule !== null && !isAlertRule(rule))) {
    throw invalid(Object.fromEntries(found));
  }
  return { rule, until };
};

const targetOf = ({ rule, about }: Pick<SilenceRow, 'rule' | 'about'>): string =>
  ['alerts', ...[rule, about].filter(each => each !== null)].join(':');

const asAudited = ({ until, why }: Pick<SilenceRow, 'until' | 'why'>) => ({
  silenced_until: until.toISOString(),
  why,
});

/** One at a time may say something of silences. */
const lockSilences = (client: Client): Promise<unknown> =>
  client.query(`select pg_advisory_xact_lock(hashtextextended('silences of alerts', 0))`);

/**
 * Has no messages sent of one alert, of a rule, or of everything, for a time. What is silenced already is silenced as is
 * said now.
 *
 * @param wanted.until how long, or until when, as `parseTimeToCome` reads it
 * @param wanted.timeZone of whoever says it
 * @throws SupportError `not_allowed`; `invalid` (rule, until, why); DoneBeforeError
 */
export const silenceAlerts = async (
  pool: pg.Pool,
  actor: Actor,
  wanted: Silenced & Readonly<{ until: string; timeZone: string; why: string }>,
): Promise<Silence> => {
  insistOn(actor, 'silence_alerts');
  const why = wanted.why.toWellFormed().replaceAll('\0', ' ').trim();
  const { timeZone, about = null } = wanted;
  const given = parseTimeToCome(wanted.until, { now: new Date(), timeZone });
  const { rule, until } = insistOnGood(wanted, given, why);
  return inTransactionWithRetries(pool, async client => {
    await lockSilences(client);
    const { rows: before } = await client.query<SilenceRow>(
      `update reconciler.alert_silences s set ended_at = clock_timestamp()
        where ${IN_FORCE} and rule is not distinct from $1 and about is not distinct from $2
        returning ${SILENCE_COLUMNS}`,
      [rule, about],
    );
    const [had] = before;
    await recordChange(client, actor, {
      action: 'silence_alerts',
      target: targetOf({ rule, about }),
      ...(had === undefined ? {} : { before: asAudited(had) }),
      after: { silenced_until: until.toISOString() },
      why,
    });
    const { rows } = await client.query<SilenceRow>(
      `insert into reconciler.alert_silences as s (rule, about, until, why, by)
       values ($1, $2, $3, $4, $5) returning ${SILENCE_COLUMNS}`,
      [rule, about, until, why, actor.name],
    );
    return toSilence(actor, rows[0] as SilenceRow);
  });
};

/**
 * Ends a silence before its time: of what is wrong then, messages are sent again.
 *
 * @returns the silence that has ended
 * @throws SupportError `not_allowed`, `not_found`, `conflict` (it is over already); DoneBeforeError
 */
export const endSilence = async (pool: pg.Pool, actor: Actor, id: number): Promise<Silence> => {
  insistOn(actor, 'silence_alerts');
  return inTransactionWithRetries(pool, async client => {
    const { rows } = await client.query<SilenceRow & { in_force: boolean }>(
      `select ${SILENCE_COLUMNS}, ${IN_FORCE} as in_force
         from reconciler.alert_silences s where id = $1 for update`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new SupportError('not_found', `There is no silence ${id}.`);
    const { in_force: isInForce, ...silence } = row;
    // First of all: of a form that is sent twice, the second must not find that it is over.
    await recordChange(client, actor, {
      action: 'end_silence',
      target: targetOf(silence),
      before: asAudited(silence),
    });
    if (!isInForce) throw new SupportError('conflict', 'This silence is over already.');
    await client.query(
      'update reconciler.alert_silences set ended_at = clock_timestamp() where id = $1',
      [id],
    );
    return toSilence(actor, silence);
  });
};
