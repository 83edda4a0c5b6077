import { describe, expect, test } from 'vitest';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { useBackfills } from '../fixtures/backfills.ts';
import { SHELL } from '../fixtures/shell.ts';

const site = useBackfills();
const { make, bring, turn, makeDue } = site;

describe('silence', () => {
  const silence = async () => (await readQueueStatus(site.database.db, SHELL)).silence;

  test('what happened before we were installed is none', async () => {
    make(60);
    expect(await turn()).toBe(1);
    expect(await silence()).toEqual([]);
  });

  test('is told with its beginning and size, and is over with the next webhook', async () => {
    await turn();
    // As if it had been installed two hours ago.
    await site.database.pool.query(
      `update reconciler.backfills set due_at = now(),
         covered_until = now() - interval '2 h', unheard_until = now() - interval '2 h'`,
    );
    const first = make(90);
    make(60);
    await turn();
    expect(await silence()).toEqual([
      { workspace_id: null, since: first.occurred_at, events: 2, last_webhook_event_at: null },
    ]);
    await bring(make(9));
    await makeDue();
    await turn();
    expect(await silence()).toEqual([]);
  });
});
