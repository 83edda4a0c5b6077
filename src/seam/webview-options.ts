import type { Metadata } from './metadata.ts';
import { isStorable } from './storable.ts';

/** How many devices the user chooses in the webview. Seam takes it, and no longer documents it. */
export const DEVICE_SELECTION_MODES = ['none', 'single', 'multiple'] as const;

/** What Seam's reference names, to choose from. Neither list closes anything: what Seam adds can be given at once. */
export const PROVIDER_CATEGORIES = [
  'stable',
  'consumer_smartlocks',
  'beta',
  'thermostats',
  'noise_sensors',
  'access_control_systems',
  'cameras',
  'connectors',
  'internal_beta',
] as const;
export const DEVICE_CAPABILITIES = [
  'lock',
  'thermostat',
  'noise_sensor',
  'access_control',
  'camera',
] as const;

/**
 * What a new Connect Webview is to be like; what is absent is left to Seam.
 * Source: Seam's API reference, `/connect_webviews/create`.
 */
export type WebviewOptions = Readonly<{
  customMetadata: Metadata;
  /** Either a category of providers, or providers by name. */
  providerCategory?: string | undefined;
  acceptedProviders?: readonly string[] | undefined;
  /** Providers, by name, that the user is not shown. */
  excludedProviders?: readonly string[] | undefined;
  /** The kinds of devices that may be connected; absent: as the providers have it. */
  acceptedCapabilities?: readonly string[] | undefined;
  /** Where the user is sent afterwards, and where after a failure (else to the first). */
  customRedirectUrl?: string | undefined;
  customRedirectFailureUrl?: string | undefined;
  deviceSelectionMode?: (typeof DEVICE_SELECTION_MODES)[number] | undefined;
  /** Whether the webview counts as finished only once the account's devices are known. */
  waitForDeviceCreation?: boolean | undefined;
  /** Whether devices that the account gets later become managed ones by themselves. */
  automaticallyManageNewDevices?: boolean | undefined;
  /** An account that is there already must not have one: then the webview shows an error. */
  customerKey?: string | undefined;
}>;

/** In Seam's words. What is undefined doesn't get into the JSON. */
export const toRequestBody = (webview: WebviewOptions) => ({
  custom_metadata: webview.customMetadata,
  provider_category: webview.providerCategory,
  accepted_providers: webview.acceptedProviders,
  excluded_providers: webview.excludedProviders,
  accepted_capabilities: webview.acceptedCapabilities,
  custom_redirect_url: webview.customRedirectUrl,
  custom_redirect_failure_url: webview.customRedirectFailureUrl,
  device_selection_mode: webview.deviceSelectionMode,
  wait_for_device_creation: webview.waitForDeviceCreation,
  automatically_manage_new_devices: webview.automaticallyManageNewDevices,
  customer_key: webview.customerKey,
});

/** What is wrong with the options (besides the metadata), all of it at once, as far as can be told without Seam. Pure. */
export const optionFaults = (options: Omit<WebviewOptions, 'customMetadata'>): string[] => [
  ...providerFaults(options),
  ...capabilityFaults(options.acceptedCapabilities),
  ...urlFaults('custom_redirect_url', options.customRedirectUrl),
  ...urlFaults('custom_redirect_failure_url', options.customRedirectFailureUrl),
  ...customerKeyFaults(options.customerKey),
];

const providerFaults = (
  options: Pick<WebviewOptions, 'providerCategory' | 'acceptedProviders' | 'excludedProviders'>,
): string[] => {
  const { providerCategory, acceptedProviders: accepted, excludedProviders: excluded } = options;
  if (accepted !== undefined && providerCategory !== undefined) {
    return ['Seam accepts either provider_category or accepted_providers, not both.'];
  }
  if (accepted?.length === 0) return ['accepted_providers is empty.'];
  if (excluded?.length === 0) return ['excluded_providers is empty.'];
  const names = [
    ...(accepted ?? []),
    ...(excluded ?? []),
    ...(providerCategory === undefined ? [] : [providerCategory]),
  ];
  if (names.some(name => name.trim() === '')) return ['A provider name is empty.'];
  const both = accepted?.find(name => excluded?.includes(name));
  return both === undefined ? [] : [`The provider "${both}" is both accepted and excluded.`];
};

/** A new one of Seam's must not wait for us: only what can't be a name is refused here, the rest by Seam. */
export const capabilityFaults = (names: readonly string[] | undefined): string[] => {
  if (names?.length === 0) return ['accepted_capabilities is empty.'];
  const odd = (names ?? []).filter(name => !/^[a-z][a-z0-9_]*$/.test(name));
  return odd.map(
    name =>
      `"${name.slice(0, 80)}" can't be a capability: they are written like ${DEVICE_CAPABILITIES.join(', ')}.`,
  );
};

export const customerKeyFaults = (key: string | undefined): string[] => {
  if (key === undefined) return [];
  if (key.trim() === '') return ['The customer_key is empty.'];
  return isStorable(key) ? [] : ["The customer_key contains a character that can't be stored."];
};

/** An app may be opened by a scheme of its own; what runs in a page is no place to send a user to. */
const urlFaults = (name: string, url: string | undefined): string[] => {
  if (url === undefined) return [];
  if (!URL.canParse(url)) return [`The ${name} must be a full URL (https://…).`];
  return /^(javascript|data|vbscript|blob):/.test(new URL(url).protocol)
    ? [`The ${name} must lead to a page or an app.`]
    : [];
};
