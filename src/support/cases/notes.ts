import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, type Db, inTransaction } from '../../db/client.ts';
import { and, desc, drizzle, inArray, lt } from '../../db/drizzle.ts';
import { notes } from '../../db/schema-desk.ts';
import { isStorable } from '../../seam/storable.ts';
import { noMatch } from '../words/words.ts';
import { caseNamed } from './members.ts';

/** What somebody wrote on a case. */
export type Note = Readonly<{ id: number; text: string; by: string; at: string }>;

/** A note as this person may read it. */
const noteFor = (viewer: Viewer, note: Note): Note => ({
  ...note,
  text: wordsFor(viewer, note.text),
});

/** In characters as people count them. */
export const LONGEST_NOTE = 5_000;

/**
 * Makes what somebody typed into what is kept: lines as Unix has them, nothing around it.
 *
 * @param field its name, for the fault
 * @throws SupportError `invalid`
 */
export const cleanNote = (typed: string, field: string): string => {
  const text = typed.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').trim();
  const { length } = [...text];
  if (length === 0)
    throw invalid({ [field]: 'Write a note: whoever handles this next will need it.' });
  if (length > LONGEST_NOTE) {
    const message = `A note can have at most ${LONGEST_NOTE.toLocaleString('en')} characters. This one has ${length.toLocaleString('en')}.`;
    throw invalid({ [field]: message });
  }
  if (/[^\P{Cc}\n]/u.test(text) || !text.isWellFormed()) {
    throw invalid({ [field]: 'The note contains an invisible control character. Remove it.' });
  }
  return text;
};

/**
 * Writes a note on a case.
 *
 * @param name any name of the case: the note is kept under what the case is called by
 * @throws SupportError `invalid` (text), `not_found`, `not_allowed`; DoneBeforeError
 */
export const addNote = async (
  { pool }: Readonly<{ pool: pg.Pool }>,
  actor: Actor,
  name: string,
  typed: string,
): Promise<Note> => {
  insistOn(actor, 'note');
  const text = cleanNote(typed, 'text');
  return inTransaction(pool, client => noteWithin(client, actor, name, { text }));
};

/** The same within a transaction, one of many that a bulk run writes. @param given.text a clean note */
export const noteWithin = async (
  client: Client,
  actor: Actor,
  name: string,
  { text, bulkRunId }: { text: string; bulkRunId?: number },
): Promise<Note> => {
  insistOn(actor, 'note');
  if (!isStorable(name)) throw new SupportError('not_found', noMatch(name));
  // By whatever name: a form that is sent twice may find that the case is called otherwise by now.
  await insistOnNewRequest(client, actor, 'note');
  const { key } = await caseNamed(client, name);
  const note = await insertNote(client, actor, key, text);
  await recordChange(client, actor, {
    action: 'note',
    target: key,
    after: { note: text },
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  return note;
};

/** Keeps a note, within the transaction of the change that it belongs to. */
export const insertNote = async (
  client: Client,
  actor: Actor,
  subject: string,
  text: string,
): Promise<Note> => {
  const [row] = await drizzle(client)
    .insert(notes)
    .values({ subject, text, by: actor.name })
    .returning();
  if (row === undefined) throw new Error(`the note on ${subject} could not be stored`);
  return toNote(row);
};

/**
 * The newest notes on a case, as this person may read them.
 *
 * @param names all that the case was ever called by: what it is called by now, and its subjects
 * @param before the id of a note: those that are older
 */
export const notesOf = async (
  db: Db,
  viewer: Viewer,
  names: readonly string[],
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Note[]> => {
  const rows = await db
    .select()
    .from(notes)
    .where(
      and(
        inArray(notes.subject, [...names]),
        before === undefined ? undefined : lt(notes.id, before),
      ),
    )
    .orderBy(desc(notes.id))
    .limit(limit);
  return rows.map(row => noteFor(viewer, toNote(row)));
};

const toNote = ({ id, text, by, at }: typeof notes.$inferSelect): Note => ({
  id,
  text,
  by,
  at: at.toISOString(),
});
