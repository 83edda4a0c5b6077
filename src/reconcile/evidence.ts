import type pg from 'pg';
import type { UserIdentity } from '../config/user-identity.ts';
import { withQuery } from '../ops/tracing.ts';
import type { Seam } from '../seam/client.ts';
import type { ConnectedAccount, ConnectWebview } from '../seam/resources.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Facts } from './facts.ts';
import {
  claimOf,
  type Evidence,
  otherIds,
  possibleKeys,
  rivalOf,
  sayingsOf,
  type UserKeys,
} from './identity.ts';

/* What the rules judge by, read from where it is. Writes nothing. */

/** Whether a rule of this kind is set. */
const isSet = ({ rules }: UserIdentity, kind: UserIdentity['rules'][number]['kind']): boolean =>
  rules.some(rule => rule.kind === kind);

/** Whether what the webviews say can matter. */
const readsWebviews = ({ rules }: UserIdentity): boolean =>
  rules.some(rule => rule.kind === 'mapping' || ('of' in rule && rule.of === 'webview'));

/** Whom our own keys stand for. @throws whatever Postgres throws */
export const readUserKeys = async (
  pool: Pick<pg.Pool, 'query'>,
  keys: readonly string[],
): Promise<UserKeys> => {
  if (keys.length === 0) return new Map();
  const { rows } = await pool.query<{ key: string; user_id: string }>({
    name: 'read-user-keys',
    text: 'select key, user_id from reconciler.user_keys where key = any($1)',
    values: [keys],
  });
  return new Map(rows.map(row => [row.key, row.user_id]));
};

/**
 * What Seam calls the user identity of an account, where that counts and Seam shows one.
 *
 * @throws SeamError when Seam doesn't answer
 */
export const askUserIdentity = async (
  seam: Pick<Seam, 'getUserIdentity'>,
  account: Pick<ConnectedAccount, 'userIdentityId'> | null,
  identity: UserIdentity,
  signal: AbortSignal,
): Promise<string | null> => {
  const id = account?.userIdentityId ?? null;
  if (id === null || !isSet(identity, 'user_identity')) return null;
  const { value } = await seam.getUserIdentity(id, signal);
  return value?.userIdentityKey ?? null;
};

type EvidenceOfWebview = NonNullable<Evidence['webview']>;

/**
 * Of the webviews that led to an account, the one that counts: the newest, as each reconnect replaces what was there.
 * What a webview says never changes, so what we have stored of it serves.
 *
 * @param seen that Seam has just shown
 */
const newestWebview = async (
  pool: Pick<pg.Pool, 'query'>,
  accountId: string,
  seen: ConnectWebview | null,
): Promise<EvidenceOfWebview | null> => {
  const { rows } = await pool.query<EvidenceOfWebview & Pick<ConnectWebview, 'seamCreatedAt'>>({
    name: 'newest-webview',
    text: `
      select custom_metadata as "customMetadata", customer_key as "customerKey",
             seam_created_at as "seamCreatedAt"
        from reconciler.connect_webviews where connected_account_id = $1
       order by seam_created_at desc nulls last limit 1`,
    values: [accountId],
  });
  const [stored] = rows;
  if (stored === undefined || seen === null) return stored ?? seen;
  const isOlder = (stored.seamCreatedAt?.getTime() ?? 0) <= (seen.seamCreatedAt?.getTime() ?? 0);
  return isOlder ? seen : stored;
};

type Sources = Readonly<{
  pool: Pick<pg.Pool, 'query'>;
  seam: Pick<Seam, 'getUserIdentity'>;
  users: Pick<UserDirectory, 'find' | 'findAll'>;
  identity: UserIdentity;
}>;

/** Whose Seam says that the account is, and who that is with us. */
export type Ownership = Pick<Facts, 'claim' | 'user' | 'rival'>;

/**
 * Reads whose an account is.
 *
 * @param seen what Seam has just shown; null where it showed none, or was not asked
 * @throws SeamError, UsersTableError, and whatever the database throws: an outage is no fact
 */
export const readOwnership = async (
  { pool, seam, users, identity }: Sources,
  seen: Readonly<{
    connectedAccountId: string | null;
    account: ConnectedAccount | null;
    webview: ConnectWebview | null;
  }>,
  signal: AbortSignal,
): Promise<Ownership> => {
  const { account, connectedAccountId } = seen;
  const webview =
    connectedAccountId === null || !readsWebviews(identity)
      ? seen.webview
      : await newestWebview(pool, connectedAccountId, seen.webview);
  const shown = { account, webview };
  const [userKeys, userIdentityKey] = await Promise.all([
    readUserKeys(pool, possibleKeys(shown, identity)),
    askUserIdentity(seam, account, identity, signal),
  ]);
  const sayings = sayingsOf({ ...shown, userKeys, userIdentityKey }, identity);
  const claim = claimOf(sayings, identity);
  if (claim.kind !== 'named') return { claim, user: { kind: 'none' }, rival: null };
  const others = otherIds(sayings);
  const user = await withQuery('find-user', () => users.find(claim.id));
  const answers = others.length === 0 ? new Map() : await users.findAll(others);
  return { claim, user, rival: rivalOf(sayings, user, answers, identity) };
};
