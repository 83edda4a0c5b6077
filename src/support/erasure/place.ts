import type { Client } from '../../db/client.ts';
import { ERASED, type Scrubber } from './scrubber.ts';

export type Row = Readonly<Record<string, unknown>>;

/** One table of ours. */
export type Place = Readonly<{
  table: string;
  /** What it is gone through in the order of: SQL of `t`, and its type. */
  key: readonly (readonly [sql: string, type: 'text' | 'bigint' | 'bytea'])[];
  /** All that can tell of somebody. */
  columns: readonly string[];
  /** Those of JSON. */
  json?: readonly string[];
  /** Found by an index: the rows that are theirs ($1 subjects, $2 accounts, $3 spellings of the user, $4 webviews); null: none. */
  own: string | null;
  /** Searched for what is theirs, too: what it says is of no more use than that. */
  isSearchedForIds?: true;
  /** Set with whatever is changed: SQL. */
  alongside?: string;
  /** Where the role that runs may neither lock nor update a row: how that is done instead. */
  writer?: Writer;
  /** @returns what is to stand there; null: nothing of the row tells of them (any more) */
  scrub: (row: Row, who: Scrubber, isOwn: boolean) => Row | null;
}>;

export type Writer = Readonly<{
  /** So that nobody else changes what is read next, until the transaction ends. */
  lock: (client: Client) => Promise<unknown>;
  /** @param row all columns of the place, as they are to stand */
  write: (client: Client, key: readonly string[], row: Row, who: Scrubber) => Promise<unknown>;
}>;

/** Only what differs; null where nothing does. */
export const changed = (row: Row, now: Row): Row | null => {
  const different = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(row[name]),
  );
  return different.length === 0 ? null : Object.fromEntries(different);
};

/** What somebody wrote: on what is theirs all of it goes. */
export const written = (value: unknown, who: Scrubber, isOwn: boolean): unknown => {
  if (typeof value !== 'string') return value;
  return isOwn ? ERASED : who.text(value);
};
