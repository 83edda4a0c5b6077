import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { byMetadataKey, ruleName } from '../../src/config/user-identity.ts';

const identityOf = (env: Record<string, string>) => parseConfig(env).identity;
const namesOf = (env: Record<string, string>) => identityOf(env).rules.map(ruleName);

describe('by what Seam names our users', () => {
  test('goes by a key of the metadata, the account’s first, where nothing else is set', () => {
    expect(identityOf({})).toEqual(byMetadataKey('id'));
    expect(namesOf({ USER_METADATA_KEY: 'who' })).toEqual([
      'account.metadata.who',
      'webview.metadata.who',
    ]);
  });

  test.each([
    'mapping',
    'user_identity, mapping',
    'webview.customer_key, account.customer_key, account.metadata.a b, webview.metadata.who',
  ])('is a list in order: %s', rules => {
    expect(namesOf({ USER_IDENTITY: rules }).join(', ')).toBe(rules);
  });

  test('a person may be asked about what differs', () => {
    expect(identityOf({}).onConflict).toBe('first');
    expect(identityOf({ USER_IDENTITY_CONFLICT: 'ask' }).onConflict).toBe('ask');
  });

  test.each([
    ['mapping, secret', /USER_IDENTITY rule 2 is none of account\.metadata\.<key>, .*mapping$/m],
    ['mapping,', /USER_IDENTITY rule 2 is none of/],
    ['device.metadata.id', /rule 1 is none of/],
    ['account.metadata.', /rule 1 names no metadata key/],
    [`account.metadata.${'k'.repeat(41)}`, /rule 1 has a key of more than 40 characters/],
    ['account.metadata.a.b', /rule 1 has a key with a period/],
    ['mapping, mapping', /names a rule twice/],
    ['account.metadata.id, mapping', /put mapping before it/],
  ])('%s: what is wrong is told, and not what was given', (rules, fault) => {
    expect(() => parseConfig({ USER_IDENTITY: rules })).toThrow(fault);
    expect(() => parseConfig({ USER_IDENTITY: rules })).not.toThrow(/secret|device|a\.b|kkk/);
  });

  test('a key that no rule reads is a slip', () => {
    const unread = { USER_METADATA_KEY: 'who', USER_IDENTITY: 'account.customer_key' };
    expect(() => parseConfig(unread)).toThrow(
      /has no rule that reads the key of USER_METADATA_KEY/,
    );
    expect(namesOf({ ...unread, USER_IDENTITY: 'mapping' })).toEqual(['mapping']);
    expect(namesOf({ ...unread, USER_IDENTITY: 'webview.metadata.who' })).toHaveLength(1);
  });
});
