import { expect, test } from 'vitest';
import { namedTwice } from '../../../src/support/cases/named-twice.ts';

const TWO = {
  named_by: 'account.metadata.user',
  also_named_by: 'webview.customer_key',
  reason: null,
  linked_by: 'run',
} as const;
const BOTH = 'The account’s metadata (user) and the webview’s customer key name different users.';

test.each([
  ['the first counts', TWO, `${BOTH} What counts is the account’s metadata (user).`],
  [
    'a person is asked',
    { ...TWO, reason: 'conflict' },
    `${BOTH} A person has to say who it belongs to.`,
  ],
  ['a person has said it', { ...TWO, linked_by: 'person' }, `${BOTH} It was linked by hand.`],
  ['nobody else is named', { ...TWO, also_named_by: null }, null],
  [
    'a rule of another version is told as it stands',
    { ...TWO, named_by: 'mapping', also_named_by: 'device.key' },
    'The key in the metadata that stands for a user and device.key name different users. What counts is the key in the metadata that stands for a user.',
  ],
] as const)('two users are named: %s', (_name, told, sentence) => {
  expect(namedTwice(told)).toBe(sentence);
});
