import { type ApiToken, isOpen } from '../../operators/token-record.ts';
import { Problem } from './doctor.ts';

const named = ({ id, name }: ApiToken): string => `${id} (${name})`;

/**
 * Says of the tokens that work which of them stop soon, and which are nobody's. Pure.
 *
 * @returns what is in order @throws Problem
 */
export const judgeTokens = (tokens: readonly ApiToken[]): string => {
  const open = tokens.filter(isOpen);
  const ownerless = open.filter(({ owner_id }) => owner_id === null);
  const ending = open.filter(({ state }) => state === 'expiring');
  if (ownerless.length === 0 && ending.length === 0) return `${open.length} work, none ends soon`;
  const troubles = [
    ...ending.map(token => `${named(token)} expires ${token.expires_at}`),
    ...ownerless.map(token => `${named(token)} has no owner, so it ends with no one`),
  ];
  throw new Problem(
    troubles.join('; '),
    'Run "token rotate <id>" (with --owner for one that has none), or "token revoke <id>".',
  );
};
