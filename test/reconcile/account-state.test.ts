import { describe, expect, test } from 'vitest';
import {
  accountStateOf,
  causeIn,
  codesThatMean,
  explainTroubles,
  isBeingDeleted,
  LIMITING_CODES,
  stateToldSince,
} from '../../src/reconcile/account-state.ts';

const WELL = { errors: [], warnings: [] };
const QUIET = { deletionAnnounced: 'no', reauthorizationRequested: false } as const;
const error = (error_code: string) => ({ error_code, message: 'In words of Seam.' });
const warning = (warning_code: string, more: object = {}) => ({ warning_code, ...more });

describe('how an account stands', () => {
  test.each([
    ['without trouble', WELL, QUIET, 'connected'],
    ['without access', { ...WELL, errors: [error('account_disconnected')] }, QUIET, 'disconnected'],
    [
      'with its bridge down',
      { ...WELL, errors: [error('bridge_disconnected')] },
      QUIET,
      'disconnected',
    ],
    [
      'at a limit',
      { ...WELL, errors: [error('salto_ks_subscription_limit_exceeded')] },
      QUIET,
      'connected',
    ],
    ['with a code of next year', { errors: [error('new')], warnings: [] }, QUIET, 'disconnected'],
    ['with an error of no form', { errors: [null], warnings: [] }, QUIET, 'disconnected'],
    ['with a bare text for an error', { errors: ['text'], warnings: [] }, QUIET, 'disconnected'],
    [
      'with a warning of next year',
      { errors: [], warnings: [warning('new'), 7, null] },
      QUIET,
      'connected',
    ],
    [
      'at a limit that Seam says is an error of its own',
      {
        ...WELL,
        errors: [
          {
            ...error('salto_ks_subscription_limit_exceeded'),
            is_connected_account_error: true,
          },
        ],
      },
      QUIET,
      'disconnected',
    ],
    [
      'that Seam is at deleting, whatever else is wrong',
      { errors: [error('account_disconnected')], warnings: [warning('being_deleted')] },
      { ...QUIET, reauthorizationRequested: true },
      'being_deleted',
    ],
    [
      'that Seam wants authorized anew',
      { ...WELL, warnings: [warning('account_reauthorization_requested')] },
      QUIET,
      'reauthorization_requested',
    ],
    [
      'of which only an event said so',
      WELL,
      { ...QUIET, reauthorizationRequested: true },
      'reauthorization_requested',
    ],
    [
      'that is disconnected before it was authorized anew',
      { ...WELL, errors: [error('account_disconnected')] },
      { ...QUIET, reauthorizationRequested: true },
      'disconnected',
    ],
    [
      'said to be deleted, and shown',
      WELL,
      { ...QUIET, deletionAnnounced: 'just_now' },
      'connected',
    ],
    ['deleted', null, { ...QUIET, deletionAnnounced: 'earlier' }, 'deleted'],
    ['gone without a word', null, QUIET, null],
    ['that nobody asked for', 'not_asked', { ...QUIET, deletionAnnounced: 'earlier' }, null],
  ] as const)('an account %s', (_what, account, standing, state) => {
    expect(accountStateOf(account, standing)).toBe(state);
  });

  test('the codes that the database is asked for are those', () => {
    expect(codesThatMean('disconnected')).toEqual([
      'account_disconnected',
      'bridge_disconnected',
      'dormakaba_sites_disconnected',
    ]);
    expect(codesThatMean('being_deleted')).toEqual(['being_deleted']);
    expect(LIMITING_CODES).toEqual([
      'salto_ks_subscription_limit_exceeded',
      'devices_connected_to_other_account',
    ]);
    expect(codesThatMean('reauthorization_requested')).toEqual([
      'account_reauthorization_requested',
    ]);
  });

  test('being deleted is read from the warnings', () => {
    expect(isBeingDeleted({ errors: [], warnings: [warning('being_deleted')] })).toBe(true);
    expect(isBeingDeleted({ errors: ['being_deleted'], warnings: [] })).toBe(false);
  });
});

describe('since when, and what for', () => {
  const of = (error_code: string, created_at: unknown) => ({ error_code, created_at });

  test('of several errors that it is disconnected for, the first counts; others do not', () => {
    const account = {
      errors: [
        of('bridge_disconnected', '2026-11-26T13:00:00.000Z'),
        of('account_disconnected', '2026-11-26T12:25:00.000Z'),
        of('salto_ks_subscription_limit_exceeded', '2026-01-01T00:00:00.000Z'),
        of('of_next_year', 'yesterday'),
      ],
      warnings: [{ warning_code: 'setup_required', created_at: '2025-01-01T00:00:00.000Z' }],
    };
    expect(stateToldSince(account, 'disconnected')).toEqual(new Date('2026-11-26T12:25:00.000Z'));
    expect(stateToldSince(account, 'being_deleted')).toBeNull();
    expect(stateToldSince(WELL, 'connected')).toBeNull();
  });

  test('what it is disconnected for is told, not what only limits it', () => {
    const limit = error('salto_ks_subscription_limit_exceeded');
    const troubles = explainTroubles({
      errors: [limit, error('bridge_disconnected')],
      warnings: [warning('setup_required')],
    });
    expect(causeIn(troubles)).toMatchObject({ code: 'bridge_disconnected' });
    const own = explainTroubles({ errors: [limit], warnings: [] });
    expect(causeIn(own)).toMatchObject({ code: 'salto_ks_subscription_limit_exceeded' });
    expect(causeIn(explainTroubles(WELL))).toBeNull();
  });
});

describe('what is wrong with an account, in words', () => {
  test('a disconnected account asks for a new Connect Webview', () => {
    expect(explainTroubles({ ...WELL, errors: [error('account_disconnected')] })).toEqual([
      {
        kind: 'error',
        code: 'account_disconnected',
        sentence: expect.stringMatching(/lost access/),
        remedy: expect.stringMatching(/new Connect Webview/),
        message: 'In words of Seam.',
        device_ids: [],
      },
    ]);
  });

  test.each(['device_ids', 'existing_device_ids'])('the devices are named, from %s', key => {
    const [trouble] = explainTroubles({
      ...WELL,
      warnings: [warning('devices_connected_to_other_account', { [key]: ['d1', 2, 'd2'] })],
    });
    expect(trouble).toMatchObject({ kind: 'warning', device_ids: ['d1', 'd2'] });
    expect(trouble?.sentence).toMatch(/another connected account/);
  });

  test('a code that nobody here knows is told in the words of Seam', () => {
    const [trouble] = explainTroubles({ ...WELL, errors: [error('a_code_of_next_year')] });
    expect(trouble).toMatchObject({
      code: 'a_code_of_next_year',
      sentence: 'Seam says: “In words of Seam.”',
    });
  });

  test.each([
    [null],
    [7],
    [{}],
    [[]],
    [{ error_code: 'constructor' }],
    [{ error_code: 7, message: 7 }],
  ])('%j is told as something that we do not know', item => {
    const [trouble] = explainTroubles({ ...WELL, errors: [item] });
    expect(trouble).toMatchObject({
      sentence: expect.stringMatching(/we don't recognize/),
      message: null,
    });
  });

  test('a bare text is its own message; errors come before warnings', () => {
    const troubles = explainTroubles({ errors: ['Ouch.'], warnings: [warning('setup_required')] });
    expect(troubles.map(({ kind, message }) => [kind, message])).toEqual([
      ['error', 'Ouch.'],
      ['warning', null],
    ]);
  });
});
