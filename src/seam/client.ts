import type { SeamHttpRequest } from '@seamapi/http';
import { z } from 'zod';
import { type AccountChanges, toUpdateBody } from './account-changes.ts';
import { type RawAnswer, readAnswer, readWhole } from './answers.ts';
import { type OnCall, watched } from './call-outcome.ts';
import { inCallSpan } from './call-span.ts';
import { type Access, CALL_TIMEOUT_MS, MAX_ANSWER_BYTES, openWorkspace } from './connection.ts';
import type { SeamReason } from './errors.ts';
import { EVENT_TYPES } from './events.ts';
import { requestIdOf, requestIdOfNone, toSeamError } from './failures.ts';
import { type AccountPage, accountPageSchema, eventPageSchema, type ListedEvent } from './lists.ts';
import { createQuestion } from './question.ts';
import {
  type ConnectedAccount,
  type ConnectWebview,
  type CreatedWebview,
  connectedAccountSchema,
  connectWebviewSchema,
  createdWebviewSchema,
  type RegisteredWebhook,
  type SeamUserIdentity,
  userIdentitySchema,
  type Workspace,
  webhookSchema,
  workspaceSchema,
} from './resources.ts';
import { toStorable } from './storable.ts';
import { toRequestBody, type WebviewOptions } from './webview-options.ts';

/** Seam's answer, with the id of the call. `value` is null when Seam says that there is none. */
export type Answer<T> = Readonly<{ value: T | null; requestId: string | null }>;

/**
 * All that we ask of Seam. Throws SeamError when Seam does not answer (SeamRefusedError where it refuses to
 * do what it was told); rethrows what it doesn't know.
 */
export type Seam = Readonly<{
  getConnectWebview: (id: string, signal: AbortSignal) => Promise<Answer<ConnectWebview>>;
  getConnectedAccount: (id: string, signal: AbortSignal) => Promise<Answer<ConnectedAccount>>;
  getUserIdentity: (id: string, signal: AbortSignal) => Promise<Answer<SeamUserIdentity>>;
  /** Changes these parts of an account, the metadata as a whole. `value` is null when Seam knows no such account. */
  updateConnectedAccount: (
    id: string,
    changes: AccountChanges,
    signal: AbortSignal,
  ) => Promise<Answer<'done'>>;
  /** Deletes the account and all that belongs to it. `value` is null when Seam knows no such account. */
  deleteConnectedAccount: (id: string, signal: AbortSignal) => Promise<Answer<'done'>>;
  /**
   * The events of our types that were made between two instants (both excluded), in no order that Seam
   * promises. As many as `limit`: there may be more.
   */
  listEvents: (
    between: Readonly<{
      after: Date;
      before: Date;
      limit: number;
      /** All of ours, where it isn't given. */
      eventTypes?: typeof EVENT_TYPES;
    }>,
    signal: AbortSignal,
  ) => Promise<readonly ListedEvent[]>;
  /** One page of all connected accounts, from the beginning (null) or from a cursor that Seam gave. */
  listConnectedAccounts: (
    page: Readonly<{ cursor: string | null; limit: number }>,
    signal: AbortSignal,
  ) => Promise<AccountPage>;
  /**
   * Asks the cheapest question, to see whether Seam answers us at all: throws like the others. About a workspace that was
   * suspended, whether it still is; about a key that lacks a right, whether it may read accounts and webviews.
   */
  probe: (signal: AbortSignal, about: SeamReason | null) => Promise<void>;
  /** Makes a new webview each time that it is called. */
  createConnectWebview: (webview: WebviewOptions, signal: AbortSignal) => Promise<CreatedWebview>;
  listWebhooks: (signal: AbortSignal) => Promise<RegisteredWebhook[]>;
  /** Registers one more endpoint each time that it is called. Its answer shows the secret. */
  createWebhook: (
    webhook: Pick<RegisteredWebhook, 'url' | 'eventTypes'>,
    signal: AbortSignal,
  ) => Promise<RegisteredWebhook>;
  /** Has an endpoint be sent these types of events and no others. */
  updateWebhook: (
    webhook: Pick<RegisteredWebhook, 'webhookId' | 'eventTypes'>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** The workspace that our key belongs to, and what Seam's clock says (null where it doesn't say). */
  getWorkspace: (signal: AbortSignal) => Promise<{ workspace: Workspace; seamTime: Date | null }>;
}>;

/** Custom metadata alone may be 25 KB (50 keys of 500 characters), and a page holds hundreds. */
const MAX_LIST_BYTES = 32_000_000;

/**
 * Opens one workspace of Seam's.
 *
 * @param readsUserIdentities whether looks ask for those, too: then it is a right that the key needs
 * @param onCall is told what came of each request, and how long it took
 * @throws TypeError for a personal access token without the workspace's id
 */
export const createSeam = (
  access: Access,
  {
    readsUserIdentities = false,
    onCall,
  }: { readsUserIdentities?: boolean; onCall?: OnCall | undefined } = {},
): Seam => {
  const sdk = openWorkspace(access);

  /** One call: its answer's headers, and what the answer holds. */
  const send = async (
    request: Request,
    signal: AbortSignal,
    { maxBytes = MAX_ANSWER_BYTES, asItCame = false } = {},
  ): Promise<RawAnswer> => {
    // The SDK's request takes no signal and hides the answer's headers; its client has both.
    const { pathname, method, body, params } = request;
    const asked = inCallSpan({ method, pathname, endpoint: access.endpoint }, () =>
      sdk.client.request<unknown>({
        ...{ url: pathname, method, data: body, params, maxContentLength: maxBytes },
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
      }),
    );
    const response = await (onCall === undefined ? asked : watched(asked, signal, onCall));
    return {
      headers: response.headers,
      data: asItCame ? response.data : toStorable(response.data),
    };
  };

  /** Asks about something that may not be there. */
  const call = async <T>(
    request: Request,
    resource: Resource,
    id: string,
    signal: AbortSignal,
    read: (answer: RawAnswer) => T,
  ): Promise<Answer<T>> => {
    try {
      const answer = await send(request, signal);
      return { value: read(answer), requestId: requestIdOf(answer.headers) };
    } catch (error) {
      signal.throwIfAborted();
      return { value: null, requestId: requestIdOfNone(error, resource, id) };
    }
  };

  const ask = <Schema extends z.ZodType>(
    request: Request,
    { key, schema }: Readonly<{ key: Resource; schema: Schema }>,
    id: string,
    signal: AbortSignal,
  ): Promise<Answer<z.output<Schema>>> =>
    call(request, key, id, signal, answer => readAnswer(answer, key, schema));

  /** Changes an account. Seam takes POST for every change, whatever other method the SDK prefers. */
  const change = (
    pathname: string,
    body: Readonly<Record<string, unknown> & { connected_account_id: string }>,
    signal: AbortSignal,
  ): Promise<Answer<'done'>> => {
    const { connected_account_id: id } = body;
    const request = { ...POST, pathname, body };
    return call(request, 'connected_account', id, signal, () => 'done' as const);
  };

  /** Asks for what there always is, or tells Seam to do something. */
  const insist = async (
    request: Request,
    signal: AbortSignal,
    options: Parameters<typeof send>[2] = {},
  ): Promise<RawAnswer> => {
    try {
      return await send(request, signal, options);
    } catch (error) {
      signal.throwIfAborted();
      throw toSeamError(error);
    }
  };

  return {
    probe: createQuestion(sdk, insist, { readsUserIdentities }),
    listEvents: async ({ after, before, limit, eventTypes = EVENT_TYPES }, signal) => {
      const between = [after.toISOString(), before.toISOString()];
      const request = sdk.events.list({ between, event_types: [...eventTypes], limit });
      const options = { maxBytes: MAX_LIST_BYTES, asItCame: true };
      return readWhole(await insist(request, signal, options), eventPageSchema).events;
    },
    listConnectedAccounts: async ({ cursor, limit }, signal) => {
      const page = cursor === null ? { limit } : { limit, page_cursor: cursor };
      const request = sdk.connectedAccounts.list(page);
      const answer = await insist(request, signal, { maxBytes: MAX_LIST_BYTES });
      return readWhole(answer, accountPageSchema);
    },
    getConnectWebview: (id, signal) =>
      ask(sdk.connectWebviews.get({ connect_webview_id: id }), CONNECT_WEBVIEW, id, signal),
    getConnectedAccount: (id, signal) =>
      ask(sdk.connectedAccounts.get({ connected_account_id: id }), CONNECTED_ACCOUNT, id, signal),
    getUserIdentity: (id, signal) =>
      ask(sdk.userIdentities.get({ user_identity_id: id }), USER_IDENTITY, id, signal),
    createConnectWebview: async (webview, signal) => {
      const pathname = '/connect_webviews/create';
      const body = toRequestBody(webview);
      const answer = await insist({ ...POST, pathname, body }, signal);
      return readAnswer(answer, 'connect_webview', createdWebviewSchema);
    },
    listWebhooks: async signal =>
      readAnswer(await insist(sdk.webhooks.list(), signal), 'webhooks', z.array(webhookSchema)),
    createWebhook: async ({ url, eventTypes }, signal) => {
      const request = sdk.webhooks.create({ url, event_types: [...eventTypes] });
      return readAnswer(await insist(request, signal), 'webhook', webhookSchema);
    },
    updateWebhook: async ({ webhookId, eventTypes }, signal) => {
      const told = { webhook_id: webhookId, event_types: [...eventTypes] };
      await insist(sdk.webhooks.update(told), signal);
    },
    getWorkspace: async signal => {
      const answer = await insist(sdk.workspaces.get(), signal);
      const time = Date.parse(String(answer.headers.date));
      return {
        workspace: readAnswer(answer, 'workspace', workspaceSchema),
        seamTime: Number.isNaN(time) ? null : new Date(time),
      };
    },
    updateConnectedAccount: (id, changes, signal) =>
      change('/connected_accounts/update', toUpdateBody(id, changes), signal),
    deleteConnectedAccount: (id, signal) =>
      change('/connected_accounts/delete', { connected_account_id: id }, signal),
  };
};

type Request = Pick<SeamHttpRequest<unknown, undefined>, 'pathname' | 'method' | 'body' | 'params'>;
type Resource = 'connect_webview' | 'connected_account' | 'user_identity';

/** For what the SDK's types don't (or no longer) know, though Seam documents it. */
const POST = { method: 'POST', params: undefined } as const;

const CONNECT_WEBVIEW = { key: 'connect_webview', schema: connectWebviewSchema } as const;
const CONNECTED_ACCOUNT = { key: 'connected_account', schema: connectedAccountSchema } as const;
const USER_IDENTITY = { key: 'user_identity', schema: userIdentitySchema } as const;
