import { type Env, parseConfig } from '../config/config.ts';
import { BUILT_IN_USERS } from '../users/built-in.ts';
import { type Candidate, findCandidates } from '../users/candidates.ts';
import { createUserDirectory } from '../users/directory.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { type Asking, settle } from './init-question.ts';
import { faultOfSettings, openToTry, type Tried, wrong } from './init-try.ts';
import { askLine } from './prompt.ts';

const BUILT_IN = { USERS_TABLE: BUILT_IN_USERS, USERS_ID_COLUMN: 'id' } as const;

/** Where the app's users are; `null`: nowhere yet, so a table of ours it is. */
export type UsersAnswer = Readonly<{ USERS_TABLE: string; USERS_ID_COLUMN: string }> | null;

const nameOf = ({ schema, table }: Candidate): string => `${schema}.${table}`;

const describe = (candidate: Candidate, at: number): string => {
  const rows = candidate.rows === null ? '' : `, about ${candidate.rows} rows`;
  return `  ${at + 1}  ${nameOf(candidate)}: ids in "${candidate.idColumn}" (${candidate.type})${rows}`;
};

/** Asks which table has the users, and offers those that look like it. */
export const askUsers = async (
  asking: Asking,
  settings: Env,
  given: Readonly<{ usersTable?: string; usersIdColumn?: string }>,
): Promise<UsersAnswer> => {
  const { env, isInteractive } = asking;
  const known = env.USERS_TABLE || undefined;
  const candidates = isInteractive && given.usersTable === undefined ? await lookFor(settings) : [];
  const { found } = await settle<UsersAnswer>(asking, {
    name: 'Users table (USERS_TABLE)',
    intro: [
      'Which table or view of this database has your users? It is only read.',
      ...candidates.map(describe),
      'A number, a name (schema.table), or "none" if there is none yet: then our own table reconciler.users is used, for a start.',
    ],
    given: given.usersTable,
    known: known ?? (candidates.length > 0 ? '1' : 'none'),
    attempt: answer => tryAnswer(asking, { settings, answer, candidates, given }),
  });
  return found;
};

type Answered = Readonly<{
  settings: Env;
  answer: string;
  candidates: readonly Candidate[];
  given: Readonly<{ usersIdColumn?: string }>;
}>;

/** Which table is meant, and by which column. */
const tryAnswer = async (
  { env, isInteractive }: Asking,
  { settings, answer, candidates, given }: Answered,
): Promise<Tried<UsersAnswer>> => {
  if (answer === 'none' || answer === BUILT_IN.USERS_TABLE) return NONE;
  const chosen = candidates[Number(answer) - 1] ?? candidates.find(c => nameOf(c) === answer);
  if (/^\d+$/.test(answer) && chosen === undefined) return wrong('no such number is offered');
  const table = chosen === undefined ? answer : nameOf(chosen);
  const tryColumn = (column: string) =>
    tryUsers(settings, { USERS_TABLE: table, USERS_ID_COLUMN: column });
  // What is set counts for whichever table has it. Of our own table nobody has set it.
  const set = (env.USERS_TABLE !== BUILT_IN_USERS && env.USERS_ID_COLUMN) || undefined;
  const column = given.usersIdColumn ?? set ?? chosen?.idColumn ?? 'id';
  const tried = await tryColumn(column);
  if (!isOfColumn(tried) || given.usersIdColumn !== undefined) return tried;
  if (chosen !== undefined) return insteadOf(tried, await tryColumn(chosen.idColumn));
  if (!isInteractive) return tried;
  return tryColumn((await askLine('Its id column (USERS_ID_COLUMN): ')) || 'id');
};

/** That what was set is dropped is said. */
const insteadOf = (
  { fault }: Readonly<{ fault: string }>,
  other: Tried<UsersAnswer>,
): Tried<UsersAnswer> => (other.ok ? { ...other, said: `${other.said}. Mind: ${fault}` } : other);

/** Whether the column is what is wrong, and not the table. */
const isOfColumn = <T>(tried: Tried<T>): tried is Extract<Tried<T>, { ok: false }> =>
  !tried.ok && tried.fault.startsWith('USERS_ID_COLUMN');

const NONE = {
  ok: true,
  said: 'our own table reconciler.users, for a start',
  found: null,
} as const;

const lookFor = async (settings: Env): Promise<Candidate[]> => {
  await using database = openToTry(settings);
  return (await findCandidates(database.pool)).filter(
    each => !/[."]/.test(each.schema + each.table + each.idColumn),
  );
};

const tryUsers = async (
  settings: Env,
  answer: NonNullable<UsersAnswer>,
): Promise<Tried<UsersAnswer>> => {
  const env = { ...settings, ...answer };
  const fault = faultOfSettings(env);
  if (fault !== null) return wrong(fault);
  await using database = openToTry(settings);
  try {
    const users = createUserDirectory(database.pool, parseConfig(env).users);
    const { idType, hidden } = await users.check();
    if (hidden !== null) return wrong(tellFault(hidden));
    const type = idType.name === 'bpchar' ? 'char(n)' : idType.name;
    const empty = (await users.isEmpty()) ? ', with no users yet' : '';
    const said = `${answer.USERS_TABLE}, ids in "${answer.USERS_ID_COLUMN}" of type ${type}${empty}`;
    return { ok: true, said, found: answer };
  } catch (error) {
    if (error instanceof UsersTableError) return wrong(tellFault(error));
    throw error;
  }
};

/** What is to be written of it: nothing where the default is meant and nothing else was set. */
export const usersSettings = (answer: UsersAnswer, env: Env): Record<string, string> => {
  if (answer !== null) return answer;
  return env.USERS_TABLE || env.USERS_ID_COLUMN ? { ...BUILT_IN } : {};
};
