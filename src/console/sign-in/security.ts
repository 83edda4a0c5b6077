import type { Request } from 'express';
import { originOf } from '../../http/security-log.ts';
import type { PasskeyResult } from '../../operators/passkeys/sign-in.ts';
import { findSession } from '../../operators/sessions.ts';
import { operatorOfName } from '../../operators/tried-name.ts';
import type { Desk } from '../../support/desk.ts';

/* What the security log is told at the sign-in. */

type Places = Pick<Desk, 'pool' | 'security'>;

/** @param token of the session that was opened */
export const tellSignedIn = (
  { pool, security }: Places,
  request: Request,
  token: string,
): Promise<void> =>
  security.tell('signed_in', originOf(request), async () => {
    const session = await findSession(pool, token);
    if (session === null) return {};
    const { id, name } = session.operator;
    return { actor: `operator:${id}`, actor_name: name };
  });

/** Why nobody was signed in: what was shown was wrong, or nothing was looked at (`wait`, `busy`). */
type WhyNot =
  | 'wrong'
  | 'wait'
  | 'busy'
  | 'passwords_off'
  | 'link'
  | 'no_group'
  | 'disabled'
  | 'provider'
  | 'not_begun';

/** @param name that was typed in; it is told only where it is an operator's: people type passwords there, too */
export const tellSignInFailed = (
  { pool, security }: Places,
  request: Request,
  why: WhyNot,
  name = '',
): Promise<void> => {
  const isThrottled = why === 'wait' || why === 'busy';
  const event = isThrottled ? 'sign_in_throttled' : 'sign_in_failed';
  return security.tell(event, originOf(request), async () => {
    if (name === '') return { why };
    const known = await operatorOfName(pool, name).catch(() => null);
    return { why, ...(known ?? { name_hash: security.hashName(name) }) };
  });
};

/** A passkey that let nobody in; where it is somebody's, they are named. */
export const tellPasskeyRefused = (
  { security }: Places,
  request: Request,
  { why, operator }: Extract<PasskeyResult, { kind: 'refused' }>,
): Promise<void> =>
  security.tell('sign_in_failed', originOf(request), {
    why,
    ...(operator === null ? {} : { actor: `operator:${operator.id}`, actor_name: operator.name }),
  });

/** A form of the sign-in that another site's page has sent. */
export const tellOtherSite = ({ security }: Places, request: Request): Promise<void> =>
  security.tell('form_refused', originOf(request), { why: 'other_site' });
