import { describe, expect, test } from 'vitest';
import {
  DEVICE_CAPABILITIES,
  DEVICE_SELECTION_MODES,
  optionFaults,
  PROVIDER_CATEGORIES,
  toRequestBody,
  type WebviewOptions,
} from '../../src/seam/webview-options.ts';
import { bodyOf } from '../fixtures/seam-reference.ts';

/* Whatever Seam lets an app say of a new webview can be said here, too: a new version of Seam's types tells what is new. */

const properties = bodyOf('/connect_webviews/create');

const ALL: Required<WebviewOptions> = {
  customMetadata: { id: 'ada' },
  providerCategory: 'stable',
  acceptedProviders: ['august'],
  excludedProviders: ['yale'],
  acceptedCapabilities: ['lock'],
  customRedirectUrl: 'https://app.example',
  customRedirectFailureUrl: 'app://failed',
  deviceSelectionMode: 'none',
  waitForDeviceCreation: true,
  automaticallyManageNewDevices: false,
  customerKey: 'hotel-7',
};

describe('Seam’s reference of new webviews', () => {
  test('has no option that we lack, and lacks none that we have', () => {
    expect(Object.keys(toRequestBody(ALL)).sort()).toEqual(Object.keys(properties).sort());
  });

  test('names the values that we offer', () => {
    expect(properties.device_selection_mode?.enum).toEqual(DEVICE_SELECTION_MODES);
    expect(properties.provider_category?.enum).toEqual(PROVIDER_CATEGORIES);
    expect(properties.accepted_capabilities?.items?.enum).toEqual(DEVICE_CAPABILITIES);
  });

  test('what isn’t given is left to Seam', () => {
    expect(JSON.parse(JSON.stringify(toRequestBody({ customMetadata: {} })))).toEqual({
      custom_metadata: {},
    });
  });
});

describe('an option', () => {
  const { customMetadata: _, providerCategory, ...given } = ALL;

  test('that is well formed is no fault, also one that Seam has only from tomorrow on', () => {
    expect(optionFaults(given)).toEqual([]);
    expect(optionFaults({ providerCategory, excludedProviders: ['tomorrow'] })).toEqual([]);
    expect(optionFaults({ acceptedCapabilities: ['door_bell2'] })).toEqual([]);
  });

  test.each<[Omit<WebviewOptions, 'customMetadata'>, RegExp]>([
    [{ providerCategory: 'stable', acceptedProviders: ['august'] }, /not both/],
    [{ acceptedProviders: [] }, /accepted_providers is empty/],
    [{ excludedProviders: [] }, /excluded_providers is empty/],
    [{ excludedProviders: [' '] }, /provider name is empty/],
    [
      { acceptedProviders: ['august', 'yale'], excludedProviders: ['yale'] },
      /"yale" is both accepted and excluded/,
    ],
    [{ acceptedCapabilities: [] }, /accepted_capabilities is empty/],
    [{ acceptedCapabilities: ['lock', 'Big Locks'] }, /"Big Locks" can't be a capability.*lock,/],
    [{ customerKey: '' }, /customer_key is empty/],
    [{ customerKey: 'a\0b' }, /can't be stored/],
  ])('%j is told in a sentence', (options, sentence) => {
    const faults = optionFaults(options);
    expect(faults).toEqual([expect.stringMatching(sentence)]);
  });
});
