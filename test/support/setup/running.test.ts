import { describe, expect, test } from 'vitest';
import type { QueueStatus } from '../../../src/support/queue/status.ts';
import { Problem } from '../../../src/support/setup/doctor.ts';
import {
  describeRoom,
  judgeBlockers,
  judgeChecks,
  judgeEvents,
  judgeIntake,
} from '../../../src/support/setup/running.ts';

const NOW = new Date('2026-11-28T03:00:00.000Z');
const LATE = '2026-11-28T02:00:00.000Z';

const status = (of: Partial<QueueStatus> = {}): QueueStatus => ({
  ...{ holds: [], uncounted: 0, conflicting: 0, set_aside: 0, latest_set_aside: [] },
  ...{ owed: 0, owed_is_capped: false, waiting: 0, waiting_is_capped: false, oldest_due_at: null },
  ...{ workspaces: [], coverage: [], gaps: [], silence: [], pauses: [], seam: [], processes: [] },
  open_alerts: 0,
  telling: {
    ...{ unarranged: 0, unarranged_is_capped: false, unarranged_since: null },
    ...{ unarranged_sentence: null, unarranged_remedy: null, endpoints: [] },
  },
  ...of,
});

const worker = (of: Partial<NonNullable<QueueStatus['processes'][number]['worker']>>) => ({
  ...{ id: 'p1', kind: 'work' as const, host: 'h', pid: 1, version: '1', lost: false },
  ...{ started_at: LATE, seen_at: LATE },
  worker: { progress_at: null, running: 0, concurrency: 10, trouble: null, ...of },
});

const problemOf = (judge: () => string): Problem => {
  try {
    throw new Error(`no problem: ${judge()}`);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

describe('what is in the way', () => {
  test('sessions that hold rows, by all that is known of them, each with what ends it', () => {
    expect(judgeBlockers([])).toBe('no session holds what others need');
    const ada = { pid: 7, user: 'ada', application: 'psql', state: 'idle in transaction' };
    const hidden = { pid: 8, user: null, application: null, state: null, since: null };
    const problem = problemOf(() =>
      judgeBlockers([
        { ...ada, since: NOW, tables: ['reconciliations', 'uncounted'], waiting: 2 },
        { ...hidden, tables: ['users'], waiting: 0 },
      ]),
    );
    expect(problem.message).toBe(
      'session 7 (ada, psql, idle in transaction) holds reconciliations, uncounted since 2026-11-28T03:00:00.000Z; sessions that wait for it: 2; session 8 (hidden from our role) holds users',
    );
    expect(problem.remedy).toContain('pg_terminate_backend(7)');
    expect(problem.remedy).toContain('pg_terminate_backend(8)');
  });

  test('what is stored and not counted, once that takes longer than it should', () => {
    expect(judgeIntake({ uncounted: 5_000, uncountedSeconds: 9 })).toContain('counted');
    expect(problemOf(() => judgeIntake({ uncounted: 5, uncountedSeconds: 61.4 })).message).toBe(
      'deliveries that are stored and not counted: 5, the oldest for 61 s',
    );
  });

  test('a hold, before all else; a pause is as somebody wants it', () => {
    const hold = { workspace_id: null, reason: 'seam_unauthorized', since: LATE };
    const told = { sentence: 'Seam rejects our API key.', remedy: 'Correct it.' };
    const held = { ...hold, ...told, detail: '401', seam_request_id: null };
    const pause = { workspace_id: null, by: 'Ada', since: LATE, why: 'we move' };
    const late = { waiting: 3, oldest_due_at: LATE };
    const problem = problemOf(() =>
      judgeChecks(status({ ...late, holds: [held], pauses: [pause] }), NOW),
    );
    expect(problem.message).toContain('Seam rejects our API key. (seam_unauthorized)');
    expect(problem.remedy).toBe('Correct it.');
    expect(judgeChecks(status({ ...late, pauses: [pause] }), NOW)).toContain('paused by Ada');
  });

  test('checks that wait for a worker, that says what is wrong, or that is busy', () => {
    const late = { waiting: 3, oldest_due_at: LATE };
    const remedyFor = (...processes: QueueStatus['processes']) =>
      problemOf(() => judgeChecks(status({ ...late, processes }), NOW));
    expect(remedyFor().message).toContain('no worker is running');
    expect(remedyFor({ ...worker({}), lost: true }).remedy).toContain('Start "work"');
    expect(remedyFor(worker({ trouble: 'no users table' })).message).toContain('no users table');
    const busy = remedyFor(worker({ running: 10 }), worker({ running: 9 }));
    expect(busy.message).toContain('workers: 2, checks in progress: 19 of 20');
    expect(busy.remedy).toContain('WORKER_CONCURRENCY');
    const soon = status({ waiting: 3, oldest_due_at: '2026-11-28T02:59:30.000Z' });
    expect(judgeChecks(soon, NOW)).toBe('owed: 0, waiting: 3');
  });

  test('webhooks that don’t come, and a list of events that can’t be read', () => {
    const covered = { workspace_id: null, from: LATE, until: LATE, next_at: LATE };
    const well = { ...covered, failing_since: null, failure: null };
    expect(judgeEvents(status())).toContain('no scheduled backfill');
    expect(judgeEvents(status({ coverage: [well] }))).toContain(LATE);
    const silent = { workspace_id: null, since: LATE, events: 4, last_webhook_event_at: null };
    expect(
      problemOf(() => judgeEvents(status({ coverage: [well], silence: [silent] }))).message,
    ).toContain('4 since');
    const failing = { ...covered, failing_since: LATE, failure: 'a 500' };
    expect(problemOf(() => judgeEvents(status({ coverage: [failing] }))).message).toContain(
      'a 500',
    );
  });
});

test('sizes are told so that what is large is seen', () => {
  expect(describeRoom({ bytes: 0, tables: [] })).toBe('0 bytes');
  const tables = [
    { name: 'deliveries', bytes: 3_140_000_000 },
    { name: 'runs', bytes: 999 },
  ];
  expect(describeRoom({ bytes: 4_111_111_111, tables })).toBe(
    '4.11 GB (largest: deliveries 3.14 GB, runs 999 bytes)',
  );
});
