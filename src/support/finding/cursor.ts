import { invalid } from '../../access/errors.ts';

/** A place in a list that is ordered by the latest change: just after (or before) this row. */
export type Cursor = Readonly<{
  /** In UTC, to the microsecond, as Postgres has it: a Date would lose rows that share a millisecond. */
  at: string;
  subject: string;
}>;

/** How Postgres is to write such a moment. */
export const CURSOR_TIME = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

const FORM = /^(?<at>[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?<subject>.{1,600})$/su;

export const formatCursor = ({ at, subject }: Cursor): string =>
  Buffer.from(`${at} ${subject}`).toString('base64url');

/** @throws SupportError `invalid` for one that we did not make */
export const parseCursor = (text: string): Cursor => {
  const { at = '', subject = '' } =
    FORM.exec(Buffer.from(text, 'base64url').toString())?.groups ?? {};
  const ms = Date.parse(at);
  // V8 takes 30 February for 2 March; Postgres refuses it.
  const isMoment = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === at.slice(0, 19);
  const cursor = { at, subject };
  if (isMoment && !subject.includes('\0') && formatCursor(cursor) === text) return cursor;
  throw invalid({ cursor: 'This "cursor" didn\'t come from a list. Start at the first page.' });
};
