import type { Heard } from './app.ts';
import type { Books } from './books.ts';
import { checkAlerts } from './check-alerts.ts';
import { checkAnswers } from './check-answers.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkLinks } from './check-links.ts';
import { checkRuns, type RunCounts } from './check-runs.ts';
import { checkSubjects } from './check-subjects.ts';
import { checkTold } from './check-told.ts';
import { expectStandings } from './expected.ts';
import type { HeardAlerts } from './hearing.ts';
import type { Ledger } from './ledger.ts';
import type { Problem } from './problems.ts';
import type { SentMessage } from './sender.ts';

export type Findings = Readonly<{
  problems: readonly Problem[];
  runs: RunCounts;
  subjects: number;
  /** Subjects that stand as they should. */
  settled: number;
  stored: number;
  /** Stored, though no answer ever said so: harmless. */
  storedUnacknowledged: number;
}>;

/** Checks the books against what Seam's fake, the sender and the app know. Pure. */
export const check = (
  ledger: Ledger,
  books: Books,
  messages: readonly SentMessage[],
  complaints: readonly string[],
  heard: Heard,
  alerts: HeardAlerts,
): Findings => {
  const subjects = checkSubjects(ledger, books);
  const runs = checkRuns(books);
  const expected = expectStandings(ledger);
  const amiss = new Set(subjects.map(({ id }) => id));
  const acknowledged = new Set(ledger.events.filter(e => e.acknowledged).map(e => e.eventId));
  return {
    problems: [
      ...checkAnswers(messages),
      ...checkDeliveries(ledger, books),
      ...subjects,
      ...checkLinks(ledger, books),
      ...runs.problems,
      ...checkTold(books, heard),
      ...checkAlerts(books, alerts),
      ...complaints.map(what => ({ kind: 'crashed', id: 'process', what }) as const),
    ],
    runs: runs.counts,
    subjects: expected.size,
    settled: [...expected.keys()].filter(subject => !amiss.has(subject)).length,
    stored: books.deliveries.length,
    storedUnacknowledged: books.deliveries.filter(({ eventId }) => !acknowledged.has(eventId))
      .length,
  };
};
