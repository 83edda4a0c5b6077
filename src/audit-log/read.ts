import type { Face } from '../access/actor.ts';
import { invalid } from '../access/errors.ts';
import { jsonFor, type Viewer, wordsFor } from '../access/mask.ts';
import type { Db } from '../db/client.ts';
import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from '../db/drizzle.ts';
import { auditLog } from '../db/schema-desk.ts';
import { MOMENT_FORMS, parseMoment } from '../model/moment.ts';
import { SUBJECT_KINDS, subjectOf } from '../model/subject.ts';
import { isStorable } from '../seam/storable.ts';
import { CHANGES, type ChangeName } from './record.ts';

/** Who did what, to which, before and after, and why. */
export type ChangeRecord = Readonly<{
  id: number;
  at: string;
  /** `operator:3`, `token:5`, `shell:root`, `app`. */
  actor: string;
  actor_name: string;
  /** Whose token it was, `operator:3` and their name; null where no token did it. */
  owner: string | null;
  owner_name: string | null;
  role: string;
  face: Face;
  action: string;
  target: string;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  why: string | null;
  bulk_run_id: number | null;
}>;

/** A change as this person may read it. */
const changeFor = (viewer: Viewer, change: ChangeRecord): ChangeRecord => ({
  ...change,
  before: jsonFor(viewer, change.before),
  after: jsonFor(viewer, change.after),
  why: change.why && wordsFor(viewer, change.why),
});

/** Which changes are meant; null: any. */
export type AuditFilter = Readonly<{
  /** Their name. */
  actor: string | null;
  action: ChangeName | null;
  /** As it stands in the log, or the bare id of a webview, account or event. */
  target: string | null;
  since: Date | null;
  until: Date | null;
}>;

const FIELDS = ['actor', 'action', 'target', 'since', 'until'] as const;
type Field = (typeof FIELDS)[number];
export type AuditFields = Readonly<Partial<Record<Field, string | undefined>>>;

const LONGEST_TEXT = 600;

/**
 * Reads a filter as it stands in a URL. An empty field is none.
 *
 * @throws SupportError `invalid`, by field
 */
export const parseAuditFilter = (fields: AuditFields): AuditFilter => {
  const faults: Record<string, string> = {};
  const read = <T>(field: Field, as: (text: string) => T | undefined, must: string): T | null => {
    const text = fields[field]?.trim() || null;
    if (text === null) return null;
    const value = as(text);
    if (value === undefined) faults[field] = `"${field}" must be ${must}.`;
    return value ?? null;
  };
  const aText = `at most ${LONGEST_TEXT} characters long`;

  const filter: AuditFilter = {
    actor: read('actor', storable, aText),
    action: read('action', toChange, `one of ${CHANGES.join(', ')}`),
    target: read('target', storable, aText),
    since: read('since', toInstant, MOMENT_FORMS),
    until: read('until', toInstant, MOMENT_FORMS),
  };
  if (Object.keys(faults).length > 0) throw invalid(faults);
  return filter;
};

const storable = (text: string): string | undefined =>
  text.length <= LONGEST_TEXT && isStorable(text) ? text : undefined;
const toChange = (text: string): ChangeName | undefined => CHANGES.find(name => name === text);
const toInstant = (text: string): Date | undefined =>
  parseMoment(text.replace(/^(\S{10}) /, '$1T'), new Date()) ?? undefined;

/** As parseAuditFilter reads it. */
export const formatAuditFilter = (filter: AuditFilter): URLSearchParams =>
  new URLSearchParams(
    FIELDS.flatMap((field): [string, string][] => {
      const value = filter[field];
      if (value === null) return [];
      return [[field, value instanceof Date ? value.toISOString() : value]];
    }),
  );

/** Ids and times rise together, but for transactions that were under way at once: no more than so many. */
const UNDER_WAY_AT_ONCE = 1_000;

/** The time itself, and the ids that can have it: so that an old day is found without reading all since. */
const timeCondition = ({ since, until }: AuditFilter): SQL | undefined =>
  and(
    since === null ? undefined : gte(auditLog.at, since),
    since === null
      ? undefined
      : sql`${auditLog.id} >= (select min(id) from (select id from reconciler.audit_log
             where at >= ${since.toISOString()}::timestamptz order by at limit ${UNDER_WAY_AT_ONCE}) first_ones)`,
    until === null ? undefined : lt(auditLog.at, until),
    until === null
      ? undefined
      : sql`${auditLog.id} <= (select max(id) from (select id from reconciler.audit_log
             where at < ${until.toISOString()}::timestamptz order by at desc limit ${UNDER_WAY_AT_ONCE}) last_ones)`,
  );

/** By any of its names, and by what the case is called by that it belongs to: there people act on it. */
const targetCondition = (target: string | null): SQL | undefined => {
  if (target === null) return undefined;
  const names = [target, ...SUBJECT_KINDS.map(kind => subjectOf(kind, target))];
  return or(
    inArray(auditLog.target, names),
    sql`${auditLog.target} = any(array(
      select 'connected_account:' || connected_account_id from reconciler.reconciliations
       where subject = any(${sql.param(names)}::text[]) and connected_account_id is not null))`,
  );
};

/**
 * The changes that match, as this person may read them, the newest first.
 *
 * @param page.before the id of a change: those that are older
 */
export const readAuditLog = async (
  db: Db,
  viewer: Viewer,
  filter: AuditFilter,
  page: { before?: number | undefined; limit: number },
): Promise<ChangeRecord[]> => {
  const condition = and(
    filter.actor === null ? undefined : eq(auditLog.actorName, filter.actor),
    filter.action === null ? undefined : eq(auditLog.action, filter.action),
    targetCondition(filter.target),
    timeCondition(filter),
    page.before === undefined ? undefined : lt(auditLog.id, page.before),
  );
  return readChanges(db, viewer, condition, page.limit);
};

/** One change, as this person may read it; null where the log has none of that number. */
export const changeOf = async (
  db: Db,
  viewer: Viewer,
  id: number,
): Promise<ChangeRecord | null> => {
  const [change = null] = await readChanges(db, viewer, eq(auditLog.id, id), 1);
  return change;
};

/** What was done to any of these, as this person may read it, the newest first. @param also which of that */
export const changesOf = (
  db: Db,
  viewer: Viewer,
  targets: readonly string[],
  limit: number,
  also?: SQL,
): Promise<ChangeRecord[]> =>
  readChanges(db, viewer, and(inArray(auditLog.target, [...targets]), also), limit);

const readChanges = async (
  db: Db,
  viewer: Viewer,
  condition: SQL | undefined,
  limit: number,
): Promise<ChangeRecord[]> => {
  const rows = await db
    .select()
    .from(auditLog)
    .where(condition)
    .orderBy(desc(auditLog.id))
    .limit(limit);
  return rows.map(row => recordFor(viewer, row));
};

/** A row as this person may read it. */
export const recordFor = (viewer: Viewer, row: typeof auditLog.$inferSelect): ChangeRecord =>
  changeFor(viewer, toRecord(row));

const toRecord = (row: typeof auditLog.$inferSelect): ChangeRecord => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: row.actor,
  actor_name: row.actorName,
  owner: row.owner,
  owner_name: row.ownerName,
  role: row.role,
  face: row.face,
  action: row.action,
  target: row.target,
  before: row.before,
  after: row.after,
  why: row.why,
  bulk_run_id: row.bulkRunId,
});

const PAGE_SIZE = 500;

/** All that match, as this person may read them, the newest first, page by page: for a file. */
export async function* walkAuditLog(
  db: Db,
  viewer: Viewer,
  filter: AuditFilter,
): AsyncGenerator<ChangeRecord[]> {
  let before: number | undefined;
  for (;;) {
    const page = await readAuditLog(db, viewer, filter, { before, limit: PAGE_SIZE });
    if (page.length > 0) yield page;
    before = page.at(-1)?.id;
    if (page.length < PAGE_SIZE) return;
  }
}
