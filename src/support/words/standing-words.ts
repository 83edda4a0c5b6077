import type { AccountState, ReconciliationState } from '../../model/outcome.ts';
import { DEVICES_ELSEWHERE_CODE } from '../../reconcile/account-state.ts';
import { STATE_WORDS } from './words.ts';

/* The words for links and accounts that stopped. Pure. */

type Troubles = readonly Readonly<{ code: string | null }>[];

/** Whether devices of the account belong to another one, by Seam's codes. */
export const areDevicesElsewhere = (troubles: Troubles): boolean =>
  troubles.some(({ code }) => code === DEVICES_ELSEWHERE_CODE);

/** A state in words, and whether that is good, bad, or neither. */
export type StateWords = Readonly<{
  label: string;
  mood: 'good' | 'warn' | 'bad' | 'plain';
  icon: string;
}>;

/** How a linked account stands that stopped. */
export const LINKED_BUT = {
  disconnected: { label: 'Linked, but disconnected', mood: 'bad', icon: '!' },
  reauthorization_requested: { label: 'Linked, sign-in needed', mood: 'warn', icon: '!' },
  being_deleted: { label: 'Linked, being deleted', mood: 'warn', icon: '!' },
  deleted: { label: 'Linked, but deleted', mood: 'bad', icon: '!' },
  devices_elsewhere: { label: 'Linked, devices elsewhere', mood: 'warn', icon: '!' },
} as const satisfies Record<Exclude<AccountState, 'connected'> | 'devices_elsewhere', StateWords>;

/**
 * How a connection stands, its account considered: a link to what stopped working isn't good. Pure.
 *
 * @param troubles what is wrong with the account, by Seam's codes
 */
export const standingWords = (
  state: ReconciliationState,
  accountState: AccountState | null,
  troubles: Troubles = [],
): StateWords => {
  if (state !== 'linked' || accountState === null) return STATE_WORDS[state];
  if (accountState !== 'connected') return LINKED_BUT[accountState];
  return areDevicesElsewhere(troubles) ? LINKED_BUT.devices_elsewhere : STATE_WORDS[state];
};

/** How accounts stand that stopped: as a row of the home page, and as a choice of a list. */
export const STANDING_WORDS = {
  disconnected: {
    title: 'Disconnected',
    sentence: 'Seam has lost access to the lock account. Send the user a new webview.',
  },
  reauthorization_requested: {
    title: 'Asked to reconnect',
    sentence: 'It works for now, but the user must sign in again soon. Send them a new webview.',
  },
  login_failing: {
    title: 'Sign-in failed again and again',
    sentence:
      'The user tried more than once in the last month, and hasn’t got in. They may need help.',
  },
  devices_elsewhere: {
    title: 'Devices on another account',
    sentence:
      'Devices of the lock account belong to another one. Remove them there, then connect this one again.',
  },
  gone: {
    title: 'Gone from Seam',
    sentence:
      'The lock account was deleted in Seam in the last month, and its user hasn’t connected one since.',
  },
  being_deleted: {
    title: 'Being deleted',
    sentence: 'Seam is deleting the lock account. The link ends once it is gone.',
  },
  working: {
    title: 'Linked, working',
    sentence: 'The account is linked to its user, and nothing is known to be wrong with it.',
  },
} as const satisfies Record<
  | Exclude<AccountState, 'connected' | 'deleted'>
  | 'login_failing'
  | 'devices_elsewhere'
  | 'gone'
  | 'working',
  Readonly<{ title: string; sentence: string }>
>;
