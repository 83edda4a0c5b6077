import { describe, expect, test } from 'vitest';
import { type AccountChanges, changeFaults, toUpdateBody } from '../../src/seam/account-changes.ts';
import { bodyOf } from '../fixtures/seam-reference.ts';

/* Whatever Seam lets an app change of an account can be changed here, too: a new version of Seam's types tells what is new. */

const properties = bodyOf('/connected_accounts/update');

const ALL: Required<AccountChanges> = {
  customMetadata: { id: 'ada' },
  displayName: 'Front doors',
  acceptedCapabilities: ['lock'],
  automaticallyManageNewDevices: false,
  customerKey: 'hotel-7',
};

describe('Seam’s reference of changing an account', () => {
  test('has no part that we lack, and lacks none that we have', () => {
    expect(Object.keys(toUpdateBody('a1', ALL)).sort()).toEqual(Object.keys(properties).sort());
  });

  test('has the limits that we check', () => {
    expect(properties.display_name).toMatchObject({ minLength: 1, maxLength: 255 });
    expect(changeFaults({ displayName: 'x'.repeat(255) })).toEqual([]);
    // No way to take a customer away: were there one, it would be nullable, or take an empty text.
    expect(properties.customer_key).toMatchObject({ minLength: 1 });
    expect(properties.customer_key).not.toHaveProperty('nullable');
  });

  test('what isn’t given isn’t said', () => {
    expect(JSON.parse(JSON.stringify(toUpdateBody('a1', { displayName: 'x' })))).toEqual({
      connected_account_id: 'a1',
      display_name: 'x',
    });
  });
});

test('a well-formed change is no fault', () => {
  expect(changeFaults(ALL)).toEqual([]);
});

test.each<[AccountChanges, RegExp]>([
  [{ displayName: ' ' }, /display_name is empty/],
  [{ displayName: 'x'.repeat(256) }, /256 characters; Seam allows 255/],
  [{ displayName: 'a\0b' }, /display_name.*can't be stored/],
  [{ acceptedCapabilities: ['A Lock'] }, /"A Lock" can't be a capability/],
  [{ customerKey: '' }, /can't be taken away/],
  [{ customerKey: ' ' }, /customer_key is empty/],
])('%j is told in a sentence', (changes, sentence) => {
  expect(changeFaults(changes)).toEqual([expect.stringMatching(sentence)]);
});
