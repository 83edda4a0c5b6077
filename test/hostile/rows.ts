import type pg from 'pg';
import { type Ledger, signatureOf } from './signing.ts';

type Row = Readonly<{ event_id: string; body: Buffer; signature: Record<string, string> }>;

/** @returns what is wrong with a stored row; null when it is what the sender signed */
const faultOf = (row: Row, ledger: Ledger): string | null => {
  const { body, signature: headers, event_id: eventId } = row;
  const { 'svix-id': id = '', 'svix-timestamp': timestamp = '' } = headers;
  const message = { id, seconds: Number.parseInt(timestamp, 10), body };
  if (!ledger.has(message)) return 'was never signed by the sender';
  const passed = (headers['svix-signature'] ?? '').split(' ');
  if (!passed.includes(signatureOf(message))) return 'was stored with another signature';
  const json = JSON.parse(body.toString()) as Record<string, unknown>;
  const isOwn = Object.hasOwn(json, 'event_id') && json.event_id === eventId;
  return isOwn || eventId.startsWith('svix:') ? null : 'has an id that is not in its body';
};

const PAGE = 1_000;

/** Checks every stored delivery against what was signed. @returns how many there are */
export const checkRows = async (
  client: pg.Client,
  books: {
    ledger: Ledger;
    /** Ids of the good events that were answered 204. */
    taken: ReadonlySet<string>;
    fault: (text: string) => void;
  },
): Promise<number> => {
  const missing = new Set(books.taken);
  let count = 0;
  let after = '';
  for (;;) {
    const { rows } = await client.query<Row>(
      `select event_id, body, signature from reconciler.deliveries
        where event_id > $1 order by event_id limit ${PAGE}`,
      [after],
    );
    for (const row of rows) {
      const wrong = faultOf(row, books.ledger);
      if (wrong !== null) books.fault(`the stored event ${JSON.stringify(row.event_id)} ${wrong}`);
      missing.delete(row.event_id);
      after = row.event_id;
    }
    count += rows.length;
    if (rows.length < PAGE) break;
  }
  if (missing.size > 0) books.fault(`${missing.size} events were answered 204 and are not stored`);
  return count;
};
