import { ENTRIES, SAID_OTHERWISE } from './table.ts';

/* What is said of settings, told of options: by the names that the app's engineer has written. */

const OPTION_OF: ReadonlyMap<string, string> = new Map([
  ...ENTRIES.map(({ setting, path }) => [setting, path.join('.')] as const),
  ...Object.entries(SAID_OTHERWISE).map(([option, setting]) => [setting, option] as const),
]);

const FIELDS: Readonly<Record<string, string>> = {
  workspace_id: 'id',
  name: 'name',
  api_key: 'apiKey',
  personal_access_token: 'apiKey',
  webhook_secrets: 'webhookSecret',
};

/** How a setting is written, where an option isn't. */
const WRITTEN: readonly (readonly [RegExp, string])[] = [
  [/ \(or set CONSOLE=off\)/g, ' (or set console: false)'],
  [
    /: under NODE_ENV=production the console needs its public URL/g,
    ': the console needs its public URL',
  ],
  [/ under NODE_ENV=production/g, ''],
  [/ is set as SEAM_PERSONAL_ACCESS_TOKEN/g, ' opens what workspaces lists'],
  [/; separate several with commas/g, '; several as a list'],
  [/\(or several, separated by commas\)/g, '(or several, as a list)'],
  [/, separated by commas/g, ', as a list'],
  [/must be on or off/g, 'must be true or false'],
  [/\brun "migrate"/g, 'call reconciler.migrate()'],
  // Commands of ours are named without what stands before them in a shell; SQL that is to be run stays as it is.
  [
    /(?<=\b[Rr]un |: )"(?=(?:migrate|doctor|webhook|queue|endpoint|grants|token)\b)/g,
    '"npx seam-reconciler ',
  ],
];

const inWorkspace = (_all: string, position: string, field: string | undefined): string =>
  `workspaces[${Number(position) - 1}]${field === undefined ? '' : `.${FIELDS[field] ?? field}`}`;

/** Pure. Words about settings, with the options that say them. */
export const inOptions = (words: string): string => {
  const written = WRITTEN.reduce((text, [pattern, by]) => text.replaceAll(pattern, by), words);
  return written
    .replace(
      /SEAM_WORKSPACES is wrong at workspace (\d+)(?:, (\w+))?: (?:it )?/g,
      (...parts: string[]) => `${inWorkspace('', parts[1] ?? '', parts[2])} `,
    )
    .replaceAll(
      /\bworkspace (\d+) has the same/g,
      (_all, at) => `is that of workspaces[${at - 1}], too`,
    )
    .replaceAll(/\b[A-Z]+(?:_[A-Z]+)*\b/g, name => OPTION_OF.get(name) ?? name);
};
