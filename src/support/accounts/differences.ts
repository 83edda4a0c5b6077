import { isDeepStrictEqual } from 'node:util';
import type { AccountState } from '../../model/outcome.ts';
import { accountStateOf } from '../../reconcile/account-state.ts';
import { shownAmong, toldAmong, withErrorsTold } from '../../reconcile/told.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import type { StoredAccount } from './accounts.ts';

/** One field that Seam shows otherwise than we have it. */
export type Difference = Readonly<{ field: string; here: unknown; seam: unknown }>;

/** What support staff look at; the rest of the object is compared at each look. */
const COMPARED = {
  custom_metadata: 'customMetadata',
  errors: 'errors',
  warnings: 'warnings',
  display_name: 'displayName',
} as const satisfies Record<string, keyof ConnectedAccount>;

/** What Seam shows now beside what we have; empty where both say the same, or Seam wasn't asked. */
export const differencesFromSeam = (
  { own, state }: StoredAccount,
  kind: 'shown' | 'unknown' | 'not_told',
  account: ConnectedAccount | null,
): Difference[] => {
  if (kind === 'unknown' && state !== 'deleted') {
    return [{ field: 'account', here: state, seam: 'not found in Seam' }];
  }
  if (account === null) return [];
  // Where the object can't tell (a new authorization was asked for, an event had errors), what we have stands.
  const shown = accountStateOf(withErrorsTold(account, toldAmong(own.errors)), {
    deletionAnnounced: 'no',
    reauthorizationRequested: state === 'reauthorization_requested',
  });
  const here = { ...own, errors: shownAmong(own.errors) };
  const states: [AccountState, AccountState | null] = [state, shown];
  return [
    ...(states[0] === states[1] ? [] : [{ field: 'state', here: states[0], seam: states[1] }]),
    ...Object.entries(COMPARED)
      .filter(([, key]) => !isDeepStrictEqual(here[key], account[key]))
      .map(([field, key]) => ({ field, here: here[key], seam: account[key] })),
  ];
};
