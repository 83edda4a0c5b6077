import { schema } from './schema.ts';
import { fileSettingOf, SECRET_NAMES } from './secret-files.ts';

/* Variables that are no settings and were meant to be: what is misspelt is left out without a word otherwise. */

/** What the environment says, by name. */
type Env = Readonly<Record<string, string | undefined>>;

/** A variable that is no setting, and the setting that it looks like. */
export type Misspelt = Readonly<{ name: string; meant: string }>;

/** What people put before the names of our settings, as other programs have it. */
const PREFIXES = ['SEAM_RECONCILER_', 'RECONCILER_', 'SEAM_'];
/** HOST and PORT are like too many names of others. */
const SHORTEST = 6;
/** From how many characters on two slips of the pen may be in a name. */
const TWO_SLIPS = 15;
/** Kubernetes gives each pod the addresses of its services, under names like our own: CONSOLE_PORT=tcp://10.0.0.1:80. */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

/** With neither case nor separators, which are mistaken most. */
const bare = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

const NAMES = Object.keys(schema.shape);
const KNOWN: ReadonlySet<string> = new Set([...NAMES, ...SECRET_NAMES.map(fileSettingOf)]);
const MEANT = [...KNOWN]
  .map(name => ({ name, text: bare(name) }))
  .filter(({ text }) => text.length >= SHORTEST);

/**
 * How many slips (a letter left out, added, wrong, or two in the wrong order) make one text of another: the distance of
 * "optimal string alignment" (https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
 */
export const slipsBetween = (from: string, to: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const ways = [
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(isSwapped ? [(beforeLast[column - 2] ?? 0) + 1] : []),
      ];
      now.push(Math.min(...ways));
    }
    beforeLast = last;
    last = now;
  }
  return last[to.length] ?? 0;
};

const slipsAllowed = (length: number): number => (length < TWO_SLIPS ? 1 : 2);

const nearest = (name: string): string | null => {
  const text = bare(name);
  const near = MEANT.filter(
    meant => Math.abs(meant.text.length - text.length) <= slipsAllowed(meant.text.length),
  )
    .map(meant => ({ ...meant, slips: slipsBetween(text, meant.text) }))
    .filter(meant => meant.slips <= slipsAllowed(meant.text.length))
    .toSorted((one, other) => one.slips - other.slips);
  return near[0]?.name ?? null;
};

/** `SEAM_DATABASE_URL`, and `WEBHOOK_SECRET` for SEAM_WEBHOOK_SECRET. */
const byPrefix = (name: string): string | null => {
  const upper = name.toUpperCase();
  const bareOfOne = PREFIXES.filter(prefix => upper.startsWith(prefix)).map(prefix =>
    bare(upper.slice(prefix.length)),
  );
  const meant = MEANT.find(({ name: known, text }) => {
    const withoutPrefix = known.startsWith('SEAM_') ? bare(known.slice('SEAM_'.length)) : null;
    return bareOfOne.includes(text) || withoutPrefix === bare(name);
  });
  return meant?.name ?? null;
};

/** `LOG_LEVEL_FILE`: only a secret can be in a file. */
const byFile = (name: string): string | null =>
  NAMES.find(known => known.length >= SHORTEST && fileSettingOf(known) === name) ?? null;

const isGiven = (env: Env, name: string): boolean => (env[name] ?? '').trim() !== '';

/** Whether a setting is given in one of its two ways. */
const isThere = (env: Env, meant: string): boolean => {
  const name = meant.replace(/_FILE$/, '');
  const isSecret = SECRET_NAMES.includes(name);
  return isGiven(env, name) || (isSecret && isGiven(env, fileSettingOf(name)));
};

/**
 * The variables of an environment that are no settings, and nearly are. What is only like a setting that is given, too,
 * belongs to somebody else (DATABASE_URI beside DATABASE_URL), and so do values of which nothing could come (empty ones).
 * Pure; values are not told.
 */
export const misspeltSettings = (env: Env): readonly Misspelt[] =>
  Object.keys(env)
    .filter(name => /^[\w-]+$/.test(name) && !KNOWN.has(name) && isGiven(env, name))
    .filter(name => !SERVICE_LINK.test(env[name] ?? ''))
    .flatMap(name => {
      const meant = byFile(name) ?? nearest(name) ?? byPrefix(name);
      return meant === null || isThere(env, meant) ? [] : [{ name, meant }];
    });

/** For people: "DATABSE_URL is not a setting; did you mean DATABASE_URL?" */
export const tellMisspelt = ({ name, meant }: Misspelt): string =>
  `${name} is not a setting; did you mean ${meant}?`;
