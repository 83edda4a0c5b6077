import type { Completed } from './completion-words.ts';

/* Scripts for shells. Static: nothing of ours runs while somebody types. Pure. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const pathOf = ({ path }: Completed): string => path.map(word => ` ${word}`).join('');

/** What may stand where no option waits for its value. */
const wordsOf = ({ commands, choices, flags, valued }: Completed): string[] => [
  ...commands.map(({ word }) => word),
  ...choices,
  ...[...flags, ...valued].flatMap(option => option.flags),
];

/** `list|--state`: what may follow it; nothing where it can be anything. */
const valuesOf = (all: readonly Completed[]): [place: string, choices: readonly string[]][] =>
  all.flatMap(each =>
    each.valued.flatMap(({ flags, choices }) =>
      flags.map((flag): [string, readonly string[]] => [`${pathOf(each)}|${flag}`, choices]),
    ),
  );

/** The same in bash and zsh: which command it is, then what may stand there. */
const casesOf = (all: readonly Completed[], words: (found: readonly string[]) => string) => ({
  paths: all
    .map(pathOf)
    .filter(path => path !== '')
    .map(quoted)
    .join('|'),
  values: valuesOf(all).map(([place, choices]) => `    ${quoted(place)}) ${words(choices)} ;;`),
  commands: all.map(each => `      ${quoted(pathOf(each))}) ${words(wordsOf(each))} ;;`),
});

const functionOf = (name: string): string => `_${name.replaceAll(/\W/g, '_')}`;

const bash = (all: readonly Completed[], name: string): string => {
  const { paths, values, commands } = casesOf(all, found => `words=${quoted(found.join(' '))}`);
  return `# eval "$(${name} completion bash)"
${functionOf(name)}() {
  local path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${paths}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path|\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    *) case "$path" in
${commands.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F ${functionOf(name)} ${name}`;
};

const zsh = (all: readonly Completed[], name: string): string => {
  const { paths, values, commands } = casesOf(
    all,
    found => `found=(${found.map(quoted).join(' ')})`,
  );
  return `#compdef ${name}
# eval "$(${name} completion zsh)", after compinit
${functionOf(name)}() {
  local place='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$place \${words[i]}" in
      ${paths}) place="$place \${words[i]}" ;;
    esac
  done
  case "$place|\${words[CURRENT-1]}" in
${values.join('\n')}
    *) case "$place" in
${commands.join('\n')}
    esac ;;
  esac
  compadd -- $found
}
compdef ${functionOf(name)} ${name}`;
};

const inFish = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fishOptions = ({ flags }: { flags: readonly string[] }): string =>
  flags
    .map(flag => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    .join(' ');

const fish = (all: readonly Completed[], name: string): string => {
  const at = `_${functionOf(name)}_at`;
  const lines = all.flatMap(each => {
    const here = `complete -c ${name} -f -n ${inFish(`${at} ${inFish(pathOf(each))}`)}`;
    return [
      ...each.commands.map(
        ({ word, description }) => `${here} -a ${inFish(word)} -d ${inFish(description)}`,
      ),
      ...(each.choices.length === 0 ? [] : [`${here} -a ${inFish(each.choices.join(' '))}`]),
      ...each.flags.map(own => `${here} ${fishOptions(own)} -d ${inFish(own.description)}`),
      ...each.valued.map(
        own =>
          `${here} ${fishOptions(own)} -x -d ${inFish(own.description)}${own.choices.length === 0 ? '' : ` -a ${inFish(own.choices.join(' '))}`}`,
      ),
    ];
  });
  const paths = all.map(pathOf).filter(path => path !== '');
  return `# ${name} completion fish | source
function ${at}
  set -l place ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $word" ${paths.map(inFish).join(' ')}
      set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
complete -c ${name} -f
${lines.join('\n')}`;
};

const SCRIPTS = { bash, zsh, fish } as const satisfies Record<
  Shell,
  (all: readonly Completed[], name: string) => string
>;

/**
 * What a shell reads to complete our commands.
 *
 * @param name how the command is called there: letters, digits, `-`, `_` and `.` only
 */
export const completionScript = (shell: Shell, all: readonly Completed[], name: string): string =>
  SCRIPTS[shell](all, name);
