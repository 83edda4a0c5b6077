import { describe, expect, test } from 'vitest';
import {
  accountStateOf,
  codesThatMean,
  explainTroubles,
  isBeingDeleted,
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
    [
      'with a code of next year',
      { errors: [error('new'), 'text', null], warnings: [7] },
      QUIET,
      'connected',
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
    expect(codesThatMean('disconnected')).toEqual(['account_disconnected', 'bridge_disconnected']);
    expect(codesThatMean('reauthorization_requested')).toEqual([
      'account_reauthorization_requested',
    ]);
  });

  test('being deleted is read from the warnings', () => {
    expect(isBeingDeleted({ errors: [], warnings: [warning('being_deleted')] })).toBe(true);
    expect(isBeingDeleted({ errors: ['being_deleted'], warnings: [] })).toBe(false);
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
