import { type Actor, insistOn } from '../../access/actor.ts';
import { beginExport } from '../../audit-log/security-rows.ts';
import type { Desk } from '../desk.ts';
import { reasonSentence } from '../words/reason-words.ts';
import { type ConnectionFilter, formatFilter } from './connection-filter.ts';
import { type ConnectionRow, personOf, readRows } from './connection-row.ts';
import { csvLine } from './csv.ts';
import type { Cursor } from './cursor.ts';
import { filterFor } from './for-actor.ts';
import { readPlaces } from './list.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';
import { toStored } from './stored-filter.ts';

const MOST_ROWS = 100_000;
const BATCH = 1_000;
const BATCH_MS = 8_000;

/** What a spreadsheet shows of a connection, column by column. */
const COLUMNS: Readonly<Record<string, (row: ConnectionRow) => string | null>> = {
  subject: row => row.subject,
  state: row => row.state,
  reason: row => row.reason,
  what_happened: row => (row.reason === null ? null : reasonSentence(row.reason)),
  user_id: personOf,
  user_name: row => row.user_name,
  user_email: row => row.user_email,
  connect_webview_id: row => row.connect_webview_id,
  connected_account_id: row => row.connected_account_id,
  account_type: row => row.account_type,
  account_identifier: row => row.account_identifier,
  account_state: row => row.account_state,
  workspace_id: row => row.workspace_id,
  changed_at: row => row.updated_at,
  account_state_since: row => row.account_state_since,
  case: row => row.case,
};

/** Tells a spreadsheet that this is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';
const END = '\r\n';

/**
 * All connections that match as CSV, a line each, batch by batch, so that they are never all in memory. The last line
 * says so where there are more than `MOST_ROWS`.
 *
 * @throws SupportError `not_allowed` at once; `refused` when a batch would take too long
 */
export const exportConnections = (
  desk: Pick<Desk, 'db' | 'pool' | 'profiles' | 'log'>,
  actor: Actor,
  filter: ConnectionFilter,
  mostRows = MOST_ROWS,
): AsyncIterable<string> => {
  insistOn(actor, 'view');
  return writeLines(desk, actor, filterFor(actor, filter), mostRows);
};

async function* writeLines(
  desk: Pick<Desk, 'db' | 'pool' | 'profiles' | 'log'>,
  actor: Actor,
  filter: ConnectionFilter,
  mostRows: number,
): AsyncGenerator<string> {
  await using told = await beginExport(
    desk.pool,
    actor,
    'connections',
    toStored(formatFilter(filter)),
  );
  yield BYTE_ORDER_MARK + csvLine(Object.keys(COLUMNS)) + END;
  let last: Cursor | undefined;
  for (let written = 0; ; ) {
    const limit = Math.min(BATCH, mostRows - written);
    const bound = last === undefined ? null : ({ direction: 'earlier', than: last } as const);
    const places = insistInTime(
      await readWithStatementTimeout(desk.pool, BATCH_MS, client =>
        readPlaces(client, filter, limit + 1, bound),
      ),
    );
    const batch = places.slice(0, limit);
    const subjects = batch.map(place => place.subject);
    const rows = await readRows(desk, actor, subjects);
    yield rows.map(row => csvLine(Object.values(COLUMNS).map(tell => tell(row))) + END).join('');
    told.add(rows.length);
    written += batch.length;
    last = batch.at(-1);
    if (places.length <= limit) {
      told.complete();
      return;
    }
    if (written >= mostRows) {
      const more = `There are more. These are the latest ${mostRows.toLocaleString('en')}: narrow the filter to get the others.`;
      yield csvLine([more]) + END;
      return;
    }
  }
}
