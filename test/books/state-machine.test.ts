import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as changes from '../../src/books/changes.ts';
import {
  OWED_STATES,
  stepsOf,
  TRANSITIONS,
  type TransitionName,
} from '../../src/books/state-machine.ts';
import { RECONCILIATION_STATES, type ReconciliationState } from '../../src/model/outcome.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMES = Object.keys(TRANSITIONS) as TransitionName[];

test('docs/architecture.md draws the state machine that the code has', () => {
  const page = readFileSync(`${ROOT}/docs/architecture.md`, 'utf8');
  const drawn = [...page.matchAll(/^ {4}(\[\*\]|\w+) --> (\w+): (.+)$/gm)].flatMap(
    ([, from, to, names = '']) => names.split(', ').map(name => `${from} -> ${to}: ${name}`),
  );
  const coded = NAMES.flatMap(name =>
    stepsOf(name).map(({ from, to }) => `${from === 'new' ? '[*]' : from} -> ${to}: ${name}`),
  );
  expect(drawn.toSorted()).toEqual(coded.toSorted());
});

test('nothing else writes how a reconciliation stands or what is owed of it', () => {
  const files = readdirSync(`${ROOT}/src`, { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.ts') && file !== 'books/changes.ts' && file !== 'db/constraints.ts',
  );
  const writers = files.filter(file => {
    const text = readFileSync(`${ROOT}/src/${file}`, 'utf8');
    const sets = [...text.matchAll(/update reconciler\.reconciliations\b[^`]*?\bset\b([^`]*)/g)];
    return (
      /(?:update|insert)\(reconciliations\)/.test(text) ||
      sets.some(([, set = '']) =>
        /\b(?:state|reason|attempts|generation|observed_generation|due_at|sweep_at|leased_until|dismissed_by)\s*=(?!=)/.test(
          set.split(/\n\s*(?:from|where|returning)\b/)[0] ?? '',
        ),
      )
    );
  });
  expect(writers).toEqual([]);
  // What asks that of files must be able to say no.
  expect(files.length).toBeGreaterThan(300);
});

describe('in the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const put = async (state: ReconciliationState): Promise<void> => {
    await database.pool.query('delete from reconciler.reconciliations');
    await database.pool.query(
      `insert into reconciler.reconciliations
              (subject, generation, observed_generation, state, reason, dismissed_by, dismissed_why)
       values ('connect_webview:w', 3, $2, $1::text,
               case when $1 in ('failed', 'retrying', 'dismissed') then 'user_not_found' end,
               case when $1 = 'dismissed' then 'Ada' end, case when $1 = 'dismissed' then 'done' end)`,
      [state, OWED_STATES.includes(state) ? 2 : 3],
    );
  };
  const change = async (set: string): Promise<string> => {
    const { rows } = await database.pool.query<{ state: string }>(
      `update reconciler.reconciliations r set ${set} returning state`,
    );
    return rows[0]?.state ?? 'none';
  };
  const concluded = (state: string, observedGeneration: string, dueInMs: string): string =>
    changes.concluded({
      state: `'${state}'`,
      reason: state === 'failed' || state === 'retrying' ? `'user_not_found'` : 'null',
      attempts: '1',
      isUnavailable: 'false',
      isSettled: 'true',
      observedGeneration,
      dueInMs,
    });
  /** What each transition writes; of those that lead to several states, one of each. */
  const SETS: Readonly<Partial<Record<TransitionName, readonly string[]>>> = {
    asked: [changes.asked(`'person'`), changes.askedFor(`'replay'`, 'now()')],
    settled: [concluded('linked', '3', 'null'), concluded('no_action', '3', 'null')],
    failed_for_now: [concluded('retrying', 'null', '5000')],
    gave_up: [concluded('failed', '3', 'null')],
    tried_once: [changes.triedOnce(`'healing'`)],
    set_aside: [changes.setAside('600', 'true')],
    dismissed: [changes.dismissed(`'Ada'`, `'done'`)],
    reopened: [changes.REOPENED],
    closed: [changes.closed(`'linked'`), changes.closed(`'no_action'`)],
    restored: (['linked', 'no_action', 'failed', 'dismissed'] as const).map(state =>
      changes.restored({
        state: `'${state}'`,
        reason: 'null',
        dismissedBy: state === 'dismissed' ? `'Ada'` : 'null',
        dismissedWhy: state === 'dismissed' ? `'done'` : 'null',
      }),
    ),
  };

  test.each(Object.entries(SETS))('%s leads from and to what is drawn', async (name, sets) => {
    const { from, to } = TRANSITIONS[name as TransitionName];
    const reached = new Set<string>();
    for (const before of RECONCILIATION_STATES.filter(state => new Set<string>(from).has(state))) {
      for (const set of sets) {
        await put(before);
        reached.add(await change(set));
      }
    }
    expect([...reached].toSorted()).toEqual([...to].toSorted());
  });

  test.each([
    ['settled and owed', `state = 'linked', observed_generation = 2`],
    ['tried again and not owed', `state = 'retrying', reason = 'user_not_found'`],
    ['pending and not owed', `state = 'pending'`],
    ['dealt with before it was asked for', `observed_generation = 4`],
    ['dismissed by nobody', `state = 'dismissed'`],
    ['dismissed, and said to be linked', `dismissed_by = 'Ada', dismissed_why = 'done'`],
    ['in a state that there is none of', `state = 'lost'`],
    ['tried again for no reason', `state = 'retrying', reason = null, observed_generation = 2`],
  ])('what is %s is refused', async (_, set) => {
    await put('linked');
    await expect(change(set)).rejects.toMatchObject({ code: '23514' });
  });

  test('every state can be stood in', async () => {
    for (const state of RECONCILIATION_STATES) await put(state);
  });
});
