import os from 'node:os';
import type { Env } from '../config/config.ts';
import { sqlState } from '../db/errors.ts';
import { listOperators, nameFault, type Operator } from '../operators/operators.ts';
import { type Asking, settle } from './init-question.ts';
import { openToTry, type Tried, wrong } from './init-try.ts';

/** The admin: one that is there and has signed in, else one that gets a link. */
export type Admin = Readonly<{ name: string; kind: 'there' | 'unused' | 'new' }>;

/** Asks who the first admin is. @param settings with a database that was tried */
export const askAdmin = async (
  asking: Asking,
  given: Readonly<{ operator?: string }>,
  settings: Env,
): Promise<Admin> => {
  const operators = await operatorsIn(settings);
  const { answer, found: kind } = await settle<Admin['kind']>(asking, {
    name: 'Your name (OPERATOR_NAME)',
    intro: ['Who you are: the first admin of the support desk, and in the audit log for commands.'],
    given: given.operator,
    known: asking.env.OPERATOR_NAME || os.userInfo().username,
    attempt: async name => kindOfAdmin(name, operators),
  });
  return { name: answer.trim(), kind };
};

/** No such schema, table or column: ours aren't there yet, or are an older version's. */
const NOT_MIGRATED = ['3F000', '42P01', '42703'];

const operatorsIn = async (settings: Env): Promise<Operator[]> => {
  await using database = openToTry(settings);
  try {
    return await listOperators(database.pool);
  } catch (error) {
    if (NOT_MIGRATED.includes(sqlState(error) ?? '')) return [];
    throw error;
  }
};

/** What is to be done for somebody to be an admin; or why it can't be them. Pure. */
export const kindOfAdmin = (text: string, operators: readonly Operator[]): Tried<Admin['kind']> => {
  const name = text.trim();
  const fault = nameFault(name);
  if (fault !== null) return wrong(fault);
  const known = operators.find(each => each.name.toLowerCase() === name.toLowerCase());
  if (known === undefined) return { ok: true, said: `${name} will be an admin`, found: 'new' };
  if (known.role !== 'admin' || known.disabled_at !== null) {
    const what = known.disabled_at === null ? `the role ${known.role}` : 'been disabled';
    return wrong(`there is an operator ${known.name} already, who has ${what}: give another name`);
  }
  return known.last_seen_at === null
    ? { ok: true, said: `${known.name} is an admin, and has not signed in yet`, found: 'unused' }
    : { ok: true, said: `${known.name} is an admin already`, found: 'there' };
};
