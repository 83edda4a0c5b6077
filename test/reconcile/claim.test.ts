import { describe, expect, test } from 'vitest';
import { claimIn } from '../fixtures/claims.ts';

const metadata = (value: Record<string, unknown>) => ({ customMetadata: value });
const ofAccount = (id: string) => ({
  kind: 'named',
  id,
  by: 'account',
  rule: 'account.metadata.id',
});
const ofWebview = (id: string) => ({
  kind: 'named',
  id,
  by: 'webview',
  rule: 'webview.metadata.id',
});

describe('whose the metadata say that an account is', () => {
  test.each([
    ["the account's where both name one", { id: 'ada' }, { id: 'grace' }, ofAccount('ada')],
    ["the account's where the webview has none", { id: 'ada' }, {}, ofAccount('ada')],
    [
      "the webview's where the account has none",
      { other: 'x' },
      { id: 'grace' },
      ofWebview('grace'),
    ],
    ["the webview's where the account has null", { id: null }, { id: 'grace' }, ofWebview('grace')],
    ["the webview's where there is no account", null, { id: 'grace' }, ofWebview('grace')],
    ["the account's where there is no webview", { id: 'ada' }, null, ofAccount('ada')],
    ["nobody's where neither has one", {}, { id: null }, { kind: 'missing' }],
    ["nobody's where there is neither", null, null, { kind: 'missing' }],
    ['as it is spelt, spaces and all', { id: ' ada ' }, {}, ofAccount(' ada ')],
    ['up to 500 characters', { id: 'x'.repeat(500) }, {}, ofAccount('x'.repeat(500))],
  ])('is %s', (_name, account, webview, claim) => {
    expect(claimIn(account && metadata(account), webview && metadata(webview))).toEqual(claim);
  });

  test.each([
    ['a boolean', true, "it isn't text (boolean)"],
    ['a number', 42, "it isn't text (number)"],
    ['an object', { nested: 'ada' }, "it isn't text (object)"],
    ['empty', '', 'it is empty'],
    ['blank', ' \t ', 'it is empty'],
    ['too long', 'x'.repeat(501), 'it is longer than 500 characters'],
  ])('is told to be invalid when the id is %s, whatever the other names', (_name, id, why) => {
    const good = metadata({ id: 'grace' });
    const invalid = { kind: 'invalid', why: expect.stringContaining(why) };
    expect(claimIn(metadata({ id }), good)).toMatchObject(invalid);
    expect(claimIn(metadata({}), metadata({ id }))).toMatchObject(invalid);
  });

  test.each(['constructor', 'toString', '__proto__'])(
    'is nobody when only JavaScript itself has a "%s"',
    key => {
      expect(claimIn(metadata({}), metadata({}), key)).toEqual({ kind: 'missing' });
      const own = metadata(JSON.parse(`{"${key}":"ada"}`));
      expect(claimIn(own, null, key)).toMatchObject({ id: 'ada', by: 'account' });
    },
  );
});
