import { z } from 'zod';
import { readInstant } from './instant.ts';

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
