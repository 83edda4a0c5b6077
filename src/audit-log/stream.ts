import { invalid } from '../access/errors.ts';
import type { Viewer } from '../access/mask.ts';
import type { Db } from '../db/client.ts';
import { and, asc, sql } from '../db/drizzle.ts';
import { auditLog } from '../db/schema-desk.ts';
import { type ChangeRecord, recordFor } from './read.ts';

/** Up to where somebody has the audit log, as text: `start`, or what `cursorOf` says of a change. */
export const CURSOR_FORM =
  '"start", or the cursor of the last change received, such as "7312-4051"';
const FORM = /^(\d{1,20})-(\d{1,15})$/;
const LARGEST_TX = 2n ** 64n - 1n;

type Place = Readonly<{ tx: string; id: number }>;
/** No transaction has this number, and no row this id. */
const START: Place = { tx: '0', id: 0 };

/** @throws SupportError `invalid` */
const parseCursor = (text: string): Place => {
  if (text === 'start') return START;
  const [, tx, id] = FORM.exec(text) ?? [];
  if (tx === undefined || id === undefined || BigInt(tx) > LARGEST_TX) {
    throw invalid({ after: `"after" must be ${CURSOR_FORM}.` });
  }
  return { tx, id: Number(id) };
};

/** A change, and the cursor of whoever has received it. */
export type StreamedChange = ChangeRecord & Readonly<{ cursor: string }>;

const VOID =
  'This database has never given out that cursor (was it restored from a dump?). Begin again with "start"; the id and time of each change tell which ones you have.';

/**
 * The changes after a cursor, as this person may read them, the oldest first: each once, and none left out. A row's
 * id is taken before its transaction commits, so the ids that can be seen have gaps that fill up later. Hence only
 * what was written by transactions older than all that are open now is given out, in their order: nothing can come
 * to stand before it any more. What is younger waits for them.
 *
 * @param after `start`, or the cursor of the last one received
 * @returns none when there are no further ones yet
 * @throws SupportError `invalid`, also for a cursor of another database
 */
export const readAuditStream = async (
  db: Db,
  viewer: Viewer,
  after: string,
  limit: number,
): Promise<StreamedChange[]> => {
  const place = parseCursor(after);
  const rows = await db
    .select()
    .from(auditLog)
    .where(
      and(
        sql`(${auditLog.tx}, ${auditLog.id}) > (${place.tx}::xid8, ${place.id}::bigint)`,
        sql`${auditLog.tx} < pg_snapshot_xmin(pg_current_snapshot())`,
      ),
    )
    .orderBy(asc(auditLog.tx), asc(auditLog.id))
    .limit(limit);
  if (rows.length === 0 && place !== START) await insistOnOwnCursor(db, place);
  return rows.map(row => ({ ...recordFor(viewer, row), cursor: `${row.tx}-${row.id}` }));
};

/** What was given out is older than all that is open, and stays so: a cursor that isn't comes from elsewhere. */
const insistOnOwnCursor = async (db: Db, { tx }: Place): Promise<void> => {
  const { rows } = await db.execute<{ is_own: boolean }>(
    sql`select ${tx}::xid8 < pg_snapshot_xmin(pg_current_snapshot()) as is_own`,
  );
  if (rows[0]?.is_own !== true) throw invalid({ after: VOID });
};
