import type { Books, RunRow } from './books.ts';
import type { Problem } from './problems.ts';

type Finished = RunRow & { finishedAt: number };
type Overlap = Readonly<{ earlier: Finished; later: Finished }>;

/**
 * Whether a run came to an end of its own; the others are closed by the run that follows them, or
 * never.
 */
const isFinished = (run: RunRow): run is Finished =>
  run.finishedAt !== null && run.outcome !== 'interrupted';

/** Pairs of finished runs of one subject of which the second began before the first had ended. */
const overlapsOf = (runs: readonly RunRow[]): Overlap[] => {
  const finished = runs.filter(isFinished).sort((a, b) => a.startedAt - b.startedAt);
  const overlaps: Overlap[] = [];
  let longest: Finished | undefined;
  for (const run of finished) {
    if (longest !== undefined && run.startedAt < longest.finishedAt) {
      overlaps.push({ earlier: longest, later: run });
    }
    if (longest === undefined || run.finishedAt > longest.finishedAt) longest = run;
  }
  return overlaps;
};

const toProblem = ({ earlier, later }: Overlap): Problem => {
  const ms = Math.round(earlier.finishedAt - later.startedAt);
  const ended = `run ${earlier.id} (${earlier.outcome}) had ended`;
  const what = `run ${later.id} (${later.outcome}) began ${ms} ms before ${ended}`;
  return { kind: 'overlapping', id: earlier.subject, what };
};

export type RunCounts = Readonly<{ finished: number; interrupted: number }>;

/** No two runs of one subject at a time. Interrupted runs are counted, not compared. Pure. */
export const checkRuns = ({
  runs,
}: Pick<Books, 'runs'>): { problems: Problem[]; counts: RunCounts } => {
  const finished = runs.filter(isFinished).length;
  const overlaps = [...Map.groupBy(runs, ({ subject }) => subject).values()].flatMap(overlapsOf);
  return {
    problems: overlaps.map(toProblem),
    counts: { finished, interrupted: runs.length - finished },
  };
};
