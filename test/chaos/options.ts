import { randomBytes } from 'node:crypto';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../src/cli/options.ts';
import type { QueueKind } from './faults.ts';
import { type ChaosOptions, DEFAULT_GAP_SECONDS } from './plan.ts';

export type Invocation =
  | Readonly<{ kind: 'run'; options: ChaosOptions; json: boolean }>
  /** Help was printed, or what is wrong with the arguments. */
  | Readonly<{ kind: 'told'; exitCode: number }>;

const USAGE = 2;

const text = (value: string): string => {
  if (value !== '') return value;
  throw new InvalidArgumentError('It must not be empty.');
};

const DESCRIPTION = `Proves that nothing acknowledged is ever lost.

Starts PostgreSQL, Redis, Seam's fake and several serve and work processes, sends signed webhooks as
Svix does, and meanwhile kills, freezes, flushes and cuts what it has started. Then it lets things
settle and checks the books. Exit: 0 they are right, 1 they are not, 2 usage, 130 interrupted.`;

/** @param args without node and the script */
export const parseInvocation = (args: readonly string[]): Invocation => {
  const command = new Command('npm run chaos --')
    .description(DESCRIPTION)
    .option('--deliveries <n>', 'webhooks to send', wholeNumber(10, 1_000_000), 2_000)
    .option('--faults <n>', 'faults to strike meanwhile', wholeNumber(0, 10_000), 30)
    .option(
      '--gap <seconds>',
      'from one fault to the next, on average',
      wholeNumber(1, 600),
      DEFAULT_GAP_SECONDS,
    )
    .option('--seed <text>', 'what to draw from; the same seed gives the same plan', text)
    .addOption(
      new Option('--queue <backend>', 'where the queue lives')
        .choices(['redis', 'postgres'])
        .default('redis'),
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
  const given = command.opts<{
    deliveries: number;
    faults: number;
    gap: number;
    seed?: string;
    queue: QueueKind;
    json?: true;
  }>();
  const {
    deliveries,
    faults,
    queue,
    gap: gapSeconds,
    seed = randomBytes(4).toString('hex'),
  } = given;
  return {
    kind: 'run',
    options: { deliveries, faults, gapSeconds, queue, seed },
    json: given.json === true,
  };
};
