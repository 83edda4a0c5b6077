import { type Actor, may } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { operatorOf } from '../shifts/names.ts';
import type { ConnectionFilter } from './connection-filter.ts';

/**
 * A filter as it is meant by whoever asks: `me` is them, and what they may not read they can't find out by it.
 *
 * @throws SupportError `invalid` for `me` of a shell, which looks after nothing
 */
export const filterFor = (actor: Actor, filter: ConnectionFilter): ConnectionFilter => {
  const own = may(actor, 'see_emails') ? filter : { ...filter, isForViewer: true as const };
  if (filter.assigned !== 'me') return own;
  const operatorId = operatorOf(actor);
  if (operatorId !== null) return { ...own, assigned: operatorId };
  throw invalid({
    assigned: 'Only operators are assigned connections: give the number of one, or "nobody".',
  });
};
