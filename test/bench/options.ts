import { Command, CommanderError } from 'commander';
import { wholeNumber } from '../../src/cli/options.ts';

export type Options = Readonly<{
  quick: boolean;
  rounds: number;
  /** Ids of the measures to take; empty for all. */
  only: readonly string[];
  json: boolean;
  write: boolean;
  tell: (line: string) => void;
}>;

const DESCRIPTION = `Measures how fast it is, beside what people write and beside the ceiling of the machine.

Starts PostgreSQL (default durability), Redis, a stub of Seam and a load generator, each a process of its
own. Exit: 0 measured (whether or not an aim was met), 1 something failed, 2 usage.`;

/** @returns the exit code when there is nothing to measure: help was printed, or what is wrong */
export const parseOptions = (
  args: readonly string[],
  known: readonly string[],
  quickOnes: readonly string[] = known,
): Options | number => {
  const command = new Command('npm run bench --')
    .description(DESCRIPTION)
    .option('--quick', `about a minute: small, one round, and only ${quickOnes.join(', ')}`)
    .option(
      '--rounds <n>',
      'rounds of each comparison (default: 3, with --quick 1)',
      wholeNumber(1, 50),
    )
    .option('--only <names...>', `some of: ${known.join(', ')}`)
    .option('--json', 'print the report as JSON')
    .option('--write', 'also write docs/performance.md and its plots; not with --only or --quick')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
    const given = command.opts<{
      quick?: true;
      rounds?: number;
      only?: string[];
      json?: true;
      write?: true;
    }>();
    const only = given.only ?? [];
    const unknown = only.find(name => !known.includes(name));
    if (unknown !== undefined)
      command.error(`There is no ${unknown}. Choose from: ${known.join(', ')}.`);
    if (given.write && only.length > 0) {
      command.error(
        '--write replaces the whole document: leave out --only, which measures a part.',
      );
    }
    if (given.write && given.quick) {
      command.error('--write is for the whole of it: leave out --quick, which measures a part.');
    }
    const quick = given.quick === true;
    return {
      quick,
      rounds: given.rounds ?? (quick ? 1 : 3),
      only: quick && only.length === 0 ? quickOnes : only,
      json: given.json === true,
      write: given.write === true,
      tell: line => process.stderr.write(`${line}\n`),
    };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
};
