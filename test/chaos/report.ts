import { shownTwice } from './check-alerts.ts';
import type { Result } from './conduct.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { commandOf } from './plan.ts';
import { PROBLEM_KINDS, type Problem, type ProblemKind } from './problems.ts';

const PROBLEMS_NAMED = 20;
const PROBLEMS_WITH_EVIDENCE = 5;

/** What is printed under --json, in the words of the text report. Durations in ms. */
export type Report = Readonly<Record<ProblemKind, number>> &
  Readonly<{
    ok: boolean;
    seed: string;
    command: string;
    queue: string;
    sent: number;
    acknowledged: number;
    /** Answers other than 2xx, and tries to which no answer came. */
    refused: number;
    unanswered: number;
    sent_again: number;
    events: number;
    stored: number;
    stored_unacknowledged: number;
    subjects: number;
    settled: number;
    runs: Readonly<{ finished: number; interrupted: number }>;
    /** Messages to the app, and how often it took one. */
    messages: number;
    received: number;
    /** Alerts that were opened, messages about them, and what a channel without ids showed again. */
    alerts: Readonly<{ opened: number; messages: number; shown_twice: number }>;
    faults: number;
    faults_by_kind: Readonly<Record<string, { count: number; recovery_max_ms: number | null }>>;
    recovery: Readonly<{ measured: number; p50_ms: number; p99_ms: number; max_ms: number }>;
    sending_ms: number;
    settling_ms: number;
    first_problems: readonly Problem[];
    plan: Readonly<{
      stories: Readonly<Record<string, number>>;
      faults: readonly FaultLine[];
    }>;
    evidence: readonly Evidence[];
    /** Of each process, when there are problems. */
    last_lines: Readonly<Record<string, readonly string[]>>;
  }>;

/** A fault as it was planned, and when it came and went (ms from the first webhook). */
type FaultLine = Readonly<{
  number: number;
  kind: string;
  target: string;
  after_delivery: number;
  for_ms: number;
  began_at_ms: number | null;
  ended_at_ms: number | null;
  recovery_ms: number | null;
}>;

const sumOf = <T>(list: readonly T[], number: (item: T) => number): number =>
  list.reduce((sum, item) => sum + number(item), 0);

const countBy = <T>(list: readonly T[], key: (item: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(list, key)].map(([name, items]) => [name, items.length]));

/** The nearest rank: a time that was really measured. 0 for none. */
export const percentile = (times: readonly number[], share: number): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

export const reportOf = (result: Result): Report => {
  const { plan, findings, messages, ledger, books } = result;
  const { problems } = findings;
  const faults = faultLines(result);
  const times = faults.flatMap(({ recovery_ms }) => (recovery_ms === null ? [] : [recovery_ms]));
  const ok = problems.length === 0;
  return {
    ok,
    seed: plan.options.seed,
    command: commandOf(plan.options),
    queue: plan.options.queue,
    sent: messages.length,
    acknowledged: messages.filter(message => message.acknowledged).length,
    refused: sumOf(messages, message => message.refusals.length),
    unanswered: sumOf(messages, message => message.unanswered),
    sent_again: sumOf(messages, message => message.tries - 1),
    events: ledger.events.length,
    stored: findings.stored,
    stored_unacknowledged: findings.storedUnacknowledged,
    subjects: findings.subjects,
    settled: findings.settled,
    ...countProblems(problems),
    runs: findings.runs,
    messages: books.messages.length,
    received: result.heard.receipts.length,
    alerts: {
      opened: books.alerts.length,
      messages: result.alerts.receipts.length,
      shown_twice: shownTwice(result.alerts),
    },
    faults: result.struck.length,
    faults_by_kind: byKind(faults),
    recovery: {
      measured: times.length,
      p50_ms: percentile(times, 0.5),
      p99_ms: percentile(times, 0.99),
      max_ms: percentile(times, 1),
    },
    sending_ms: Math.round(result.sendingMs),
    settling_ms: Math.round(result.settlingMs),
    first_problems: problems.slice(0, PROBLEMS_NAMED),
    plan: { stories: countBy(plan.scenario.stories, ({ kind }) => kind), faults },
    evidence: problems
      .slice(0, PROBLEMS_WITH_EVIDENCE)
      .map(problem => evidenceOf(problem, ledger, books)),
    last_lines: ok ? {} : result.lastLines,
  };
};

const countProblems = (problems: readonly Problem[]): Record<ProblemKind, number> => {
  const count = (kind: ProblemKind) => problems.filter(problem => problem.kind === kind).length;
  return Object.fromEntries(PROBLEM_KINDS.map(kind => [kind, count(kind)])) as Record<
    ProblemKind,
    number
  >;
};

const faultLines = ({ plan, struck, recoveryMs, beganAtMs }: Result): FaultLine[] => {
  const since = (at: number | null | undefined): number | null =>
    at === null || at === undefined ? null : Math.round(at - beganAtMs);
  return plan.faults.map(fault => {
    const record = struck.find(({ fault: { number } }) => number === fault.number);
    return {
      number: fault.number,
      kind: fault.kind,
      target: fault.target,
      after_delivery: fault.afterDelivery,
      for_ms: fault.forMs,
      began_at_ms: since(record?.beganAtMs),
      ended_at_ms: since(record?.endedAtMs),
      recovery_ms: recoveryMs.get(fault.number) ?? null,
    };
  });
};

const byKind = (faults: readonly FaultLine[]): Report['faults_by_kind'] =>
  Object.fromEntries(
    [...Map.groupBy(faults, ({ kind }) => kind)].sort().map(([kind, ofKind]) => {
      const times = ofKind.flatMap(({ recovery_ms }) =>
        recovery_ms === null ? [] : [recovery_ms],
      );
      const longest = times.length === 0 ? null : Math.max(...times);
      return [kind, { count: ofKind.length, recovery_max_ms: longest }];
    }),
  );
