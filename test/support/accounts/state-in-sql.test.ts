import { expect, test } from 'vitest';
import { eq } from '../../../src/db/drizzle.ts';
import { connectedAccounts } from '../../../src/db/schema.ts';
import {
  accountStateOf,
  codesThatMean,
  LIMITING_CODES,
} from '../../../src/reconcile/account-state.ts';
import { accountState } from '../../../src/support/accounts/accounts.ts';
import { createTestDatabase } from '../../fixtures/database.ts';

const QUIET = { deletionAnnounced: 'no', reauthorizationRequested: false } as const;
const CODES = [
  ...codesThatMean('disconnected'),
  ...codesThatMean('reauthorization_requested'),
  ...codesThatMean('being_deleted'),
  ...LIMITING_CODES,
  'scheduled_maintenance_window',
  'of_next_year',
];
const FLAGS = [
  {},
  ...[true, false, 'true', 1].map(is_connected_account_error => ({ is_connected_account_error })),
];
const ACCOUNTS = CODES.flatMap(code => [
  ...FLAGS.map(flag => ({ errors: [{ error_code: code, ...flag }], warnings: [] })),
  { errors: [], warnings: [{ warning_code: code }] },
]);

test('an account that no run has told of stands in SQL as it does to a run', async () => {
  await using database = await createTestDatabase();
  await database.pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
     select ordinality::text, '{}', '{}', told->'errors', told->'warnings', '[]', 0
       from jsonb_array_elements($1::jsonb) with ordinality as all_told (told, ordinality)`,
    [JSON.stringify(ACCOUNTS)],
  );
  for (const [at, account] of ACCOUNTS.entries()) {
    const [row] = await database.db
      .select({ state: accountState })
      .from(connectedAccounts)
      .where(eq(connectedAccounts.connectedAccountId, String(at + 1)));
    expect([account, row?.state]).toEqual([account, accountStateOf(account, QUIET)]);
  }
});
