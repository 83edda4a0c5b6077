import type { Books, RunRow, Standing } from './books.ts';
import { type Expectation, expectStandings } from './expected.ts';
import type { Ledger } from './ledger.ts';
import type { Problem } from './problems.ts';

type SubjectBooks = Pick<Books, 'deliveries' | 'reconciliations' | 'uncounted' | 'runs'>;

const WROTE_NOTHING = ['superseded', 'interrupted'];
/** Longer than the sweep takes to find a look that the queue has lost. */
const OVERDUE_AT_MOST_S = 90;

const isOwed = (row: Standing): boolean => row.observedGeneration < row.generation;
const told = (standing: { state: string; reason: string | null }): string =>
  standing.reason === null ? standing.state : `${standing.state} (${standing.reason})`;
const isAllowed = (row: Standing, { standings }: Expectation): boolean =>
  standings.some(({ state, reason }) => state === row.state && reason === row.reason);

/**
 * The subjects that are still owed a look and should not be: all but those whose tries go on by
 * design and are not overdue. Pure.
 */
export const unsettledSubjects = (
  expectations: ReadonlyMap<string, Expectation>,
  reconciliations: readonly Standing[],
): Standing[] =>
  reconciliations.filter(row => {
    const expectation = expectations.get(row.subject);
    const byDesign = expectation?.mayBeOwed && isAllowed(row, expectation);
    const isOverdue = row.overdueSeconds > OVERDUE_AT_MOST_S;
    return isOwed(row) && (!byDesign || isOverdue);
  });

/**
 * Every subject stands as Seam's final state dictates, and nothing is owed that should not be.
 * Pure.
 */
export const checkSubjects = (ledger: Ledger, books: SubjectBooks): Problem[] => {
  const expectations = expectStandings(ledger);
  const rows = new Map(books.reconciliations.map(row => [row.subject, row]));
  const unsettled = unsettledSubjects(expectations, books.reconciliations);
  const stored = Map.groupBy(books.deliveries, ({ subject }) => subject);
  const runs = Map.groupBy(books.runs, ({ subject }) => subject);
  const sent = Map.groupBy(ledger.events, ({ subject }) => subject);
  return [
    ...unsettled.map(
      (row): Problem => ({
        kind: 'unsettled',
        id: row.subject,
        what: `${told(row)}, generation ${row.generation}, observed ${row.observedGeneration}`,
      }),
    ),
    ...[...expectations].flatMap(([subject, expectation]) => {
      const row = rows.get(subject);
      if (row === undefined) {
        return [{ kind: 'lost', id: subject, what: 'nothing is known of this subject' } as const];
      }
      if (unsettled.includes(row)) return [];
      return [
        ...checkStanding(row, expectation),
        ...checkLastRun(subject, runs.get(subject) ?? [], expectation),
      ];
    }),
    ...books.uncounted.map(({ eventId, subject }): Problem => {
      return { kind: 'unsettled', id: eventId, what: `stored for ${subject}, and never counted` };
    }),
    ...books.reconciliations.flatMap(row =>
      checkGeneration(row, {
        stored: stored.get(row.subject)?.length ?? 0,
        tries: (sent.get(row.subject) ?? []).reduce((sum, { tries }) => sum + tries, 0),
      }),
    ),
  ];
};

const checkStanding = (row: Standing, expectation: Expectation): Problem[] => {
  if (isAllowed(row, expectation)) return [];
  const expected = expectation.standings.map(told).join(' or ');
  return [{ kind: 'wrong', id: row.subject, what: `is ${told(row)}, should be ${expected}` }];
};

/** What the last run that wrote anything came to. */
const checkLastRun = (subject: string, runs: readonly RunRow[], expectation: Expectation) => {
  const last = runs.findLast(({ outcome }) => outcome !== null && !WROTE_NOTHING.includes(outcome));
  if (expectation.outcomes.includes(last?.outcome ?? '')) return [];
  const expected = expectation.outcomes.join(' or ');
  const what = `its last run came to ${last?.outcome ?? 'nothing'}, not to ${expected}`;
  return [{ kind: 'wrong', id: subject, what } as const];
};

/**
 * The generation goes up by one with every new delivery, and with nothing else here but one that is sent
 * again while its subject stands failed or is being tried again.
 */
const checkGeneration = (
  { subject, generation }: Standing,
  { stored, tries }: { stored: number; tries: number },
): Problem[] =>
  generation >= stored && generation <= Math.max(stored, tries)
    ? []
    : [
        {
          kind: 'wrong',
          id: subject,
          what: `its generation is ${generation}, but ${stored} deliveries are stored, of ${tries} tries`,
        },
      ];
