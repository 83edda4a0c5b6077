import { isDeepStrictEqual } from 'node:util';
import {
  type AccountChanges,
  CHANGEABLE,
  CHANGEABLES,
  type Changeable,
} from '../../seam/account-changes.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';

/* Which parts of an account are to be changed, and have been. Pure. */

/** An account's parts, as Seam shows them or as we have stored them. */
export type Parts = Pick<ConnectedAccount, Changeable>;

/** The parts of what is wanted that an account hasn't so. Capabilities have no order. */
export const differingParts = (account: Parts, wanted: AccountChanges): Changeable[] =>
  CHANGEABLES.filter(
    part =>
      wanted[part] !== undefined &&
      !isDeepStrictEqual(comparable(account[part]), comparable(wanted[part])),
  );

/** Whatever prototype it has. */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(String).sort();
  return typeof value === 'object' && value !== null ? { ...value } : value;
};

/** Of what is wanted only these parts: the rest isn't sent to Seam. */
export const only = (wanted: AccountChanges, parts: readonly Changeable[]): AccountChanges =>
  Object.fromEntries(parts.map(part => [part, wanted[part]]));

export const namesOf = (parts: readonly Changeable[]): string[] =>
  parts.map(part => CHANGEABLE[part]);

/** What Seam would refuse of an account as it is, in sentences. */
export const faultsAgainst = (account: Parts, { customerKey }: AccountChanges): string[] =>
  customerKey === undefined || [null, customerKey].includes(account.customerKey)
    ? []
    : [
        'The account already belongs to a customer of Seam’s, and Seam doesn’t move it to another: leave the customer_key out.',
      ];

type Values = Readonly<Record<string, unknown>>;

/**
 * What of the parts besides the metadata the audit log keeps: values from Seam's own lists, and yes or no. A name
 * or a customer's key may be a person's, and is nothing for a log that is kept for good: that it was changed is told.
 */
export const partsForLog = (
  account: Parts,
  wanted: AccountChanges,
  changed: readonly Changeable[],
): { before: Values; after: Values } => {
  const open = (['acceptedCapabilities', 'automaticallyManageNewDevices'] as const).filter(part =>
    changed.includes(part),
  );
  const told = (of: AccountChanges | Parts): Values =>
    Object.fromEntries(open.map(part => [CHANGEABLE[part], of[part] ?? null]));
  const closed = (['displayName', 'customerKey'] as const).filter(part => changed.includes(part));
  return {
    before: told(account),
    after: { ...told(wanted), ...(closed.length === 0 ? {} : { changed: namesOf(closed) }) },
  };
};
