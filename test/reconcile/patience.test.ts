import { expect, test } from 'vitest';
import { concluded } from '../../src/books/changes.ts';
import type { FailureReason } from '../../src/model/outcome.ts';
import type { Run } from '../../src/reconcile/begin.ts';
import { concludeFailed } from '../../src/reconcile/conclude.ts';
import type { Own } from '../../src/reconcile/own.ts';
import { createTestDatabase } from '../fixtures/database.ts';

/* A right that is lacking is waited for an hour, an outage for days: neither uses up what the other has. */

const HOUR_MS = 60 * 60 * 1_000;
const OWN: Own = {
  generation: 2,
  attempts: 0,
  reason: null,
  state: 'retrying',
  observedGeneration: 1,
  isNewest: true,
  isErased: false,
  unavailableForMs: 5 * HOUR_MS,
  isClaimed: false,
  nextToAsk: null,
};

const after = (before: FailureReason | null, reason: FailureReason) => {
  const run = { generation: 2 } as Run;
  const failure = { reason, detail: '', requestId: null, retryAfterMs: null, isOutage: false };
  return concludeFailed(run, { ...OWN, reason: before }, failure, null, 0.5).own.state;
};

test.each([
  ['seam_unavailable', 'seam_forbidden', 'retrying'],
  ['seam_forbidden', 'seam_forbidden', 'failed'],
  // What healing puts back has no reason, and its patience is spent: it has one look.
  [null, 'seam_forbidden', 'failed'],
  ['seam_forbidden', 'seam_unavailable', 'retrying'],
] as const)('after five hours of %s, %s leaves it %s', (before, reason, state) => {
  expect(after(before, reason)).toBe(state);
});

test.each([
  ['seam_unavailable', 'seam_forbidden', true],
  ['seam_forbidden', 'seam_timeout', true],
  ['seam_forbidden', 'seam_forbidden', false],
  ['seam_unavailable', 'seam_timeout', false],
  [null, 'seam_forbidden', false],
] as const)('from %s to %s the patience begins anew: %s', async (before, reason, isAnew) => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, unavailable_since)
     values ('connect_webview:w', 2, 1, case when $1::text is null then 'pending' else 'retrying' end, $1,
             now() - interval '5 h')`,
    [before],
  );
  const { rows } = await pool.query<{ anew: boolean }>(
    `update reconciler.reconciliations set ${concluded({
      state: `'retrying'`,
      reason: '$1::text',
      attempts: '0',
      isUnavailable: 'true',
      isSettled: 'false',
      observedGeneration: 'null',
      dueInMs: '5000',
    })} returning unavailable_since = now() as anew`,
    [reason],
  );
  expect(rows).toEqual([{ anew: isAnew }]);
});
