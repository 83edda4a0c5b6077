import { expect, test } from 'vitest';
import {
  folded,
  ofDelivery,
  ofRun,
  type TimelineEntry,
  type TimelineKind,
} from '../../../src/support/cases/timeline-items.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 26, 12, minute)).toISOString();

const run = (minute: number, outcome: string, reason: string | null = null): TimelineEntry =>
  ofRun({
    ...{
      id: minute,
      trigger: 'delivery',
      outcome,
      reason,
      detail: null,
      seam_request_id: null,
      trace_id: null,
    },
    ...{ started_at: at(minute), finished_at: at(minute) },
  });
const event = (minute: number, type: string): TimelineEntry =>
  ofDelivery(
    {
      ...{
        event_id: `e${minute}`,
        event_type: `connected_account.${type}`,
        occurred_at: at(minute),
      },
      ...{ received_at: at(59), source: 'webhook', conflicting_bodies: 0, set_aside: null },
    },
    'August',
  );
const other = (minute: number, kind: TimelineKind, sentence: string): TimelineEntry => ({
  ...{ at: at(minute), kind, sentence, mood: 'plain', detail: null },
  ...{ times: 1, since: null, event_id: null },
});
const told = (...all: TimelineEntry[]): string[] => folded(all).map(({ sentence }) => sentence);

test('checks that changed nothing are one, also across what Seam said in between', () => {
  const entries = folded([
    run(3, 'already_linked'),
    event(2, 'connected'),
    run(1, 'kept'),
    run(5, 'left_unlinked'),
  ]);
  expect(entries).toMatchObject([
    { sentence: 'Checked 3 times, nothing changed', times: 3, at: at(5), since: at(1) },
    { sentence: 'August has access', at: at(2) },
  ]);
});

test('failures for the same reason are one, others are not', () => {
  const failed = (minute: number, reason = 'seam_timeout') => run(minute, 'failed', reason);
  const [newest, ...others] = told(
    failed(1),
    failed(2),
    failed(3),
    failed(4, 'user_not_found'),
    failed(5, 'user_not_found'),
  );
  expect(newest).toMatch(/^Checked 2 times: /);
  expect(others).toEqual([expect.stringMatching(/^Checked 3 times: /)]);
});

test('what somebody did in between parts them', () => {
  expect(told(run(1, 'kept'), other(2, 'people', 'Grace noted'), run(3, 'kept'))).toEqual([
    'Checked, nothing changed',
    'Grace noted',
    'Checked, nothing changed',
  ]);
});

test('what Seam repeats is one; a loss of access after another with access in between is not', () => {
  expect(
    told(
      event(1, 'successful_login'),
      run(2, 'kept'),
      event(3, 'successful_login'),
      run(4, 'kept'),
    ),
  ).toEqual(['Checked 2 times, nothing changed', 'The user signed in to August, 2 times']);
  expect(
    told(event(1, 'disconnected'), event(2, 'connected'), event(3, 'disconnected')),
  ).toHaveLength(3);
});

test('that an account came to stand otherwise is told once: by the event, or by the check that found it', () => {
  expect(told(event(1, 'disconnected'), other(2, 'seam', 'August lost access'))).toEqual([
    'August lost access',
  ]);
  expect(told(event(1, 'connected'), other(2, 'seam', 'August has access again'))).toHaveLength(1);
  expect(told(event(1, 'disconnected'), other(40, 'seam', 'August has access again'))).toEqual([
    'August has access again',
    'August lost access',
  ]);
});
