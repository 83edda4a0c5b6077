import { isDeepStrictEqual } from 'node:util';
import type { UserIdentity } from '../../config/user-identity.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import { namingKeys } from './naming.ts';

/* What a form for an account's metadata comes to. Pure. */

type Current = ConnectedAccount['customMetadata'];

/** What was typed: an empty value leaves a key as it is; one to be removed goes, whatever is typed. */
export type MetadataForm = Readonly<{
  /** Whose it is to be; empty: as it is. */
  userId: string;
  /** By key, of those that there are. */
  values: Readonly<Record<string, string>>;
  removed: readonly string[];
  added: readonly Readonly<{ key: string; value: string }>[];
}>;

/** One key that changes; null: there is none. */
type KeyChange = Readonly<{ key: string; before: unknown; after: string | boolean | null }>;

export type MetadataPlan = Readonly<{
  userId: string | null;
  changes: readonly KeyChange[];
  /** As `updateAccount` takes it: an empty text takes a key away. */
  metadata: Metadata;
  faults: readonly string[];
}>;

/** `true` and `false` are booleans, as Seam has both. */
const readValue = (text: string): string | boolean =>
  text === 'true' || text === 'false' ? text === 'true' : text;

export const planMetadata = (
  form: MetadataForm,
  current: Current,
  identity: UserIdentity,
): MetadataPlan => {
  const set = new Map<string, string | boolean>();
  for (const [key, text] of Object.entries(form.values)) {
    if (text.trim() !== '') set.set(key, readValue(text.trim()));
  }
  const added = form.added.filter(({ key, value }) => key.trim() !== '' || value.trim() !== '');
  for (const { key, value } of added) set.set(key.trim(), readValue(value.trim()));
  const metadata: Metadata = {
    ...Object.fromEntries(set),
    ...Object.fromEntries(
      form.removed.filter(key => Object.hasOwn(current, key)).map(key => [key, '']),
    ),
  };
  const changes = Object.entries(metadata)
    .map(
      ([key, after]): KeyChange => ({
        key,
        before: Object.hasOwn(current, key) ? current[key] : null,
        after: after === '' && form.removed.includes(key) ? null : after,
      }),
    )
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
  const userId = form.userId.trim() || null;
  return {
    userId,
    changes,
    metadata: Object.fromEntries(changes.map(({ key, after }) => [key, after ?? ''])),
    faults: faultsOf(metadata, changes, userId, identity),
  };
};

const faultsOf = (
  metadata: Metadata,
  changes: readonly KeyChange[],
  userId: string | null,
  identity: UserIdentity,
): string[] => {
  const naming = namingKeys(identity, 'account').filter(key => Object.hasOwn(metadata, key));
  if (naming.length > 0) {
    return naming.map(
      key =>
        `The key "${key}" says which user the account belongs to: use the field “The user it belongs to” for it. To take it from everyone, unlink it.`,
    );
  }
  const kept = Object.fromEntries(
    changes.flatMap(({ key, after }) => (after === null ? [] : [[key, after] as const])),
  );
  const faults = metadataFaults(kept);
  if (faults.length > 0) return faults;
  return changes.length === 0 && userId === null
    ? ['There is nothing to change: choose a user, or change, add or remove a key.']
    : [];
};
