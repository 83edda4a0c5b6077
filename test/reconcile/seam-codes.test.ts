import { openapi } from '@seamapi/types/connect';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountState } from '../../src/model/outcome.ts';
import { accountStateOf, explainTroubles } from '../../src/reconcile/account-state.ts';
import { errorCodesOf } from '../../src/reconcile/erased.ts';
import { toldAmong } from '../../src/reconcile/told.ts';
import { anyJson } from '../fixtures/arbitraries.ts';

/* Every code of an account's errors and warnings that Seam's published types have. */

type Shape = Readonly<{ properties: Readonly<Record<string, { enum?: readonly string[] }>> }>;
type Items = Readonly<{ items: Readonly<{ oneOf: readonly Shape[] }> }>;

type Published = Readonly<{
  schemas: Readonly<{
    connected_account: Readonly<{ properties: Readonly<Record<'errors' | 'warnings', Items>> }>;
  }>;
}>;

const { errors, warnings } = (openapi.components as Published).schemas.connected_account.properties;
const codesIn = ({ items }: Items, field: string): string[] =>
  items.oneOf.flatMap(({ properties }) => properties[field]?.enum ?? []);

const QUIET = { deletionAnnounced: 'no', reauthorizationRequested: false } as const;

const OF_ERRORS: Readonly<Record<string, AccountState>> = {
  account_disconnected: 'disconnected',
  bridge_disconnected: 'disconnected',
  salto_ks_subscription_limit_exceeded: 'connected',
  dormakaba_sites_disconnected: 'disconnected',
};
const OF_WARNINGS: Readonly<Record<string, AccountState>> = {
  scheduled_maintenance_window: 'connected',
  unknown_issue_with_connected_account: 'connected',
  salto_ks_subscription_limit_almost_reached: 'connected',
  account_reauthorization_requested: 'reauthorization_requested',
  being_deleted: 'being_deleted',
  provider_service_unavailable: 'connected',
  setup_required: 'connected',
  dormakaba_sites_unapproved: 'connected',
};

describe('how an account stands, by every code of the published types', () => {
  test('the tables have every code, so that a new one is thought about', () => {
    expect(codesIn(errors, 'error_code').toSorted()).toEqual(Object.keys(OF_ERRORS).toSorted());
    expect(codesIn(warnings, 'warning_code').toSorted()).toEqual(
      Object.keys(OF_WARNINGS).toSorted(),
    );
  });

  test.each(Object.entries(OF_ERRORS))('the error %s: %s', (error_code, state) => {
    const account = { errors: [{ error_code, message: 'Told.' }], warnings: [] };
    expect(accountStateOf(account, QUIET)).toBe(state);
    const itsOwn = { error_code, is_connected_account_error: true };
    expect(accountStateOf({ errors: [itsOwn], warnings: [] }, QUIET)).toBe('disconnected');
    expect(explainTroubles(account)[0]?.sentence).not.toMatch(/Seam says|recognize/);
  });

  test.each(Object.entries(OF_WARNINGS))('the warning %s: %s', (warning_code, state) => {
    const account = { errors: [], warnings: [{ warning_code, message: 'Told.' }] };
    expect(accountStateOf(account, QUIET)).toBe(state);
    expect(explainTroubles(account)[0]?.sentence).not.toMatch(/Seam says|recognize/);
  });
});

describe('whatever errors and warnings an account has', () => {
  const code = fc.constantFrom(...Object.keys(OF_ERRORS), 'of_next_year', 'setup_required', 7);
  const error = fc.oneof(
    anyJson,
    fc.record({ error_code: code }),
    fc.record({ error_code: code, is_connected_account_error: fc.boolean() }),
  );
  const troubled = fc.record({ errors: fc.array(error), warnings: fc.array(anyJson) });
  const isSalto = (item: unknown): boolean =>
    JSON.stringify(item)?.includes('salto_ks_subscription_limit_exceeded') ?? false;
  const isItsOwn = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && 'is_connected_account_error' in item
      ? item.is_connected_account_error === true
      : false;

  test('it is connected only where each error is known to leave it at work, and none is its own', () => {
    fc.assert(
      fc.property(troubled, account => {
        if (accountStateOf(account, QUIET) !== 'connected') return;
        expect(account.errors.every(isSalto)).toBe(true);
        expect(account.errors.some(isItsOwn)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('what only an event told of is known as that once its words are erased', () => {
    const told = {
      message: 'Ada changed her password',
      from_event: '0b7c1d0a-5f0e-4c37-9a57-2f7ad53f',
    };
    const shown = { message: 'Ada', error_code: 'account_disconnected' };
    const left = errorCodesOf([told, shown]);
    expect(toldAmong(left)).toEqual([{ from_event: told.from_event }]);
    expect(JSON.stringify(left)).not.toContain('Ada');
    expect(errorCodesOf([{ from_event: 'Ada Lovelace' }])).toEqual([{}]);
  });

  test('it stands the same once all that tells of its person is erased', () => {
    fc.assert(
      fc.property(troubled, ({ errors: shown }) => {
        const left = { errors: errorCodesOf(shown), warnings: [] };
        expect(accountStateOf(left, QUIET)).toBe(
          accountStateOf({ errors: shown, warnings: [] }, QUIET),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
