import { describe, expect, test } from 'vitest';
import { byMetadataKey } from '../../../src/config/user-identity.ts';
import type { Person } from '../../../src/model/person.ts';
import { createScrubber } from '../../../src/support/erasure/scrubber.ts';
import { rulesOf } from '../../fixtures/claims.ts';

const person = (of: Partial<Person>): Person => ({
  userId: 'user_77',
  names: [],
  accountIds: [],
  webviewIds: [],
  subjects: [],
  ...of,
});
const whoIs = (of: Partial<Person>) => createScrubber(person(of), 'erased:x', byMetadataKey('id'));

describe('a text', () => {
  const who = whoIs({ names: ['ada@locks.example', 'Ada Lovelace', '+44 20 7946 0958'] });
  test.each([
    ['Ask ADA@locks.example, please.', 'Ask [erased], please.'],
    ['Ada Lovelace (+44 20 7946 0958) called', '[erased] ([erased]) called'],
    ['of user_77.', 'of erased:x.'],
    ['/support?q=ada%40locks.example', '/support?q=[erased]'],
    // Of others.
    ['grandada@locks.example', 'grandada@locks.example'],
    ['my.ada@locks.example', 'my.ada@locks.example'],
    ['ada@locks.example.org', 'ada@locks.example.org'],
    ['user_770, user_7', 'user_770, user_7'],
    ['Ada Lovelacey', 'Ada Lovelacey'],
  ])('%s', (text, left) => {
    expect(who.text(text)).toBe(left);
  });
});

describe('an id that may be any number', () => {
  const who = whoIs({ userId: '42' });
  test('is left alone in what somebody wrote', () => {
    expect(who.text('42 calls since 42')).toBe('42 calls since 42');
  });
  test('is found where it stands for a user', () => {
    const change = {
      user_id: '42',
      former_user_id: 42,
      attempts: '42',
      custom_metadata: { id: '42' },
    };
    expect(who.json(change)).toEqual({
      user_id: 'erased:x',
      former_user_id: 'erased:x',
      attempts: '42',
      custom_metadata: { id: 'erased:x' },
    });
    expect(who.query('state=failed&user=42&reason=42')).toBe(
      'state=failed&user=erased%3Ax&reason=42',
    );
  });
});

test('a longer id of another user is never taken for theirs', () => {
  const who = whoIs({ userId: 'ada-lovelace' });
  expect(who.json({ user_id: 'ada-lovelace-2' })).toEqual({ user_id: 'ada-lovelace-2' });
  expect(who.query('user=ada-lovelace-2')).toBe('user=ada-lovelace-2');
  expect(who.userId(null)).toBeNull();
});

test('what there is nothing of them in stays as it was written', () => {
  const who = whoIs({});
  expect(who.query('state=failed&since=24h%20')).toBe('state=failed&since=24h%20');
});

test('a claim is found wherever metadata are', () => {
  const who = whoIs({});
  expect(who.claimIn({ connected_account_custom_metadata: { id: 'bob' } })).toBe('bob');
  expect(who.claimIn({ items: [{ custom_metadata: { id: 7 } }] })).toBe('7');
  expect(who.claimIn({ custom_metadata: {}, id: 'bob' })).toBeNull();
});

test('a claim is what the rules read: a customer key, too, and each in its turn', () => {
  const by = (rules: string) => createScrubber(person({}), 'erased:x', rulesOf(rules));
  const both = { custom_metadata: { id: 'bob' }, customer_key: 'eve' };
  expect(by('account.customer_key, account.metadata.id').claimIn([both])).toBe('eve');
  expect(by('mapping, account.customer_key').claimIn(both)).toBe('bob');
  expect(by('account.metadata.id').claimIn({ customer_key: 'eve' })).toBeNull();
  expect(by('account.customer_key').json({ customer_key: 'user_77' })).toEqual({
    customer_key: 'erased:x',
  });
});

test('each spelling of a name is searched for', () => {
  const { needles } = whoIs({ names: ['zoë@locks.example'] });
  expect(needles).toEqual(
    expect.arrayContaining([
      'zoë@locks.example',
      'zo\\u00eb@locks.example',
      'zo%C3%AB%40locks.example',
    ]),
  );
});

test('a user whose id is our own mark takes no mark apart', () => {
  const who = whoIs({ userId: 'erased', names: ['ada@locks.example'] });
  expect(who.text('ada@locks.example asked [erased]')).toBe('[erased] asked [erased]');
  expect(who.json({ user_id: 'erased' })).toEqual({ user_id: 'erased:x' });
});
