import { parseEnv } from 'node:util';

/* The text of an .env file, as `node --env-file` reads it (Node's documentation, "dotenv"). Pure. */

/** A setting to be written, and why it is there. */
export type Line = Readonly<{ name: string; value: string; why: string }>;

/** What a file says, by name. */
export const parseEnvFile = (text: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

/** A value for which there are no quotes that Node would take it out of as it was put in. By name, never with the value. */
export class UnwritableError extends Error {
  override readonly name = 'UnwritableError';

  constructor(setting: string) {
    super(
      `${setting} can't be written into .env: it has quotes of all kinds. In a URL, percent-encode them (%27, %22, %60).`,
    );
  }
}

/** What other readers of such files (docker compose, a shell) take as it is, too. */
const PLAIN = /^[\w./:@%+,=~?&*-]*$/;

/**
 * A value as it stands in the file: as it is where all readers take it so, else in quotes.
 *
 * @throws UnwritableError
 */
const quoted = (name: string, value: string): string => {
  const ways = [
    ...(PLAIN.test(value) ? [value] : []),
    ...["'", '"', '`'].map(quote => `${quote}${value}${quote}`),
  ];
  const found = ways.find(way => {
    const read = parseEnvFile(`${name}=${way}\nAFTER=1\n`);
    return read[name] === value && read.AFTER === '1' && Object.keys(read).length === 2;
  });
  if (found === undefined) throw new UnwritableError(name);
  return found;
};

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/;

type Part = Readonly<{ name: string | null; text: string }>;

/** The settings of a file, those of several lines in one part, and whatever else there is. */
const partsOf = (text: string): Part[] => {
  const lines = text.split('\n');
  const parts: Part[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, name = null, value = ''] = ASSIGNMENT.exec(line) ?? [];
    const quote = /^['"`]/.exec(value)?.[0];
    const end =
      quote === undefined || value.indexOf(quote, 1) !== -1
        ? at
        : lines.findIndex((later, n) => n > at && later.includes(quote));
    const last = end === -1 ? at : end;
    parts.push({ name, text: lines.slice(at, last + 1).join('\n') });
    at = last;
  }
  return parts;
};

/**
 * Puts settings into a file: each where it is, else at the end, with its reason before it. Comments and what else there
 * is stay as they are.
 *
 * @param text what is in the file; empty: there is none
 * @throws UnwritableError
 */
export const mergeEnvFile = (text: string, lines: readonly Line[]): string => {
  const parts = partsOf(text.replace(/\r\n/g, '\n'));
  const before = parseEnvFile(text);
  for (const { name, value, why } of lines) {
    if (before[name] === value) continue;
    const written = `${name}=${quoted(name, value)}`;
    // Of several, the last one counts.
    const at = parts.findLastIndex(part => part.name === name);
    if (at !== -1) parts[at] = { name, text: written };
    else append(parts, { name, text: `# ${why}\n${written}` });
  }
  const merged = `${parts
    .map(part => part.text)
    .join('\n')
    .replace(/\n*$/, '')}\n`;
  insistOnSame(
    { ...before, ...Object.fromEntries(lines.map(each => [each.name, each.value])) },
    merged,
  );
  return merged;
};

const append = (parts: Part[], part: Part): void => {
  while (parts.at(-1)?.name === null && parts.at(-1)?.text.trim() === '') parts.pop();
  if (parts.length > 0) parts.push({ name: null, text: '' });
  parts.push(part);
};

/** What is written is read as it was meant, whatever stood around it. */
const insistOnSame = (meant: Readonly<Record<string, string>>, text: string): void => {
  const read = parseEnvFile(text);
  const names = new Set([...Object.keys(meant), ...Object.keys(read)]);
  const wrong = [...names].find(name => meant[name] !== read[name]);
  if (wrong !== undefined) throw new UnwritableError(wrong);
};
