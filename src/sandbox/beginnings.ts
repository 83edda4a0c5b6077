import { randomBytes } from 'node:crypto';
import type { Fake } from '@seamapi/fake-seam-connect';
import { answered, type Routes, refused } from './layer.ts';
import type { ShownWebview } from './webview-pages.ts';

/**
 * What Seam documents of creating webviews, of changing accounts and of webhooks, and its fake leaves out: custom
 * metadata and the other options of a new webview; names and customers of accounts; event types that the fake has
 * never heard of; secrets of Svix's form; changing a webhook.
 *
 * @param on.save is called after every change
 * @param on.show is called with every new webview
 */
export const beginnings = (
  { database }: Fake,
  workspaceId: string,
  { save, show }: { save: () => Promise<void>; show: (webview: ShownWebview) => void },
): Routes => ({
  '/connect_webviews/create': async options => {
    const params = {
      ...options,
      workspace_id: workspaceId,
      any_provider_allowed: options.accepted_providers === undefined,
    };
    const connect_webview = database.addConnectWebview(
      params as Parameters<typeof database.addConnectWebview>[0],
    );
    show(connect_webview);
    await save();
    const { customer_key } = options;
    return answered({ connect_webview: { ...connect_webview, customer_key } });
  },
  '/connected_accounts/update': async ({ connected_account_id: id, ...changes }) => {
    const account = database.connected_accounts.find(known => known.connected_account_id === id);
    if (account === undefined) {
      return refused(404, 'connected_account_not_found', 'Connected account not found');
    }
    const { customer_key: before } = account as { customer_key?: unknown };
    if (changes.customer_key !== undefined && (before ?? null) !== null) {
      return refused(400, 'invalid_input', 'The account is already associated with a customer');
    }
    // The fake's own merges metadata, and drops what it has never heard of.
    Object.assign(account, changes);
    await save();
    return answered({ connected_account: account });
  },
  '/webhooks/create': async ({ url, event_types }) => {
    if (typeof url !== 'string') return refused(400, 'invalid_input', 'url is required');
    const webhook = addEndpoint({ database }, workspaceId, url, event_types as string[]);
    await save();
    return answered({ webhook });
  },
  '/webhooks/update': async ({ webhook_id, event_types }) => {
    const webhook = database.webhooks.find(known => known.webhook_id === webhook_id);
    if (webhook === undefined) return refused(404, 'webhook_not_found', 'Webhook not found');
    webhook.event_types = event_types as string[];
    await save();
    return answered({});
  },
});

/** @param secret what it is signed with; absent: a new one */
export const addEndpoint = (
  { database }: Pick<Fake, 'database'>,
  workspaceId: string,
  url: string,
  eventTypes: readonly string[],
  secret = `whsec_${randomBytes(24).toString('base64')}`,
): Record<string, unknown> => {
  const webhook = database.addWebhook({
    workspace_id: workspaceId,
    url,
    event_types: [...eventTypes],
  });
  webhook.secret = secret;
  const { webhook_id, event_types } = webhook;
  return { webhook_id, url, event_types, secret };
};
