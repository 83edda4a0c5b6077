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
import type { WebviewOptions } from '../../seam/webview-options.ts';
import type { UserDirectory } from '../../users/directory.ts';
import { nameAtSeam, namingFaults, webviewNaming } from './naming.ts';

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
  { db, users, seam, workspaceId, identity, webviewLookAfterMinutes }: Sources,
  actor: Actor,
  { userId, metadata, ...options }: WebviewRequest,
  signal: AbortSignal,
): Promise<WebviewCreation> => {
  insistOn(actor, 'create_webview');
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
  const webview = await seam.createConnectWebview(
    { ...options, customMetadata, customerKey },
    signal,
  );
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
const webviewFaults = (request: WebviewRequest, identity: UserIdentity): string[] => {
  const { metadata, userId } = request;
  return [
    ...namingFaults(identity, request),
    ...metadataFaults({ ...metadata, ...webviewNaming(identity, userId).metadata }),
    ...providerFaults(request),
    ...urlFaults('custom_redirect_url', request.customRedirectUrl),
    ...urlFaults('custom_redirect_failure_url', request.customRedirectFailureUrl),
    ...(request.customerKey?.trim() === '' ? ['The customer_key is empty.'] : []),
  ];
};

const providerFaults = ({ providerCategory, acceptedProviders }: WebviewRequest): string[] => {
  if (acceptedProviders !== undefined && providerCategory !== undefined) {
    return ['Seam accepts either provider_category or accepted_providers, not both.'];
  }
  if (acceptedProviders?.length === 0) return ['accepted_providers is empty.'];
  const names = [
    ...(acceptedProviders ?? []),
    ...(providerCategory === undefined ? [] : [providerCategory]),
  ];
  return names.some(name => name.trim() === '') ? ['A provider name is empty.'] : [];
};

/** An app may be opened by a scheme of its own; what runs in a page is no place to send a user to. */
const urlFaults = (name: string, url: string | undefined): string[] => {
  if (url === undefined) return [];
  if (!URL.canParse(url)) return [`The ${name} must be a full URL (https://…).`];
  return /^(javascript|data|vbscript|blob):/.test(new URL(url).protocol)
    ? [`The ${name} must lead to a page or an app.`]
    : [];
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
