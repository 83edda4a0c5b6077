import type { Metadata } from './metadata.ts';
import { isStorable } from './storable.ts';
import { capabilityFaults, customerKeyFaults } from './webview-options.ts';

/**
 * What is to be changed of an account; what is absent stays.
 * Source: Seam's API reference, `/connected_accounts/update`.
 */
export type AccountChanges = Readonly<{
  /** In the place of all that it has. */
  customMetadata?: Metadata | undefined;
  /** The name that Seam shows for it. */
  displayName?: string | undefined;
  acceptedCapabilities?: readonly string[] | undefined;
  automaticallyManageNewDevices?: boolean | undefined;
  /** Only of an account that has none: Seam neither changes nor takes away a customer. */
  customerKey?: string | undefined;
}>;

/** What can be changed of an account, in Seam's words. */
export const CHANGEABLE = {
  customMetadata: 'custom_metadata',
  displayName: 'display_name',
  acceptedCapabilities: 'accepted_capabilities',
  automaticallyManageNewDevices: 'automatically_manage_new_devices',
  customerKey: 'customer_key',
} as const satisfies Record<keyof AccountChanges, string>;

export type Changeable = keyof typeof CHANGEABLE;
export const CHANGEABLES = Object.keys(CHANGEABLE) as readonly Changeable[];

/** In Seam's words. What is undefined doesn't get into the JSON. */
export const toUpdateBody = (id: string, changes: AccountChanges) => ({
  connected_account_id: id,
  ...Object.fromEntries(CHANGEABLES.map(part => [CHANGEABLE[part], changes[part]])),
});

const LONGEST_NAME = 255;

/** What is wrong with these changes, all of it at once, as far as can be told without Seam; metadata aside. Pure. */
export const changeFaults = ({
  displayName,
  acceptedCapabilities,
  customerKey,
}: AccountChanges): string[] => [
  ...nameFaults(displayName),
  ...capabilityFaults(acceptedCapabilities),
  ...(customerKey === ''
    ? ["A customer_key can't be taken away from an account: Seam offers no way."]
    : customerKeyFaults(customerKey)),
];

const nameFaults = (name: string | undefined): string[] => {
  if (name === undefined) return [];
  if (name.trim() === '') return ['The display_name is empty, and Seam insists on one.'];
  const { length } = name;
  if (length > LONGEST_NAME) {
    return [`The display_name has ${length} characters; Seam allows ${LONGEST_NAME}.`];
  }
  return isStorable(name) ? [] : ["The display_name contains a character that can't be stored."];
};
