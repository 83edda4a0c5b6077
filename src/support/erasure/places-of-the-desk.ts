import { FAULT_STATUS } from '../../access/errors.ts';
import { changed, type Place, type Writer, written } from './place.ts';
import { ERASED } from './scrubber.ts';

/* What the desk keeps that can tell of a user of the app, and what becomes of it. Pure. */

/** Of a change to what is theirs, what somebody wrote goes, too. */
const FREE_TEXT = /^(?:why|note|text|dismissed_why)$/;
const withoutTexts = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return FREE_TEXT.test(key) ? ERASED : value;
  if (Array.isArray(value)) return value.map(each => withoutTexts(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, withoutTexts(own, name)]),
  );
};

const findings: Place['scrub'] = (row, who) =>
  changed(row, {
    linked_user_id: who.userId(row.linked_user_id),
    claimed_user_id: who.userId(row.claimed_user_id),
  });

/** What a request is told that comes again after its answer was erased. */
const GONE = {
  type: 'conflict',
  message: 'This was already done. What it was answered has been erased since.',
};

/** The role that runs can't change the audit log: only this function can, and only for an erasure (db/functions.ts). */
const CHANGES: Writer = {
  lock: client =>
    client.query(
      `select pg_advisory_xact_lock(hashtextextended('seam-reconciler scrub changes', 0))`,
    ),
  write: async (client, [id], row, { pseudonym }) => {
    const [before, after] = [row.before, row.after].map(side =>
      side === null ? null : JSON.stringify(side),
    );
    const { rowCount } = await client.query(
      'select reconciler.scrub_change($1, $2, $3, $4, $5, $6, $7)',
      [pseudonym, id, row.target, before, after, row.why, row.once_key],
    );
    if (rowCount === 1) return;
    const left = await client.query('select from reconciler.audit_log where id = $1', [id]);
    if (left.rowCount === 0) return; // By its age, meanwhile.
    throw new Error(`what ${id} of the audit log says of a user could not be erased`);
  },
};

export const PLACES_OF_THE_DESK: readonly Place[] = [
  {
    table: 'notes',
    key: [['t.id', 'bigint']],
    columns: ['text'],
    own: 't.subject = any($1::text[])',
    scrub: (row, who, isOwn) => changed(row, { text: written(row.text, who, isOwn) }),
  },
  {
    table: 'audit_log',
    key: [['t.id', 'bigint']],
    columns: ['target', 'before', 'after', 'why', 'once_key'],
    json: ['before', 'after'],
    own: 't.target = any($1::text[])',
    writer: CHANGES,
    scrub: (row, who, isOwn) => {
      const { target, before, after, why, once_key: key } = row;
      const left = (side: unknown) => who.json(isOwn ? withoutTexts(side) : side);
      const [, ofUser] = /^user:(.*)$/s.exec(String(target)) ?? [];
      return changed(row, {
        target: who.isUser(ofUser) ? `user:${who.pseudonym}` : who.text(String(target)),
        before: left(before),
        after: left(after),
        why: written(why, who, isOwn),
        once_key: typeof key === 'string' && who.text(key) !== key ? who.unique() : key,
      });
    },
  },
  {
    table: 'audit_findings',
    key: [
      ['t.audit_id', 'bigint'],
      ['t.connected_account_id', 'text'],
    ],
    columns: ['linked_user_id', 'claimed_user_id'],
    // There are few: they go after a month.
    own: '(t.linked_user_id = any($3::text[]) or t.claimed_user_id = any($3::text[]))',
    scrub: findings,
  },
  {
    table: 'bulk_runs',
    key: [['t.id', 'bigint']],
    columns: ['query', 'why', 'stopped_because', 'given'],
    json: ['given'],
    own: null,
    scrub: (row, who) =>
      changed(row, {
        query: who.query(String(row.query)),
        why: written(row.why, who, false),
        stopped_because: written(row.stopped_because, who, false),
        given: who.json(row.given),
      }),
  },
  {
    table: 'bulk_items',
    key: [
      ['t.bulk_run_id', 'bigint'],
      ['t.position', 'bigint'],
    ],
    columns: ['why', 'user_id'],
    own: null,
    scrub: (row, who) =>
      changed(row, { why: written(row.why, who, false), user_id: who.userId(row.user_id) }),
  },
  {
    table: 'saved_views',
    key: [['t.id', 'bigint']],
    columns: ['name', 'query'],
    own: null,
    scrub: (row, who) =>
      changed(row, { name: who.text(String(row.name)), query: who.query(String(row.query)) }),
  },
  {
    table: 'pauses',
    key: [["coalesce(t.workspace_id, '')", 'text']],
    columns: ['why'],
    own: null,
    scrub: (row, who) => changed(row, { why: written(row.why, who, false) }),
  },
  {
    table: 'workspace_holds',
    key: [
      ["coalesce(t.workspace_id, '')", 'text'],
      ['t.reason', 'text'],
    ],
    columns: ['detail'],
    own: null,
    scrub: (row, who) => changed(row, { detail: written(row.detail, who, false) }),
  },
  {
    table: 'sessions',
    key: [['t.token_hash', 'bytea']],
    columns: ['notice'],
    json: ['notice'],
    own: null,
    isSearchedForIds: true,
    scrub: (row, who) =>
      row.notice !== null && who.tellsOf(JSON.stringify(row.notice)) ? { notice: null } : null,
  },
  {
    table: 'api_answers',
    key: [
      ['t.actor', 'text'],
      ['t.key', 'text'],
    ],
    columns: ['key', 'answer', 'status'],
    json: ['answer'],
    own: null,
    isSearchedForIds: true,
    scrub: (row, who) => {
      const key = String(row.key);
      const isTold = row.answer !== null && who.tellsOf(JSON.stringify(row.answer));
      return changed(row, {
        key: who.text(key) === key ? key : who.unique(),
        answer: isTold ? { error: GONE } : row.answer,
        status: isTold ? FAULT_STATUS.conflict : row.status,
      });
    },
  },
];
