import { type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { sql } from '../../db/drizzle.ts';
import type { CaseMembers } from '../cases/members.ts';
import { GOES_ON } from './conditions.ts';
import { namesOfCase, withNames } from './names.ts';

/** Whose a case is to look after. */
export type Assignee = Readonly<{
  operatorId: number;
  name: string;
  /** Whoever is disabled no longer looks after it. */
  isDisabled: boolean;
  by: string;
  at: string;
}>;

/** That a case is out of sight, and for how long. */
export type Snooze = Readonly<{
  /** Null: until there is news. */
  until: string | null;
  untilNews: boolean;
  why: string | null;
  by: string;
  at: string;
}>;

/** What people have written on it. */
type NotesMark = Readonly<{
  /** As many as there are, up to 100. */
  count: number;
  newest: Readonly<{ text: string; by: string; at: string }> | null;
}>;

/** How people share a case. */
export type Shift = Readonly<{
  /** Null: nobody's. */
  assignee: Assignee | null;
  /** Null: it doesn't sleep. */
  snooze: Snooze | null;
  notes: NotesMark;
}>;

const MOST_NOTES = 100;

type Asked = Readonly<{ key: string; names: readonly string[] }>;
type Row = Readonly<
  { key: string; assignee: Assignee | null; snooze: Snooze | null } & { notes: NotesMark }
>;

const utc = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const read = async (db: Db, asked: readonly Asked[]): Promise<readonly Row[]> => {
  const { rows } = await db.execute<Row>(sql`
    select asked.key, ${sql.raw(`
           (select case when latest.operator_id is not null then
                     json_build_object('operatorId', latest.operator_id, 'name', o.name,
                                       'isDisabled', o.disabled_at is not null, 'by', latest.assigned_by,
                                       'at', ${utc('latest.assigned_at')}) end
              from (select a.* from reconciler.assignments a where a.subject = any(asked.names)
                     order by a.assigned_at desc, a.subject limit 1) latest
              left join reconciler.operators o on o.id = latest.operator_id) as assignee,
           (select json_build_object('until', ${utc('s.until')}, 'untilNews', s.until_news, 'why', s.why, 'by', s.by,
                                     'at', ${utc('s.at')})
              from reconciler.snoozes s ${withNames('s')}
             where s.subject = any(asked.names) and ${GOES_ON}
             order by s.at desc limit 1) as snooze,
           json_build_object(
             'count', (select count(*) from (select from reconciler.notes n where n.subject = any(asked.names)
                                              limit ${MOST_NOTES}) few),
             'newest', (select json_build_object('text', left(n.text, 1000), 'by', n.by, 'at', ${utc('n.at')})
                          from reconciler.notes n where n.subject = any(asked.names)
                         order by n.id desc limit 1)) as notes`)}
      from (select a.key, array(select jsonb_array_elements_text(a.names)) as names
              from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a(key text, names jsonb)) asked`);
  return rows;
};

/**
 * How people share these cases: who has each, whether it sleeps, and what was written on it, as this person may read it.
 *
 * @returns by the case's key; each case that was given has one
 */
export const shiftsOf = async (
  db: Db,
  viewer: Viewer,
  cases: readonly CaseMembers[],
): Promise<ReadonlyMap<string, Shift>> => {
  if (cases.length === 0) return new Map();
  const rows = await read(
    db,
    cases.map(each => ({ key: each.key, names: namesOfCase(each) })),
  );
  return new Map(rows.map(row => [row.key, shiftFor(viewer, row)]));
};

const shiftFor = (viewer: Viewer, { assignee, snooze, notes }: Row): Shift => ({
  assignee,
  snooze: snooze === null ? null : { ...snooze, why: wordsFor(viewer, snooze.why) },
  notes: {
    count: notes.count,
    newest:
      notes.newest === null ? null : { ...notes.newest, text: wordsFor(viewer, notes.newest.text) },
  },
});
