import type { AccountChanges, Changeable } from '../../seam/account-changes.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import { type AccountChanger, insistOnLease, readAgain } from './change.ts';
import { differingParts, namesOf, only, type Parts } from './changed-parts.ts';
import type { AccountLease } from './lease.ts';

/** What stands at Seam once it was told to change an account. */
export type Stands = Readonly<{
  /**
   * `as_it_was`: Seam had it so already. `differs`: Seam said yes, and shows something else. `not_read`: Seam
   * said yes, and didn't answer when it was asked again.
   */
  seam: 'updated' | 'as_it_was' | 'differs' | 'not_read';
  /** What Seam was told to change, in its words; and what of that (or of what it had so before) it shows otherwise. */
  changed: readonly string[];
  differing: readonly string[];
  /** What Seam shows now; where it doesn't say, what it was told. */
  custom_metadata: ConnectedAccount['customMetadata'];
  /** Whether this process lost the account meanwhile: somebody else's change may be gone by this one. */
  overtaken: boolean;
}>;

/** Of an account that there was nothing to change of. */
export const asItWas = ({ customMetadata }: Parts): Stands => ({
  seam: 'as_it_was',
  changed: [],
  differing: [],
  custom_metadata: customMetadata,
  overtaken: false,
});

type Told = Readonly<{ wanted: AccountChanges; changed: readonly Changeable[]; shown: Parts }>;

/**
 * Tells Seam what to change, and reads what it shows then.
 *
 * @param writeDown that it was asked for, before Seam is
 * @returns what stands then; null when Seam knows no such account
 */
export const changeAndRead = async (
  { seam, signal }: Pick<AccountChanger, 'seam' | 'signal'>,
  accountId: string,
  { wanted, changed, shown: before }: Told,
  lease: AccountLease,
  writeDown: () => Promise<void>,
): Promise<Stands | null> => {
  await writeDown();
  await insistOnLease(lease);
  const { value } = await seam.updateConnectedAccount(accountId, only(wanted, changed), signal);
  if (value === null) return null;
  const isOurs = await lease.renew();
  const shown = await readAgain({ seam, signal }, accountId);
  const overtaken = !(isOurs && (await lease.renew()));
  const told = { changed: namesOf(changed), overtaken };
  // Its yes stands, whatever has become of the account since: written down, and looked at.
  if (shown === null) {
    return { ...told, seam: 'differs', differing: told.changed, custom_metadata: {} };
  }
  if (shown === 'not_told') {
    const custom_metadata = wanted.customMetadata ?? before.customMetadata;
    return { ...told, seam: 'not_read', differing: [], custom_metadata };
  }
  const differing = namesOf(differingParts(shown, wanted));
  return {
    ...told,
    seam: differing.length === 0 ? 'updated' : 'differs',
    differing,
    custom_metadata: shown.customMetadata,
  };
};
