import type { Db } from '../../db/client.ts';
import { and, inArray, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { AccountState } from '../../model/outcome.ts';
import { DEVICES_ELSEWHERE_CODE, type Trouble } from '../../reconcile/account-state.ts';
import { standingCondition } from '../finding/standing-condition.ts';
import type { Stopped } from '../finding/standings.ts';

/** How an account stands that stopped, as far as its own state says; null: nothing of the kind is known. */
export const standingOfAccount = (
  state: AccountState | null,
  troubles: readonly Pick<Trouble, 'code'>[],
): Stopped | null => {
  if (state === null || state === 'deleted') return null;
  if (state !== 'connected') return state;
  return troubles.some(({ code }) => code === DEVICES_ELSEWHERE_CODE) ? 'devices_elsewhere' : null;
};

type About = Readonly<{
  accountState: AccountState | null;
  troubles: readonly Pick<Trouble, 'code'>[];
  isLinked: boolean;
  hasAccount: boolean;
  isFailedLogin: boolean;
}>;

/** How the lock account of a case stands where it stopped, as the lists have it. */
export const standingOfCase = async (
  db: Db,
  subjects: readonly string[],
  { accountState, troubles, isLinked, hasAccount, isFailedLogin }: About,
): Promise<Stopped | null> => {
  if (accountState === 'deleted') {
    return isLinked || (await isSo(db, subjects, 'gone')) ? 'gone' : null;
  }
  if (!hasAccount) {
    return isFailedLogin && (await isSo(db, subjects, 'login_failing')) ? 'login_failing' : null;
  }
  return standingOfAccount(accountState, troubles);
};

const isSo = async (
  db: Db,
  subjects: readonly string[],
  standing: 'gone' | 'login_failing',
): Promise<boolean> => {
  const rows = await db
    .select({ one: sql`1` })
    .from(reconciliations)
    .where(and(inArray(reconciliations.subject, [...subjects]), standingCondition(standing, null)))
    .limit(1);
  return rows.length > 0;
};
