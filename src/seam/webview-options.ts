import type { Metadata } from './metadata.ts';

/** How many devices the user chooses in the webview. */
export const DEVICE_SELECTION_MODES = ['none', 'single', 'multiple'] as const;

/**
 * What a new Connect Webview is to be like; what is absent is left to Seam.
 * Source: Seam's API reference, `/connect_webviews/create`.
 */
export type WebviewOptions = Readonly<{
  customMetadata: Metadata;
  /** Either a category of providers, or providers by name. */
  providerCategory?: string | undefined;
  acceptedProviders?: readonly string[] | undefined;
  /** Where the user is sent afterwards, and where after a failure (else to the first). */
  customRedirectUrl?: string | undefined;
  customRedirectFailureUrl?: string | undefined;
  deviceSelectionMode?: (typeof DEVICE_SELECTION_MODES)[number] | undefined;
  /** Whether the webview counts as finished only once the account's devices are known. */
  waitForDeviceCreation?: boolean | undefined;
  /** Whether devices that the account gets later become managed ones by themselves. */
  automaticallyManageNewDevices?: boolean | undefined;
  customerKey?: string | undefined;
}>;

/** In Seam's words. What is undefined doesn't get into the JSON. */
export const toRequestBody = (webview: WebviewOptions): Record<string, unknown> => ({
  custom_metadata: webview.customMetadata,
  provider_category: webview.providerCategory,
  accepted_providers: webview.acceptedProviders,
  custom_redirect_url: webview.customRedirectUrl,
  custom_redirect_failure_url: webview.customRedirectFailureUrl,
  device_selection_mode: webview.deviceSelectionMode,
  wait_for_device_creation: webview.waitForDeviceCreation,
  automatically_manage_new_devices: webview.automaticallyManageNewDevices,
  customer_key: webview.customerKey,
});
