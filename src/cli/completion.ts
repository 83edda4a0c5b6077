import { Argument, type Command, InvalidArgumentError } from 'commander';
import { completionScript, SHELLS, type Shell } from './completion-scripts.ts';
import { completedBy } from './completion-words.ts';
import { EXIT } from './exit.ts';
import type { Run } from './options.ts';
import { printLine } from './print.ts';

const commandName = (text: string): string => {
  if (/^\w[\w.-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a name: letters, digits, "-", "_" and "." only.');
};

const HELP = `
For bash, in ~/.bashrc, where "seam-reconciler" is how you call it (an alias will do):
  alias seam-reconciler='npm run --silent cli --'
  eval "$(seam-reconciler completion bash)"
For zsh the same with "zsh" in ~/.zshrc; for fish, in ~/.config/fish/config.fish:
  seam-reconciler completion fish | source`;

/** `completion <shell>`: of all commands of this program. */
export const addCompletionCommand = (program: Command, run: Run): void => {
  program
    .command('completion')
    .description('print what lets a shell complete commands, options and their values')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .option('--as <name>', 'how the command is called in that shell', commandName, program.name())
    .addHelpText('after', HELP)
    .action(
      run(async () => async (_env, shell: Shell, options: { as: string }) => {
        printLine(completionScript(shell, completedBy(program), options.as));
        return EXIT.done;
      }),
    );
};
