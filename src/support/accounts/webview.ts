import { type Actor, insistOn } from '../../access/actor.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, type Db, inTransaction } from '../../db/client.ts';
import { drizzle } from '../../db/drizzle.ts';
import { expectedWebviews } from '../../db/schema.ts';
import { subjectOf } from '../../model/subject.ts';
import { expectLook } from '../../reconcile/request.ts';
import type { Seam } from '../../seam/client.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import { optionFaults, type WebviewOptions } from '../../seam/webview-options.ts';
import type { UserDirectory } from '../../users/directory.ts';

/** For whom a Connect Webview is, and what it is to be like. */
export type WebviewRequest = Omit<WebviewOptions, 'customMetadata'> &
  Readonly<{
    userId: string;
    /** Further keys for `custom_metadata`, besides the user id's. */
    metadata: Metadata;
  }>;

export type WebviewCreation =
  | Readonly<{
      kind: 'created';
      connectWebviewId: string;
      /** What to present to the user. Whoever has it can sign in with it: not for a log. */
      url: string;
      userId: string;
      /** When it is looked at by itself, if no webhook comes before. */
      lookAt: Date;
    }>
  | Readonly<{ kind: 'no_such_user'; why: string }>
  /** What is wrong with the request, all of it at once. Seam was not asked. */
  | Readonly<{ kind: 'invalid'; faults: readonly string[] }>;

type Sources = Readonly<{
  db: Db;
  users: Pick<UserDirectory, 'find'>;
  seam: Pick<Seam, 'createConnectWebview'>;
  /** The workspace that `seam` answers for; null: the only one, whose id isn't known. */
  workspaceId: string | null;
  userMetadataKey: string;
  webviewLookAfterMinutes: number;
}>;

/**
 * Creates a Connect Webview for one of our users, with the id in its metadata, and expects it from that
 * user: it is looked at by itself after a while, so that a webhook that never came is noticed.
 *
 * A crash between Seam's answer and our commit leaves a webview at Seam that nobody has the URL of, and
 * so nobody finishes: harmless. Creating another is all there is to do.
 *
 * @throws SupportError `not_allowed`, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer or refuses, and whatever the database throws
 */
export const createWebview = async (
  { db, users, seam, workspaceId, userMetadataKey, webviewLookAfterMinutes }: Sources,
  actor: Actor,
  { userId, metadata, ...options }: WebviewRequest,
  signal: AbortSignal,
): Promise<WebviewCreation> => {
  insistOn(actor, 'create_webview');
  const faults = webviewFaults({ userId, metadata, ...options }, userMetadataKey);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const user = await users.find(userId);
  if (user.kind === 'impossible') return { kind: 'no_such_user', why: user.why };
  if (user.kind === 'none') return { kind: 'no_such_user', why: 'no user has that id' };
  // As their table writes the id: what comes back in a webhook is then found again.
  const customMetadata = { ...metadata, [userMetadataKey]: user.userId };
  const pool = db.$client;
  await insistOnNewRequest(pool, actor, 'create_webview');
  const webview = await seam.createConnectWebview({ ...options, customMetadata }, signal);
  const { connectWebviewId } = webview;
  const lookAt = await inTransaction(pool, async client => {
    // Not the URL: whoever has it can sign in with it.
    await recordChange(client, actor, {
      action: 'create_webview',
      target: subjectOf('connect_webview', connectWebviewId),
      after: {
        user_id: user.userId,
        metadata_keys: Object.keys(metadata),
        redirects_to: redirectsOf(options),
      },
    });
    const expected = { connectWebviewId, userId: user.userId, workspaceId };
    return expectWebview(client, expected, webviewLookAfterMinutes);
  });
  return { kind: 'created', ...webview, userId: user.userId, lookAt };
};

/** Where the user is sent afterwards: whoever sees a webview misused finds out who made it so. */
const redirectsOf = ({
  customRedirectUrl,
  customRedirectFailureUrl,
}: Pick<WebviewRequest, 'customRedirectUrl' | 'customRedirectFailureUrl'>): string[] => {
  const urls = [customRedirectUrl, customRedirectFailureUrl].filter(url => url !== undefined);
  return [
    ...new Set(urls.map(url => new URL(url)).map(({ protocol, host }) => `${protocol}//${host}`)),
  ];
};

/** Everything that is wrong with a request, as far as can be told without asking anybody. Pure. */
const webviewFaults = (request: WebviewRequest, userMetadataKey: string): string[] => {
  const { metadata, userId } = request;
  const isTaken = Object.hasOwn(metadata, userMetadataKey);
  const taken = `The metadata key "${userMetadataKey}" is reserved for the user id (USER_METADATA_KEY).`;
  return [
    ...(isTaken ? [taken] : []),
    ...metadataFaults({ ...metadata, [userMetadataKey]: userId }),
    ...optionFaults(request),
  ];
};

/** Records whose the webview is expected to be, and owes it a look. @returns when that is due */
const expectWebview = async (
  client: Client,
  expected: { connectWebviewId: string; userId: string; workspaceId: string | null },
  minutes: number,
): Promise<Date> => {
  const { connectWebviewId, userId } = expected;
  await drizzle(client)
    .insert(expectedWebviews)
    .values({ connectWebviewId, userId })
    .onConflictDoNothing();
  const subject = subjectOf('connect_webview', connectWebviewId);
  return expectLook(client, { ...expected, subject }, minutes);
};
