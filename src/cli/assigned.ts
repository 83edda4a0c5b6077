import type { Actor } from '../access/actor.ts';
import type { Desk } from '../support/desk.ts';
import { colleagues } from '../support/shifts/people.ts';
import { CommandError, EXIT } from './exit.ts';

/**
 * Whom a shell means among the operators: who is called so; where nobody is named, who is called as its own user is.
 *
 * @returns the number of the operator
 * @throws CommandError
 */
export const operatorMeant = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  name: string | undefined,
): Promise<string> => {
  const meant = name ?? actor.name;
  const all = await colleagues(pool, actor);
  const found = all.find(each => each.name.toLowerCase() === meant.toLowerCase());
  if (found !== undefined) return String(found.id);
  throw new CommandError(
    `There is no operator '${meant}' who could have a case. Name one who is listed by: operator list`,
    EXIT.refused,
  );
};

/** What `--assigned` says, as a filter has it: `nobody`, or the number of an operator. @throws CommandError */
export const assignedMeant = async (
  desk: Pick<Desk, 'pool'>,
  actor: Actor,
  text: string | undefined,
): Promise<string | undefined> => {
  if (text === undefined || text === 'nobody' || /^\d+$/.test(text)) return text;
  return operatorMeant(desk, actor, text === 'me' ? undefined : text);
};
