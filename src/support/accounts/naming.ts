import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { UserIdentity } from '../../config/user-identity.ts';
import type { Metadata } from '../../seam/metadata.ts';

/* Where at Seam a user is named, so that our own rules find them there again. */

const isMapped = ({ rules }: UserIdentity): boolean => rules.some(({ kind }) => kind === 'mapping');

/** The metadata keys that say whose something is, in the order of the rules: no one else's values go there. */
export const namingKeys = (identity: UserIdentity, of?: 'account'): string[] => [
  ...new Set(
    identity.rules.flatMap(rule => {
      if (rule.kind === 'mapping') return [identity.metadataKey];
      return rule.kind === 'metadata' && (of === undefined || rule.of === of) ? [rule.key] : [];
    }),
  ),
];

/** Whether a rule reads the customer key as a user's id: no one else's goes there. */
export const readsCustomerKey = ({ rules }: UserIdentity, of?: 'account'): boolean =>
  rules.some(rule => rule.kind === 'customer_key' && (of === undefined || rule.of === of));

/** Whether we are to write it there. */
const namesByCustomerKey = (identity: UserIdentity): boolean =>
  !isMapped(identity) && readsCustomerKey(identity);

/** What is written of a user. */
export type Naming = Readonly<{ metadata: Metadata; customerKey: string | undefined }>;

/**
 * What a webview gets, for all the rules that it can serve. With `mapping` only the key: there their id is not to be
 * at Seam.
 *
 * @param name the user's id; with `mapping`, the key that stands for them
 */
export const webviewNaming = (identity: UserIdentity, name: string): Naming => {
  const keys = isMapped(identity) ? [identity.metadataKey] : namingKeys(identity);
  return {
    metadata: Object.fromEntries(keys.map(key => [key, name])),
    customerKey: namesByCustomerKey(identity) ? name : undefined,
  };
};

/** What an account's metadata get: what the first rule reads that reads them; null where none does. */
export const accountNaming = (identity: UserIdentity, name: string): Metadata | null => {
  const [key] = isMapped(identity) ? [identity.metadataKey] : namingKeys(identity, 'account');
  return key === undefined ? null : { [key]: name };
};

/** What is wrong with a webview for a user, as far as the rules go. */
export const namingFaults = (
  identity: UserIdentity,
  {
    userId,
    metadata,
    customerKey,
  }: Readonly<{
    userId: string;
    metadata: Metadata;
    customerKey?: string | undefined;
  }>,
): string[] => {
  const taken = namingKeys(identity).filter(key => Object.hasOwn(metadata, key));
  const { metadata: own, customerKey: ownKey } = webviewNaming(identity, userId);
  const isCarried = ownKey !== undefined || Object.keys(own).length > 0;
  const isAnothers =
    readsCustomerKey(identity) && customerKey !== undefined && customerKey !== userId;
  return [
    ...taken.map(
      key =>
        `The metadata key "${key}" is reserved for the user id (USER_METADATA_KEY, USER_IDENTITY).`,
    ),
    ...(isCarried
      ? []
      : ['No rule of USER_IDENTITY reads what a webview carries, so a webview can’t name a user.']),
    ...(isAnothers
      ? ['The customer_key says whose the webview is (USER_IDENTITY): leave it out.']
      : []),
  ];
};

/**
 * How a user is called at Seam: by their id; with `mapping`, by a key that tells of nobody. It is stored before Seam
 * hears of it: a webview whose key nobody knows would lead to nobody. One key a user, so that what a crash leaves
 * serves the next webview.
 *
 * @param userId as their table spells it
 * @throws whatever Postgres throws
 */
export const nameAtSeam = async (
  pool: Pick<pg.Pool, 'query'>,
  identity: UserIdentity,
  userId: string,
): Promise<string> => {
  if (!isMapped(identity)) return userId;
  const known = await pool.query<{ key: string }>(
    'select key from reconciler.user_keys where user_id = $1 order by created_at, key limit 1',
    [userId],
  );
  if (known.rows[0] !== undefined) return known.rows[0].key;
  const key = `u_${randomBytes(18).toString('base64url')}`;
  await pool.query('insert into reconciler.user_keys (key, user_id) values ($1, $2)', [
    key,
    userId,
  ]);
  return key;
};
