import { type Actor, insistOn } from '../../access/actor.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import type { UserIdentity } from '../../config/user-identity.ts';
import { type Client, type Db, inTransaction } from '../../db/client.ts';
import { drizzle } from '../../db/drizzle.ts';
import { expectedWebviews } from '../../db/schema.ts';
import { subjectOf } from '../../model/subject.ts';
import { expectLook } from '../../reconcile/request.ts';
import type { Seam } from '../../seam/client.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import { optionFaults, type WebviewOptions } from '../../seam/webview-options.ts';
import type { UserDirectory } from '../../users/directory.ts';
import { nameAtSeam, namingFaults, namingKeys, webviewNaming } from './naming.ts';

/** For whom a Connect Webview is, and what it is to be like. */
export type WebviewRequest = Omit<WebviewOptions, 'customMetadata'> &
  Readonly<{
    userId: string;
    /** Further keys for `custom_metadata`, besides the user id's. */
    metadata: Metadata;
  }>;

/** A webview that was made for somebody. */
export type CreatedForUser = Readonly<{
  kind: 'created';
  connectWebviewId: string;
  /** What to present to the user. Whoever has it can sign in with it: not for a log. */
  url: string;
  userId: string;
  /** When it is looked at by itself, if no webhook comes before. */
  lookAt: Date;
}>;

export type WebviewCreation =
  | CreatedForUser
  | Readonly<{ kind: 'no_such_user'; why: string }>
  /** What is wrong with the request, all of it at once. Seam was not asked. */
  | Readonly<{ kind: 'invalid'; faults: readonly string[] }>;

/** What making a webview needs. */
export type WebviewMaker = Readonly<{
  db: Db;
  users: Pick<UserDirectory, 'find'>;
  seam: Pick<Seam, 'createConnectWebview'>;
  /** The workspace that `seam` answers for; null: the only one, whose id isn't known. */
  workspaceId: string | null;
  identity: UserIdentity;
  webviewLookAfterMinutes: number;
}>;

/**
 * Creates a Connect Webview for one of our users, with their name where our rules read it, and expects it from that
 * user: it is looked at by itself after a while, so that a webhook that never came is noticed.
 *
 * A crash between Seam's answer and our commit leaves a webview at Seam that nobody has the URL of, and
 * so nobody finishes: harmless. Creating another is all there is to do.
 *
 * @throws SupportError `not_allowed`, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer or refuses, and whatever the database throws
 */
export const createWebview = async (
  maker: WebviewMaker,
  actor: Actor,
  { userId, metadata, ...options }: WebviewRequest,
  signal: AbortSignal,
): Promise<WebviewCreation> => {
  insistOn(actor, 'create_webview');
  const { db, users, identity } = maker;
  const faults = webviewFaults({ userId, metadata, ...options }, identity);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const user = await users.find(userId);
  if (user.kind === 'impossible') return { kind: 'no_such_user', why: user.why };
  if (user.kind === 'none') return { kind: 'no_such_user', why: 'no user has that id' };
  const pool = db.$client;
  await insistOnNewRequest(pool, actor, 'create_webview');
  // As their table writes the id: what comes back in a webhook is then found again.
  const naming = webviewNaming(identity, await nameAtSeam(pool, identity, user.userId));
  const customMetadata = { ...metadata, ...naming.metadata };
  const customerKey = options.customerKey ?? naming.customerKey;
  const wanted = { userId: user.userId, options: { ...options, customMetadata, customerKey } };
  return makeWebview(maker, actor, wanted, signal);
};

/** What is to be made, and for whom. */
type Wanted = Readonly<{
  /** As their table writes it. */
  userId: string;
  options: WebviewOptions;
  /** The account that it is to reconnect. */
  connectedAccountId?: string | null;
}>;

/** Has Seam make a webview, of which all has been checked, and expects it from that user. */
export const makeWebview = async (
  maker: Pick<WebviewMaker, 'db' | 'seam' | 'workspaceId' | 'identity' | 'webviewLookAfterMinutes'>,
  actor: Actor,
  { userId, options, connectedAccountId = null }: Wanted,
  signal: AbortSignal,
): Promise<CreatedForUser> => {
  const { db, seam, workspaceId, identity, webviewLookAfterMinutes } = maker;
  const webview = await seam.createConnectWebview(options, signal);
  const { connectWebviewId } = webview;
  const lookAt = await inTransaction(db.$client, async client => {
    // Not the URL: whoever has it can sign in with it.
    await recordChange(client, actor, {
      action: 'create_webview',
      target: subjectOf('connect_webview', connectWebviewId),
      after: {
        user_id: userId,
        metadata_keys: Object.keys(options.customMetadata).filter(
          key => !namingKeys(identity).includes(key),
        ),
        redirects_to: redirectsOf(options),
        ...(connectedAccountId === null ? {} : { reconnects: connectedAccountId }),
      },
    });
    const expected = { connectWebviewId, userId, connectedAccountId, workspaceId };
    return expectWebview(client, expected, webviewLookAfterMinutes);
  });
  return { kind: 'created', ...webview, userId, lookAt };
};

/** Where the user is sent afterwards: whoever sees a webview misused finds out who made it so. */
const redirectsOf = ({
  customRedirectUrl,
  customRedirectFailureUrl,
}: Pick<WebviewOptions, 'customRedirectUrl' | 'customRedirectFailureUrl'>): string[] => {
  const urls = [customRedirectUrl, customRedirectFailureUrl].filter(url => url !== undefined);
  return [
    ...new Set(urls.map(url => new URL(url)).map(({ protocol, host }) => `${protocol}//${host}`)),
  ];
};

/** Everything that is wrong with a request, as far as can be told without asking anybody. Pure. */
const webviewFaults = (request: WebviewRequest, identity: UserIdentity): string[] => {
  const { metadata, userId } = request;
  return [
    ...namingFaults(identity, request),
    ...metadataFaults({ ...metadata, ...webviewNaming(identity, userId).metadata }),
    ...optionFaults(request),
  ];
};

/** Records whose the webview is expected to be, and owes it a look. @returns when that is due */
const expectWebview = async (
  client: Client,
  expected: Readonly<{
    connectWebviewId: string;
    userId: string;
    connectedAccountId: string | null;
    workspaceId: string | null;
  }>,
  minutes: number,
): Promise<Date> => {
  const { connectWebviewId, userId, connectedAccountId } = expected;
  await drizzle(client)
    .insert(expectedWebviews)
    .values({ connectWebviewId, userId, connectedAccountId })
    .onConflictDoNothing();
  const subject = subjectOf('connect_webview', connectWebviewId);
  return expectLook(client, { ...expected, subject }, minutes);
};
