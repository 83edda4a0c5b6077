import type pg from 'pg';
import { invalid } from '../../access/errors.ts';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { toTold } from '../../alerts/words.ts';
import type { AlertSettings } from '../../config/alerts.ts';
import type { AlertNoticeKind, AlertRule } from '../../model/alert.ts';
import { CURSOR_TIME, formatCursor, parseCursor } from '../finding/cursor.ts';
import { ALERT_TITLES } from '../words/alert-words.ts';
import { IN_FORCE, SILENCE_COLUMNS, type Silence, type SilenceRow, toSilence } from './silence.ts';

/** One message about an alert to one channel. */
export type AlertNotice = Readonly<{
  channel: string;
  kind: Exclude<AlertNoticeKind, 'test'>;
  state: 'sent' | 'waiting' | 'retrying' | 'given_up';
  at: string;
  sent_at: string | null;
  next_try_at: string | null;
  attempts: number;
  /** What the last try came to; null: it was taken, or there was none. */
  fault: string | null;
}>;

/** Something that is wrong, or was. */
export type Alert = Readonly<{
  id: number;
  rule: AlertRule;
  title: string;
  /** A workspace, an endpoint, a reason; empty: the whole. */
  about: string;
  sentence: string;
  began_at: string;
  seen_at: string;
  /** Null: it is still so. */
  ended_at: string | null;
  /** What to do first, in a line. */
  first_step: string;
  /** What else to do: a URL, or a page of this repository where nobody has said where those are read. */
  runbook: string;
  /** Where in the console it is seen to: `/support/…`. */
  page: string;
  /** Null: its messages are sent. */
  silence: Silence | null;
  /** Whom it was told to, the first message first. */
  told: readonly AlertNotice[];
}>;

export type AlertList = Readonly<{
  alerts: readonly Alert[];
  /** Null: that was all. */
  next_cursor: string | null;
}>;

type AlertRow = Readonly<{
  id: number;
  rule: AlertRule;
  about: string;
  sentence: string;
  began_at: Date;
  seen_at: Date;
  ended_at: Date | null;
  place: string;
}>;

/** For so long what is over is listed. */
const LISTED_DAYS = 30;
/** Where those that are open stand: before all that is over. */
const OPEN_AT = '9999-12-31T23:59:59.999999Z';

const ID = /^\d{1,18}$/;

/** @throws SupportError `invalid` (cursor) */
const placeOf = (cursor: string): { at: string; id: string } => {
  const { at, subject: id } = parseCursor(cursor);
  if (ID.test(id)) return { at, id };
  throw invalid({
    cursor: 'This "cursor" didn\'t come from a list. Start at the first page.',
  });
};

/** Of each alert: the silence in force that lasts longest. */
const silencesOf = async (
  pool: Pick<pg.Pool, 'query'>,
  viewer: Viewer,
  rows: readonly AlertRow[],
): Promise<ReadonlyMap<number, Silence>> => {
  const open = rows.filter(row => row.ended_at === null);
  if (open.length === 0) return new Map();
  const { rows: found } = await pool.query<SilenceRow & { alert_id: number }>(
    `select distinct on (a.id) a.id::int as alert_id, ${SILENCE_COLUMNS}
       from reconciler.alerts a
       join reconciler.alert_silences s
         on (s.rule is null or s.rule = a.rule) and (s.about is null or s.about = a.about)
      where a.id = any($1) and ${IN_FORCE}
      order by a.id, s.until desc`,
    [open.map(({ id }) => id)],
  );
  return new Map(found.map(({ alert_id, ...silence }) => [alert_id, toSilence(viewer, silence)]));
};

type NoticeRow = Readonly<{
  channel: string;
  kind: AlertNotice['kind'];
  alert_ids: (string | number)[];
  created_at: Date;
  sent_at: Date | null;
  next_try_at: Date | null;
  attempts: number;
  fault: string | null;
}>;

/** More of them are of no use on a page. */
const MOST_NOTICES = 2_000;

const stateOf = (row: NoticeRow): AlertNotice['state'] => {
  if (row.sent_at !== null) return 'sent';
  if (row.next_try_at === null) return 'given_up';
  return row.attempts > 0 ? 'retrying' : 'waiting';
};

const toNotice = (viewer: Viewer, row: NoticeRow): AlertNotice => {
  const state = stateOf(row);
  return {
    channel: row.channel,
    kind: row.kind,
    state,
    at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
    next_try_at: state === 'sent' ? null : (row.next_try_at?.toISOString() ?? null),
    attempts: row.attempts,
    fault: state === 'sent' ? null : wordsFor(viewer, row.fault),
  };
};

const noticesOf = async (
  pool: Pick<pg.Pool, 'query'>,
  rows: readonly AlertRow[],
): Promise<NoticeRow[]> => {
  if (rows.length === 0) return [];
  const first = Math.min(...rows.map(({ began_at }) => began_at.getTime()));
  const { rows: found } = await pool.query<NoticeRow>(
    `select channel, kind, alert_ids, created_at, sent_at, next_try_at, attempts, fault
       from reconciler.alert_notices
      where created_at >= $1 and kind <> 'test' and alert_ids && $2::bigint[]
      order by created_at desc, id desc limit ${MOST_NOTICES}`,
    [new Date(first), rows.map(({ id }) => id)],
  );
  return found.toReversed();
};

/** What is read for it: the tables, and where the runbooks are. */
type AlertReader = Readonly<{
  pool: Pick<pg.Pool, 'query'>;
  config: Readonly<{ alerts: Pick<AlertSettings, 'runbooksUrl'> }>;
}>;

const CONSOLE = '/support';

/** Where it is seen to, and what to do about it. */
const whatToDo = (row: Omit<AlertRow, 'place'>, { config }: Pick<AlertReader, 'config'>) => {
  const { runbooksUrl } = config.alerts;
  const { firstStep, runbook, page } = toTold(
    { ...row, beganAt: row.began_at, endedAt: row.ended_at },
    { consoleUrl: CONSOLE, runbooksUrl },
  );
  return { first_step: firstStep, runbook, page: page ?? CONSOLE };
};

/**
 * The alerts that are open, the latest first, and then those that were over within 30 days, page by page.
 *
 * @throws SupportError `invalid` (cursor)
 */
export const readAlerts = async (
  { pool, config }: AlertReader,
  viewer: Viewer,
  { cursor, limit, isOpen = false }: Readonly<{ cursor?: string; limit: number; isOpen?: boolean }>,
): Promise<AlertList> => {
  const after = cursor === undefined ? null : placeOf(cursor);
  const { rows } = await pool.query<AlertRow>(
    `select * from (
       select id::int, rule, about, sentence, began_at, seen_at, ended_at,
              to_char(coalesce(ended_at, '${OPEN_AT}'::timestamptz) at time zone 'UTC', $1) as place
         from reconciler.alerts
        where ended_at is null or (not $2 and ended_at > now() - interval '${LISTED_DAYS} days')
     ) listed
      where $3::text is null or (place, id) < ($3, $4::bigint)
      order by place desc, id desc limit $5`,
    [CURSOR_TIME, isOpen, after?.at ?? null, after?.id ?? null, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const [silences, notices] = await Promise.all([
    silencesOf(pool, viewer, shown),
    noticesOf(pool, shown),
  ]);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    alerts: shown.map(({ place: _place, ...row }) => ({
      ...row,
      title: ALERT_TITLES[row.rule],
      sentence: wordsFor(viewer, row.sentence),
      began_at: row.began_at.toISOString(),
      seen_at: row.seen_at.toISOString(),
      ended_at: row.ended_at?.toISOString() ?? null,
      ...whatToDo(row, { config }),
      silence: silences.get(row.id) ?? null,
      told: notices
        .filter(({ alert_ids: ids }) => ids.map(Number).includes(row.id))
        .map(notice => toNotice(viewer, notice)),
    })),
    next_cursor:
      last === undefined ? null : formatCursor({ at: last.place, subject: String(last.id) }),
  };
};

/** How many alerts are open. */
export const countOpenAlerts = async (pool: Pick<pg.Pool, 'query'>): Promise<number> => {
  const { rows } = await pool.query<{ open: number }>({
    name: 'open-alerts',
    text: 'select count(*)::int as open from reconciler.alerts where ended_at is null',
  });
  return rows[0]?.open ?? 0;
};

const MOST_SILENCES = 100;

/** The silences in force, the one that ends first first. */
export const readSilences = async (
  pool: Pick<pg.Pool, 'query'>,
  viewer: Viewer,
): Promise<Silence[]> => {
  const { rows } = await pool.query<SilenceRow>(
    `select ${SILENCE_COLUMNS} from reconciler.alert_silences s
      where ${IN_FORCE} order by s.until, s.id limit ${MOST_SILENCES}`,
  );
  return rows.map(row => toSilence(viewer, row));
};
