import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS } from '../../../src/model/outcome.ts';
import { accountStateOf } from '../../../src/reconcile/account-state.ts';
import { accountRow, metadataOf } from '../../../src/sandbox/fill/at-seam.ts';
import { planCases } from '../../../src/sandbox/fill/cases.ts';
import { heardOf } from '../../../src/sandbox/fill/history.ts';
import { personOf } from '../../../src/sandbox/fill/people.ts';
import { rowsOf } from '../../../src/sandbox/fill/rows.ts';

const CASES = planCases(3_000);
const NOW = Date.parse('2026-11-27T12:00:00Z');
const IDS = { webview: 'w', account: 'a', workspace: 'sandbox' };

describe('3,000 made-up cases', () => {
  test('have every reason, every state and every standing of an account', () => {
    expect(new Set(CASES.map(({ reason }) => reason))).toEqual(new Set([null, ...FAILURE_REASONS]));
    expect(new Set(CASES.map(({ state }) => state))).toEqual(
      new Set(['linked', 'no_action', 'failed', 'retrying', 'dismissed']),
    );
    expect(new Set(CASES.map(({ accountState }) => accountState))).toEqual(
      new Set([
        null,
        'connected',
        'disconnected',
        'reauthorization_requested',
        'being_deleted',
        'deleted',
      ]),
    );
  });

  test('are of three workspaces and many makers, and 300 of them name a tenant', () => {
    expect(new Set(CASES.map(({ workspace }) => workspace)).size).toBe(3);
    const makers = CASES.map(plan => accountRow(plan, 'a', 'w', NOW).account_type);
    expect(new Set(makers).size).toBeGreaterThan(8);
    const ofTenant = CASES.filter(plan => String(metadataOf(plan).id).startsWith('tenant-9:'));
    expect(ofTenant.length).toBe(300);
    expect(ofTenant.every(({ reason }) => reason === 'user_not_found')).toBe(true);
  });

  test('stand as Seam’s errors and warnings say', () => {
    for (const plan of CASES.filter(
      ({ accountState }) => accountState !== null && accountState !== 'deleted',
    )) {
      const { errors, warnings, state } = accountRow(plan, 'a', 'w', NOW);
      const seen = accountStateOf(
        { errors, warnings },
        { deletionAnnounced: 'no', reauthorizationRequested: false },
      );
      expect(seen, JSON.stringify(plan)).toBe(state);
    }
  });

  test('tell their story in its order, and end before now', () => {
    for (const plan of CASES) {
      const minutes = heardOf(plan).map(each => each.minutes);
      expect(minutes).toEqual(minutes.toSorted((a, b) => b - a));
      expect(minutes.every(each => each > 0)).toBe(true);
      const { runs = [] } = rowsOf(plan, IDS, NOW);
      expect(runs.every(({ finished_at }) => Date.parse(String(finished_at)) < NOW)).toBe(true);
    }
  });
});

test('people have names in many scripts, some of them far too long', () => {
  const names = CASES.map(({ number }) => personOf(number).name);
  expect(Math.max(...names.map(name => name.length))).toBeGreaterThan(120);
  for (const script of [
    'Latin',
    'Cyrillic',
    'Greek',
    'Han',
    'Hangul',
    'Arabic',
    'Hebrew',
    'Thai',
    'Devanagari',
  ]) {
    expect(
      names.some(name => new RegExp(`\\p{Script=${script}}`, 'u').test(name)),
      script,
    ).toBe(true);
  }
  expect(new Set(CASES.map(({ number }) => personOf(number).email)).size).toBe(CASES.length);
});
