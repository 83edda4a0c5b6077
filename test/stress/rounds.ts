import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { QueueKind } from '../chaos/faults.ts';
import { type Operation, planOperations } from './operations.ts';
import type { StressOptions } from './options.ts';
import { playRound, type Round } from './round.ts';
import { shrink } from './shrink.ts';
import type { Breach } from './watch.ts';

/** A round that failed, with what it takes to see it again. */
type Failure = Readonly<{
  seed: string;
  queue: QueueKind;
  breaches: readonly Breach[];
  operations: number;
  /** The operations that are left of them, and the file that has them. */
  shrunkTo: number;
  file: string;
  lastLines: Round['lastLines'];
}>;

/** What all rounds together have shown. */
export type Report = Readonly<{
  ok: boolean;
  seed: string;
  rounds: number;
  minutes: number;
  operations: Readonly<Record<string, number>>;
  webhooks: number;
  answers: Readonly<Record<string, number>>;
  looks: number;
  failures: readonly Failure[];
}>;

/** Not kept under version control. */
const FOLDER = '.stress';
const MS_PER_MINUTE = 60_000;

const replaySchema = z.object({
  seed: z.string(),
  queue: z.enum(['redis', 'postgres']),
  operations: z.array(z.looseObject({ number: z.number(), afterMs: z.number(), kind: z.string() })),
});

type Planned = Readonly<{ seed: string; queue: QueueKind; operations: readonly Operation[] }>;

/** @throws Error for a file that no failed round has written */
const readReplay = async (file: string): Promise<Planned> => {
  const { operations, ...rest } = replaySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return { ...rest, operations: operations as unknown as readonly Operation[] };
};

const planRound = (options: StressOptions, round: number): Planned => {
  const both = ['redis', 'postgres'] as const;
  const queue = options.queue === 'both' ? (both[round % 2] ?? 'redis') : options.queue;
  const seed = `${options.seed}.${round}`;
  return { seed, queue, operations: planOperations(seed, options.operations, queue) };
};

/**
 * Plays rounds until the time is over; a failing one is shortened and written down, and the next one begins.
 *
 * @param tell hears of the progress
 * @throws when interrupted
 */
export const playRounds = async (
  options: StressOptions,
  interrupted: AbortSignal,
  tell: (line: string) => void,
  play: typeof playRound = playRound,
): Promise<Report> => {
  const beganAt = performance.now();
  const isTimeLeft = () => performance.now() - beganAt < options.minutes * MS_PER_MINUTE;
  const rounds: Round[] = [];
  const failures: Failure[] = [];
  do {
    const planned =
      options.replay === null
        ? planRound(options, rounds.length)
        : await readReplay(options.replay);
    const { queue, seed, operations } = planned;
    const round = await play(operations, { queue, seed, interrupted });
    rounds.push(round);
    tell(lineOf(planned, round));
    if (round.breaches.length > 0) {
      const again = (fewer: readonly Operation[]) => play(fewer, { queue, seed, interrupted });
      failures.push(await writeDown(planned, round, { tries: options.shrinkTries, again, tell }));
    }
  } while (isTimeLeft() && options.replay === null);
  return {
    ok: failures.length === 0,
    seed: options.seed,
    rounds: rounds.length,
    minutes: Math.round((performance.now() - beganAt) / MS_PER_MINUTE),
    operations: sum(rounds.map(({ counts }) => counts)),
    webhooks: rounds.reduce((total, { webhooks }) => total + webhooks, 0),
    answers: sum(rounds.map(({ answers }) => answers)),
    looks: rounds.reduce((total, { looks }) => total + looks, 0),
    failures,
  };
};

const lineOf = ({ seed, queue, operations }: Planned, round: Round): string =>
  `seed ${seed} (${queue}): ${operations.length} operations, ${round.webhooks} webhooks, ${round.looks} looks in ` +
  `${Math.round(round.tookMs / 1_000)} s: ${round.breaches.length === 0 ? 'all held' : `${round.breaches.length} did NOT hold`}` +
  round.breaches.map(({ invariant, what }) => `\n  ${invariant}: ${what}`).join('');

type Shrinking = Readonly<{
  tries: number;
  again: (fewer: readonly Operation[]) => Promise<Round>;
  tell: (line: string) => void;
}>;

const writeDown = async (
  { seed, queue, operations }: Planned,
  { breaches, lastLines }: Round,
  { tries, again, tell }: Shrinking,
): Promise<Failure> => {
  const [first] = breaches;
  const file = path.join(FOLDER, `${seed}.json`);
  const write = async (left: readonly Operation[]): Promise<void> => {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(file, JSON.stringify({ seed, queue, breaches, operations: left }, null, 1));
  };
  await write(operations);
  const left = await shrink(
    operations,
    async fewer => {
      const round = await again(fewer);
      const fails = round.breaches.some(({ invariant }) => invariant === first?.invariant);
      tell(`  with ${fewer.length} operations it ${fails ? 'fails' : 'holds'}`);
      if (fails) await write(fewer);
      return fails;
    },
    tries,
  );
  const rest = { seed, queue, breaches, lastLines, file };
  return { ...rest, operations: operations.length, shrunkTo: left.length };
};

const sum = (each: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const counts of each) {
    for (const [key, count] of Object.entries(counts)) total[key] = (total[key] ?? 0) + count;
  }
  return total;
};
