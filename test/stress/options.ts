import { randomBytes } from 'node:crypto';
import { Command, CommanderError, Option } from 'commander';
import { wholeNumber } from '../../src/cli/options.ts';
import type { QueueKind } from '../chaos/faults.ts';

export type StressOptions = Readonly<{
  /** Rounds begin until so many minutes are over; one does in any case. */
  minutes: number;
  /** Of a round. */
  operations: number;
  seed: string;
  /** `both`: by turns. */
  queue: QueueKind | 'both';
  /** How often a failing list may be tried again, to shorten it. */
  shrinkTries: number;
  /** A list that failed, to be carried out again; null: lists are drawn. */
  replay: string | null;
  json: boolean;
}>;

type Invocation =
  | Readonly<{ kind: 'run'; options: StressOptions }>
  /** Help was printed, or what is wrong with the arguments. */
  | Readonly<{ kind: 'told'; exitCode: number }>;

const USAGE = 2;

const DESCRIPTION = `Tries to make the books lie.

Starts PostgreSQL, a queue, Seam's fake with two workspaces and several serve and work processes, and carries out random
operations: what happens at Seam, what support staff and engineers do, time, and faults. Meanwhile invariants are checked
in the database from outside; in the end all that must hold. A list of operations that fails is shortened and written
down. Exit: 0 all held, 1 something did not, 2 usage, 130 interrupted.`;

/** @param args without node and the script */
export const parseInvocation = (args: readonly string[]): Invocation => {
  const command = new Command('npm run stress --')
    .description(DESCRIPTION)
    .option('--minutes <n>', 'how long new rounds begin', wholeNumber(0, 24 * 60), 10)
    .option('--operations <n>', 'operations in a round', wholeNumber(1, 10_000), 250)
    .option('--seed <text>', 'what to draw from; the same seed gives the same operations')
    .option('--shrink <n>', 'how often to try a failing list again', wholeNumber(0, 200), 12)
    .option('--replay <file>', 'carry out the operations that a failed round has written down')
    .addOption(
      new Option('--queue <backend>', 'where the queue lives')
        .choices(['redis', 'postgres', 'both'])
        .default('both'),
    )
    .option('--json', 'print the report as JSON')
    .allowExcessArguments(false)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'told', exitCode: error.exitCode === 0 ? 0 : USAGE };
  }
  const { shrink, seed, replay, json, ...given } = command.opts<
    Pick<StressOptions, 'minutes' | 'operations' | 'queue'> & {
      seed?: string;
      shrink: number;
      replay?: string;
      json?: true;
    }
  >();
  return {
    kind: 'run',
    options: {
      ...given,
      seed: seed ?? randomBytes(4).toString('hex'),
      shrinkTries: shrink,
      replay: replay ?? null,
      json: json === true,
    },
  };
};
