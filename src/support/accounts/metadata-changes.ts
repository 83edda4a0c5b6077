import type pg from 'pg';
import type { UserIdentity } from '../../config/user-identity.ts';
import { readUserKeys } from '../../reconcile/evidence.ts';
import { possibleKeys } from '../../reconcile/identity.ts';
import type { Metadata } from '../../seam/metadata.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import type { AccountChange } from './change.ts';
import { namingKeys } from './naming.ts';

/**
 * Of the user's id, both values: that is what the change is about. Of the app's other metadata only the keys:
 * what they hold is the app's, and nothing for a log that is kept for good.
 */
export const changesOf = async (
  pool: Pick<pg.Pool, 'query'>,
  before: ConnectedAccount['customMetadata'],
  after: Metadata,
  identity: UserIdentity,
): Promise<Pick<AccountChange, 'before' | 'after'>> => {
  const naming = namingKeys(identity, 'account');
  const others = (keys: string[]): string[] => keys.filter(key => !naming.includes(key));
  const named = (metadata: Readonly<Record<string, unknown>>): unknown =>
    metadata[naming.find(key => Object.hasOwn(metadata, key)) ?? ''] ?? null;
  const shown = [before, after].map(customMetadata => ({
    account: { customMetadata, customerKey: null },
    webview: null,
  }));
  // With keys of ours, whom they stand for.
  const keys = await readUserKeys(
    pool,
    shown.flatMap(each => possibleKeys(each, identity)),
  );
  const userIn = (metadata: Readonly<Record<string, unknown>>): unknown =>
    keys.get(String(named(metadata))) ?? named(metadata);
  return {
    before: { user_id: userIn(before) },
    after: {
      user_id: userIn(after),
      set: others(Object.keys(after).filter(key => after[key] !== before[key])),
      removed: others(Object.keys(before).filter(key => !Object.hasOwn(after, key))),
    },
  };
};
