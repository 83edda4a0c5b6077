import type pg from 'pg';
import { CHANGES } from '../../../src/audit-log/record.ts';
import { BUCKET_BOUNDS_MS } from '../../../src/metrics/timings.ts';
import { namesOf, numberOf } from './connections.ts';
import { bytes, insertRows, minutesAgo } from './insert.ts';
import type { Words } from './words.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const idsOf = async (pool: pg.Pool, table: string): Promise<number[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select id from reconciler.${table} order by id`,
  );
  return rows.map(({ id }) => Number(id));
};

/** What people did here: operators, tokens, notes, changes, views, bulk runs, and how the queue fares. */
export const seedDesk = async (pool: pg.Pool, words: Words): Promise<void> => {
  await seedPeople(pool, words);
  await seedChanges(pool, words);
  await seedBulkRuns(pool, words);
  await seedQueue(pool, words);
  await pool.query('analyze');
};

/** A filter, as in a list's URL. */
const queryOf = (words: Words, number: number): string => {
  const user = words.text('user_1', number).replaceAll('\0', '').slice(0, 400);
  return new URLSearchParams({ state: 'failed', user }).toString();
};

const ROLES = ['viewer', 'support', 'on-call', 'admin'] as const;

const seedPeople = async (pool: pg.Pool, words: Words): Promise<void> => {
  const before = await idsOf(pool, 'operators');
  await insertRows(
    pool,
    'operators',
    times(24, number => ({
      name:
        words.text(`Operator ${number}`, number).slice(0, 90) + (number < 12 ? '' : ` ${number}`),
      role: ROLES[number % ROLES.length],
      password_hash: null,
      oidc_identity: number % 3 === 0 ? words.id('https://issuer.example subject', number) : null,
      created_at: minutesAgo(9_000 - number),
      disabled_at: number % 5 === 0 ? minutesAgo(40) : null,
    })),
  );
  await insertRows(
    pool,
    'api_tokens',
    times(12, number => ({
      name: words.text(`token ${number}`, number).slice(0, 90),
      role: ROLES[number % ROLES.length],
      token_hash: bytes(`hash ${number}`),
      created_at: minutesAgo(800 - number),
      created_by: words.text('an admin', number),
      used_at: number % 2 === 0 ? minutesAgo(number + 1) : null,
      revoked_at: number % 4 === 0 ? minutesAgo(number) : null,
    })),
  );
  await insertRows(
    pool,
    'saved_views',
    before.flatMap(operator_id =>
      times(6, number => ({
        operator_id,
        name: words.text(`View ${number}`, number).slice(0, 80),
        query: queryOf(words, number),
      })),
    ),
  );
};

const seedChanges = async (pool: pg.Pool, words: Words): Promise<void> => {
  const first = namesOf(words, numberOf('failed', 'metadata_id_missing')).subject;
  await insertRows(
    pool,
    'notes',
    times(40, number => ({
      subject: number % 2 === 0 ? first : namesOf(words, number).subject,
      text: words.text(`The user called about this, time No. ${number}.`, number),
      by: words.text('a support', number),
      at: minutesAgo(400 - number),
    })),
  );
  await insertRows(
    pool,
    'audit_log',
    times(240, number => ({
      at: minutesAgo(5 * (240 - number)),
      actor: number % 3 === 0 ? 'shell:root' : 'operator:2',
      actor_name: words.text(number % 3 === 0 ? 'root' : 'a support', number),
      role: ROLES[number % ROLES.length],
      face: (['console', 'api', 'cli'] as const)[number % 3],
      action: CHANGES[number % CHANGES.length],
      target: number % 4 === 0 ? first : namesOf(words, number).subject,
      before: { state: 'failed', reason: words.text('user_not_found', number), user_id: null },
      after: { state: 'linked', reason: null, user_id: words.text('user_1', number) },
      why: number % 2 === 0 ? words.text('As asked for in ticket 4711.', number) : null,
      bulk_run_id: null,
    })),
  );
};

const BULK_STATES = ['planned', 'running', 'stopped', 'stopped_itself', 'done'] as const;
const ITEM_STATES = ['waiting', 'asked', 'succeeded', 'failed', 'skipped'] as const;
const ITEMS = 40;
const EACH = 4;
/** The id of the first bulk run in a state. */
export const bulkRunOf = (state: (typeof BULK_STATES)[number]): number =>
  BULK_STATES.indexOf(state) * EACH + 1;

const toBulkRun = (words: Words, state: (typeof BULK_STATES)[number], number: number) => {
  const isPlanned = state === 'planned';
  const reason = words.text('8 of the first 10 failed again', number);
  return {
    action: 'retry',
    query: queryOf(words, number),
    state,
    planned_by: words.text('a support', number),
    // The first can still be started; the others are too old for that.
    planned_at: minutesAgo(number === 0 ? 1 : 300 - number),
    started_by: isPlanned ? null : words.text('an on-call', number),
    started_at: isPlanned ? null : minutesAgo(200 - number),
    finished_at: isPlanned || state === 'running' ? null : minutesAgo(100),
    why: words.text('The user table was restored.', number),
    total: ITEMS,
    left_out: { owed: 3, dismissed: 2, workspace_not_configured: 1 },
    per_minute: 60,
    stopped_because: state.startsWith('stopped') ? reason : null,
    leased_until: minutesAgo(-60),
  };
};

const seedBulkRuns = async (pool: pg.Pool, words: Words): Promise<void> => {
  await insertRows(
    pool,
    'bulk_runs',
    BULK_STATES.flatMap(state => times(EACH, number => toBulkRun(words, state, number))),
  );
  const ids = await idsOf(pool, 'bulk_runs');
  await insertRows(
    pool,
    'bulk_items',
    ids.flatMap(bulk_run_id =>
      times(ITEMS, position => ({
        bulk_run_id,
        position,
        subject: namesOf(words, position).subject,
        state: ITEM_STATES[position % ITEM_STATES.length],
        planned_generation: 2,
        asked_generation: position % 5 === 0 ? null : 3,
        why:
          position % 5 === 4 ? words.text('it has changed since it was planned', position) : null,
        changed_at: minutesAgo(90),
      })),
    ),
  );
};

const seedQueue = async (pool: pg.Pool, words: Words): Promise<void> => {
  await insertRows(pool, 'pauses', [
    {
      workspace_id: null,
      why: words.text('The database is being moved.', 0),
      by: words.text('an on-call', 1),
      since: minutesAgo(12),
    },
    {
      workspace_id: words.id('workspace', 1),
      why: words.text('Their key is being changed.', 2),
      by: words.text('an on-call', 3),
      since: minutesAgo(3),
    },
  ]);
  await insertRows(
    pool,
    'workspace_holds',
    (['seam_unauthorized', 'seam_rate_limited', 'seam_unavailable'] as const).map(
      (reason, index) => ({
        workspace_id: words.id('workspace', index),
        reason,
        detail: words.text('Seam answered 503', index),
        seam_request_id: words.text('request_1', index + 1),
        since: minutesAgo(20 + index),
        probes: index,
        probe_at: minutesAgo(-1),
      }),
    ),
  );
  await insertRows(
    pool,
    'processes',
    times(8, number => ({
      id: `process_${number}`,
      kind: number % 2 === 0 ? 'serve' : 'work',
      host: words.text(`host-${number}`, number),
      pid: 4_000 + number,
      version: '0.1.0',
      started_at: minutesAgo(600),
      seen_at: number === 7 ? minutesAgo(30) : minutesAgo(0),
      progress_at: number % 2 === 0 ? null : minutesAgo(number),
      running: number,
      concurrency: number % 2 === 0 ? null : 10,
      trouble: number === 5 ? words.text('has finished nothing for two minutes', number) : null,
    })),
  );
  await insertRows(
    pool,
    'acknowledgements',
    times(120, minute => ({
      minute: new Date(Math.floor((Date.now() - minute * 60_000) / 60_000) * 60_000).toISOString(),
      process_id: 'process_0',
      count: 40,
      buckets: times(BUCKET_BOUNDS_MS.length + 1, bucket => (bucket < 4 ? 10 : 0)),
    })),
  );
};
