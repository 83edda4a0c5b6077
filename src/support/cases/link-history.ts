import { userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, inArray, lte, sql } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { auditLog } from '../../db/schema-desk.ts';
import { endedLink } from '../../reconcile/ended.ts';

/** Who or what made a link, or ended it. */
export type LinkCause = Readonly<{
  kind: 'run' | 'event' | 'person';
  /** Of the run, the event, or the row of the audit log. */
  id: string;
  /** Of a person: their name, and what they gave as their reason. */
  name: string | null;
  why: string | null;
}>;

/** That an account was, or is, linked to a user. */
export type LinkRecord = Readonly<{
  id: number;
  user_id: string;
  linked_at: string;
  linked_by: LinkCause;
  /** Null: it stands. */
  unlinked_at: string | null;
  unlinked_by: LinkCause | null;
  unlinked_because: string | null;
  /** Made from an event; Seam has yet to say the same. */
  provisional: boolean;
}>;

/** A link as this person may read of it: who made it gave a reason in their own words. */
const linkFor = (viewer: Viewer, link: LinkRecord): LinkRecord => {
  const cause = (of: LinkCause): LinkCause => ({ ...of, why: of.why && wordsFor(viewer, of.why) });
  return {
    ...link,
    user_id: userIdFor(viewer, link.user_id),
    linked_by: cause(link.linked_by),
    unlinked_by: link.unlinked_by && cause(link.unlinked_by),
  };
};

/**
 * The links of an account, as this person may read of them, the newest first.
 *
 * @param upTo the id of a link: it, and those that are older
 */
export const linksOf = async (
  db: Db,
  viewer: Viewer,
  connectedAccountId: string,
  limit: number,
  upTo?: number,
): Promise<LinkRecord[]> => {
  const rows = await db
    .select()
    .from(links)
    .where(
      and(
        eq(links.connectedAccountId, connectedAccountId),
        upTo === undefined ? undefined : lte(links.id, upTo),
      ),
    )
    .orderBy(desc(links.id))
    .limit(limit);
  const people = await peopleOf(
    db,
    rows.flatMap(row => [row.linkedByChange, row.unlinkedByChange]).filter(id => id !== null),
  );
  const records = rows.map(
    (row): LinkRecord => ({
      id: row.id,
      user_id: row.userId,
      linked_at: row.linkedAt.toISOString(),
      linked_by:
        personally(people, row.linkedByChange) ??
        (row.linkedByRun === 0
          ? { kind: 'event', id: row.provisionalEventId ?? '', name: null, why: null }
          : ofRun(row.linkedByRun)),
      unlinked_at: row.unlinkedAt?.toISOString() ?? null,
      unlinked_by:
        personally(people, row.unlinkedByChange) ??
        (row.unlinkedByRun === null ? null : ofRun(row.unlinkedByRun)),
      unlinked_because: row.unlinkedBecause,
      provisional: row.provisionalEventId !== null && row.confirmedAt === null,
    }),
  );
  return records.map(link => linkFor(viewer, link));
};

const ofRun = (id: number): LinkCause => ({ kind: 'run', id: String(id), name: null, why: null });

type People = ReadonlyMap<number, Readonly<{ name: string; why: string | null }>>;

const peopleOf = async (db: Db, auditIds: readonly number[]): Promise<People> => {
  if (auditIds.length === 0) return new Map();
  const rows = await db
    .select({ id: auditLog.id, name: auditLog.actorName, why: auditLog.why })
    .from(auditLog)
    .where(inArray(auditLog.id, [...auditIds]));
  return new Map(rows.map(row => [row.id, row]));
};

const personally = (people: People, auditId: number | null): LinkCause | null => {
  if (auditId === null) return null;
  const { name = null, why = null } = people.get(auditId) ?? {};
  return { kind: 'person', id: String(auditId), name, why };
};

/** That a person unlinked an account, which nobody has for that. */
export type Unlinked = Readonly<{
  /** Whose it was. */
  user_id: string;
  at: string;
  /** Who did it, and why; null where that is not in the audit log any more. */
  by: string | null;
  why: string | null;
  /** What undoes it: the row of the audit log, and the case that it was done from. */
  audit_id: number;
  subject: string;
}>;

/** As this person may read of it; null where nobody did, or that counts no more. */
export const unlinkedOf = async (
  db: Db,
  viewer: Viewer,
  connectedAccountId: string,
): Promise<Unlinked | null> => {
  const { rows } = await db.execute<Ended>(sql`
    select e.user_id, e.unlinked_at as at, e.unlinked_by_audit::float8 as audit_id,
           a.actor_name as by, a.why, coalesce(a.target, '') as subject
      from (select ${connectedAccountId}::text as id) asked
     cross join lateral (${sql.raw(endedLink('asked.id'))}) e
      left join reconciler.audit_log a on a.id = e.unlinked_by_audit`);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    ...row,
    user_id: userIdFor(viewer, row.user_id),
    at: new Date(row.at).toISOString(),
    why: row.why && wordsFor(viewer, row.why),
  };
};

type Ended = {
  user_id: string;
  at: string;
  audit_id: number;
  by: string | null;
  why: string | null;
  subject: string;
};
