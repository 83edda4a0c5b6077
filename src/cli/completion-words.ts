import type { Command, Option } from 'commander';

/* What a shell completes of our commands: read from the very commands, so that it can't say otherwise. Pure. */

type Word = Readonly<{ word: string; description: string }>;

/** An option that is followed by a value; without choices it can be anything. */
type Valued = Readonly<{
  flags: readonly string[];
  description: string;
  choices: readonly string[];
}>;

/** A command, by the words that lead to it: `['account', 'show']`; none: the program itself. */
export type Completed = Readonly<{
  path: readonly string[];
  commands: readonly Word[];
  /** What an argument may be, where that is listed. */
  choices: readonly string[];
  /** Options that stand alone. */
  flags: readonly Readonly<{ flags: readonly string[]; description: string }>[];
  valued: readonly Valued[];
}>;

const flagsOf = ({ long, short }: Option): string[] =>
  [long, short].filter(flag => flag !== undefined && flag !== null);

const isValued = ({ required, optional }: Option): boolean => required || optional;

/** All commands, each after the one that it belongs to. */
export const completedBy = (command: Command, path: readonly string[] = []): Completed[] => {
  const help = command.createHelp();
  const own = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  return [
    {
      path,
      commands: own.map(each => ({ word: each.name(), description: each.description() })),
      choices: command.registeredArguments.flatMap(argument => argument.argChoices ?? []),
      flags: options
        .filter(option => !isValued(option))
        .map(option => ({ flags: flagsOf(option), description: option.description })),
      valued: options.filter(isValued).map(option => ({
        flags: flagsOf(option),
        description: option.description,
        choices: option.argChoices ?? [],
      })),
    },
    ...own.flatMap(each => completedBy(each, [...path, each.name()])),
  ];
};
