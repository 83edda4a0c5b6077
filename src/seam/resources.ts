import { z } from 'zod';
import { readInstant } from './timestamp.ts';

/**
 * The parts of Seam's objects that we use, read leniently: unknown fields are ignored, and only what we
 * can't do without is insisted on. Ids are opaque.
 * Sources: Seam's API reference, "Connect Webview" and "Connected Account" objects.
 */

/** Values are strings or booleans at Seam; whatever else comes is kept as it is. Absent means `{}`. */
const customMetadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform(value => value ?? {});

/** Fields that only tell: one of an unexpected type is left out, rather than the whole object refused. */
const text = z.string().nullable().catch(null);
const flag = z.boolean().nullable().catch(null);
const list = z.array(z.unknown()).catch([]);
const record = z.record(z.string(), z.unknown()).catch({});
const instant = z.unknown().optional().transform(readInstant);

export const connectWebviewSchema = z
  .object({
    connect_webview_id: z.string().min(1),
    status: z.string(),
    login_successful: flag,
    connected_account_id: z.string().nullish(),
    custom_metadata: customMetadata,
    created_at: instant,
  })
  .transform(webview => ({
    connectWebviewId: webview.connect_webview_id,
    status: webview.status,
    loginSuccessful: webview.login_successful,
    connectedAccountId: webview.connected_account_id || null,
    customMetadata: webview.custom_metadata,
    seamCreatedAt: webview.created_at,
  }));

export type ConnectWebview = Readonly<z.output<typeof connectWebviewSchema>>;

export const connectedAccountSchema = z
  .object({
    connected_account_id: z.string().min(1),
    account_type: text,
    account_type_display_name: text,
    display_name: text,
    user_identifier: record,
    custom_metadata: customMetadata,
    errors: list,
    warnings: list,
    accepted_capabilities: list,
    automatically_manage_new_devices: flag,
    customer_key: text,
    created_at: instant,
  })
  .transform(account => ({
    connectedAccountId: account.connected_account_id,
    accountType: account.account_type,
    accountTypeDisplayName: account.account_type_display_name,
    displayName: account.display_name,
    userIdentifier: account.user_identifier,
    customMetadata: account.custom_metadata,
    errors: account.errors,
    warnings: account.warnings,
    acceptedCapabilities: account.accepted_capabilities,
    automaticallyManageNewDevices: account.automatically_manage_new_devices,
    customerKey: account.customer_key,
    seamCreatedAt: account.created_at,
  }));

export type ConnectedAccount = Readonly<z.output<typeof connectedAccountSchema>>;

/** A webview as Seam answers its creation; it alone shows the URL. */
export const createdWebviewSchema = z
  .object({ connect_webview_id: z.string().min(1), url: z.string().min(1) })
  .transform(webview => ({ connectWebviewId: webview.connect_webview_id, url: webview.url }));

export type CreatedWebview = Readonly<z.output<typeof createdWebviewSchema>>;

/** An endpoint that Seam sends events to. `*` among the types stands for all there are. */
export const webhookSchema = z
  .object({
    webhook_id: z.string().min(1),
    url: z.string().min(1),
    event_types: z.array(z.string()).nullish(),
    secret: text,
  })
  .transform(webhook => ({
    webhookId: webhook.webhook_id,
    url: webhook.url,
    eventTypes: webhook.event_types ?? ['*'],
    /** To be shown to the engineer who asks for it, and to nobody else. */
    secret: webhook.secret,
  }));

export type RegisteredWebhook = Readonly<
  Omit<z.output<typeof webhookSchema>, 'eventTypes'> & { eventTypes: readonly string[] }
>;

export const workspaceSchema = z
  .object({ workspace_id: z.string().min(1), name: text, is_sandbox: flag, is_suspended: flag })
  .transform(workspace => ({
    workspaceId: workspace.workspace_id,
    name: workspace.name,
    isSandbox: workspace.is_sandbox === true,
    isSuspended: workspace.is_suspended === true,
  }));

/** Of a workspace, what a probe reads. */
export const probedSchema = z.object({ is_suspended: flag });

export type Workspace = Readonly<z.output<typeof workspaceSchema>>;
