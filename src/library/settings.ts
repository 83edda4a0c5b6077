import { type Config, ConfigError, type Env, parseConfig } from '../config/config.ts';
import { isLoopback } from '../config/doors.ts';
import { slipsBetween } from '../config/misspelt.ts';
import { HooksError, typesOfHooks } from '../endpoints/hooks.ts';
import type { Hooks } from '../model/hooks.ts';
import { OptionsError } from './errors.ts';
import type { Options } from './options.ts';
import { ENTRIES, type Kind, TABLE } from './table.ts';
import { inOptions } from './words.ts';

/* Options become settings, so that there is one validation; what is wrong is told of options. */

type Settings = Record<string, string>;
type Reading = Readonly<{ settings: Settings; faults: string[] }>;
type Group = Readonly<{ [name: string]: unknown }>;

/** Options at the top that no entry of the table is for. */
const BESIDE = ['workspaces', 'logger', 'hooks', 'hooksName', 'metrics'];
const OF_A_WORKSPACE = ['id', 'name', 'apiKey', 'webhookSecret'];

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '';

/** What becomes of a value, or what it has to be. */
type Written = Readonly<{ text: string }> | Readonly<{ must: string }>;

const EMPTY = 'must not be empty (leave it out)';

const WRITE: Readonly<Record<Kind, (value: unknown) => Written>> = {
  text: value => {
    if (isText(value)) return { text: value };
    return { must: typeof value === 'string' ? EMPTY : 'must be text' };
  },
  texts: value => {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (all.length === 0 || value === '') return { must: EMPTY };
    if (!all.every(isText)) return { must: 'must be text, or a list of texts' };
    const isOne = !Array.isArray(value) || all.every(each => !each.includes(','));
    return isOne ? { text: all.join(',') } : { must: 'must have no commas in its texts' };
  },
  number: value =>
    typeof value === 'number' ? { text: String(value) } : { must: 'must be a number' },
  boolean: value =>
    typeof value === 'boolean' ? { text: value ? 'on' : 'off' } : { must: 'must be true or false' },
  roles: value => {
    const pairs = isGroup(value) ? Object.entries(value) : [];
    const isFit = pairs.every(([group, role]) => isText(role) && !/[,]/.test(`${group}${role}`));
    return pairs.length > 0 && isFit
      ? { text: pairs.map(([group, role]) => `${group}=${role}`).join(',') }
      : {
          must: "must be an object of groups (without commas) and their roles: { oncall: 'on-call' }",
        };
  },
};

/** The option that was meant by one that there isn't; null: none is like it. */
const meantBy = (path: readonly string[]): string | null => {
  const name = path.at(-1) ?? '';
  const own = path.slice(0, -1).join('.');
  const near = [
    ...ENTRIES.map(entry => entry.path),
    ...Object.keys(TABLE).map(key => [key]),
    ...BESIDE.map(key => [key]),
  ]
    .map(known => ({
      option: known.join('.'),
      isSibling: known.slice(0, -1).join('.') === own,
      slips: slipsBetween(name.toLowerCase(), (known.at(-1) ?? '').toLowerCase()),
    }))
    .filter(({ slips }) => slips <= (name.length < 6 ? 1 : 2))
    .toSorted(
      (one, other) => Number(other.isSibling) - Number(one.isSibling) || one.slips - other.slips,
    );
  const bySetting = ENTRIES.find(({ setting }) => setting === name)?.path.join('.');
  return bySetting ?? near[0]?.option ?? null;
};

const unknown = (path: readonly string[]): string => {
  const meant = meantBy(path);
  return `${path.join('.')} is no option${meant === null ? '' : `; did you mean ${meant}?`}`;
};

const readValue = (reading: Reading, node: unknown, value: unknown, path: readonly string[]) => {
  if (value === undefined) return;
  const option = path.join('.');
  if (Array.isArray(node)) {
    const written = WRITE[node[1] as Kind](value);
    if ('text' in written) reading.settings[String(node[0])] = written.text;
    else reading.faults.push(`${option} ${written.must}`);
    return;
  }
  if (!isGroup(value)) {
    const orFalse = option === 'console' ? 'false, or ' : '';
    reading.faults.push(`${option} must be ${orFalse}an object of options`);
    return;
  }
  readGroup(reading, node as Group, value, path);
};

const readGroup = (reading: Reading, table: Group, group: Group, path: readonly string[]): void => {
  for (const [name, value] of Object.entries(group)) {
    const at = [...path, name];
    if (path.length === 0 && BESIDE.includes(name)) continue;
    if (!Object.hasOwn(table, name)) reading.faults.push(unknown(at));
    else if (name === 'console' && value === false) reading.settings.CONSOLE = 'off';
    else readValue(reading, table[name], value, at);
  }
};

const readWorkspaces = ({ settings, faults }: Reading, given: unknown): void => {
  if (given === undefined) return;
  if (!Array.isArray(given) || given.length === 0 || !given.every(isGroup)) {
    faults.push('workspaces must be a list of { id, name, apiKey, webhookSecret }, and not empty');
    return;
  }
  const list = given.map((workspace, index) => {
    for (const name of Object.keys(workspace)) {
      if (!OF_A_WORKSPACE.includes(name)) faults.push(`workspaces[${index}].${name} is no option`);
    }
    const { id, name, apiKey, webhookSecret } = workspace;
    const isToken = typeof apiKey === 'string' && apiKey.startsWith('seam_at');
    return {
      workspace_id: id,
      name,
      [isToken ? 'personal_access_token' : 'api_key']: apiKey,
      webhook_secrets: typeof webhookSecret === 'string' ? [webhookSecret] : webhookSecret,
    };
  });
  settings.SEAM_WORKSPACES = JSON.stringify(list);
};

const faultOfHooks = (hooks: unknown): string[] => {
  if (hooks === undefined) return [];
  if (!isGroup(hooks)) return ['hooks must be an object of functions, by the type of the message'];
  try {
    typesOfHooks(hooks as Hooks);
    return [];
  } catch (error) {
    if (error instanceof HooksError) return [`hooks: ${error.message}`];
    throw error;
  }
};

/** What pino's loggers can do and we use, or what others that have a `child()` (winston, bunyan) can't. */
const OF_PINO = ['child', 'bindings', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** A logger is an object, and in some versions of pino a function. */
const isLogger = (value: unknown): boolean => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const logger = value as Group;
  return OF_PINO.every(name => typeof logger[name] === 'function');
};

const faultsBeside = ({ logger, hooks, hooksName, metrics }: Group): string[] => [
  ...(logger === undefined || isLogger(logger) ? [] : ['logger must be a logger of pino']),
  ...faultOfHooks(hooks),
  ...(hooksName === undefined || isText(hooksName) ? [] : ['hooksName must be text']),
  ...(metrics === undefined || typeof metrics === 'boolean'
    ? []
    : ['metrics must be true or false']),
];

/** Without a public address it counts as production: links are made of nothing else, and only this machine's may lack TLS. */
const isLocal = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && isLoopback(new URL(url).hostname);

const parse = (env: Env, faults: readonly string[]): Config => {
  try {
    const config = parseConfig(env, ['DATABASE_URL', 'SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET']);
    if (faults.length > 0) throw new ConfigError([]);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const told = error.faults.map(inOptions);
    // What is of the wrong kind is not missing, too.
    const own = told.filter(
      each => !faults.some(fault => fault.split(' ')[0] === each.split(' ')[0]),
    );
    throw new OptionsError([...faults, ...own]);
  }
};

/**
 * Checks options, all of them, as the settings of the service are checked. Neither the environment nor a file is read.
 *
 * @throws OptionsError
 */
export const settingsOf = (options: Options): Config & Readonly<{ databaseUrl: string }> => {
  if (!isGroup(options)) throw new OptionsError(['an object of options is missing']);
  const reading: Reading = { settings: {}, faults: faultsBeside(options) };
  readGroup(reading, TABLE, options, []);
  readWorkspaces(reading, options.workspaces);
  const { settings } = reading;
  const env = {
    ...settings,
    NODE_ENV: isLocal(settings.CONSOLE_URL) ? 'development' : 'production',
  };
  const config = parse(env, reading.faults);
  const { databaseUrl } = config;
  if (databaseUrl === undefined) throw new TypeError('databaseUrl was not insisted on');
  return { ...config, databaseUrl };
};
