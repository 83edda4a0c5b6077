import { describe, expect, test } from 'vitest';
import { type Account, changeOf, findingOf } from '../../src/drift/compare.ts';
import { FINDINGS, MENDABLE } from '../../src/drift/findings.ts';
import { connectedAccountSchema } from '../../src/seam/resources.ts';

const listed = connectedAccountSchema.parse({ connected_account_id: 'account' });
const names = (id: string): Pick<Account, 'claim' | 'user'> => ({
  claim: { kind: 'named', id, by: 'account', rule: 'account.metadata.id' },
  user: { kind: 'found', userId: id },
});
const rivalIs = (settledBy: 'first_rule' | 'person') => ({
  rule: 'webview.metadata.id',
  userId: 'grace',
  settledBy,
});
const UNLINKED: Account = {
  listed,
  claim: { kind: 'missing' },
  user: { kind: 'none' },
  rival: null,
  linkedUserId: null,
  byHand: null,
  endedByHand: null,
  linkedUserExists: false,
  deletionAnnounced: false,
  isGone: false,
  isErased: false,
};
const LINKED = { ...UNLINKED, linkedUserId: 'ada', linkedUserExists: true };
const MISSING = { overrides: 'missing' };
const ENDED = { userId: 'ada', claim: 'named:ada', atMs: 0 };
const ORPHAN = { ...LINKED, linkedUserExists: false };

describe('what an audit finds of an account', () => {
  const unknownUser: Pick<Account, 'claim' | 'user'> = { ...names('who'), user: { kind: 'none' } };
  const badId: Pick<Account, 'claim' | 'user'> = {
    ...names('x'),
    user: { kind: 'impossible', why: 'our user ids are UUIDs' },
  };
  const cases: [string, Account, keyof typeof FINDINGS][] = [
    ['linked to the user it names', { ...LINKED, ...names('ada') }, 'linked_right'],
    ['linked, names nobody any more', LINKED, 'link_kept'],
    ['erased, names grace', { ...ORPHAN, ...names('grace'), isErased: true }, 'erased'],
    [
      'erased, not linked, names a user',
      { ...UNLINKED, ...names('ada'), isErased: true },
      'erased',
    ],
    ['linked by hand, names nobody', { ...LINKED, byHand: MISSING }, 'linked_by_hand'],
    [
      'linked by hand to ada, names grace as it did then',
      { ...LINKED, ...names('grace'), byHand: { overrides: 'named:grace' } },
      'linked_by_hand',
    ],
    [
      'linked by hand to ada, names grace by now',
      { ...LINKED, ...names('grace'), byHand: MISSING },
      'names_another_user',
    ],
    ['linked by hand to one who left', { ...ORPHAN, byHand: MISSING }, 'linked_to_nobody'],
    ['not linked, names a user', { ...UNLINKED, ...names('ada') }, 'not_linked'],
    [
      'unlinked by hand, names ada as it did then',
      { ...UNLINKED, ...names('ada'), endedByHand: ENDED },
      'ended_by_hand',
    ],
    [
      'unlinked by hand, names grace by now',
      { ...UNLINKED, ...names('grace'), endedByHand: ENDED },
      'not_linked',
    ],
    ['linked to ada, names grace', { ...LINKED, ...names('grace') }, 'names_another_user'],
    ['linked to one who left, names grace', { ...ORPHAN, ...names('grace') }, 'names_another_user'],
    ['linked to one who left, names nobody', ORPHAN, 'linked_to_nobody'],
    ['linked to one who left, names her', { ...ORPHAN, ...unknownUser }, 'linked_to_nobody'],
    ['not linked, names nobody we know', { ...UNLINKED, ...unknownUser }, 'names_nobody'],
    ['linked, names nobody we know', { ...LINKED, ...unknownUser }, 'names_nobody'],
    ['names what can be no id', { ...UNLINKED, ...badId }, 'metadata_invalid'],
    [
      'names what is no text',
      {
        ...UNLINKED,
        claim: { kind: 'invalid', why: 'it is empty', by: 'account', rule: 'account.metadata.id' },
      },
      'metadata_invalid',
    ],
    ['not linked, no id', UNLINKED, 'no_metadata'],
    [
      'not linked, two users are named and a person is asked',
      { ...UNLINKED, ...names('ada'), rival: rivalIs('person') },
      'names_two_users',
    ],
    [
      'linked to one of the two, and a person is asked',
      { ...LINKED, ...names('ada'), rival: rivalIs('person') },
      'names_two_users',
    ],
    [
      'linked by hand to one of the two, as they are named still',
      { ...LINKED, ...names('ada'), rival: rivalIs('person'), byHand: { overrides: 'named:ada' } },
      'linked_by_hand',
    ],
    [
      'linked to the first of two, and the first wins',
      { ...LINKED, ...names('ada'), rival: rivalIs('first_rule') },
      'linked_right',
    ],
    [
      'gone at Seam, which said so',
      { ...LINKED, listed: null, deletionAnnounced: true },
      'deleted_but_linked',
    ],
    [
      'gone at Seam, and unlinked',
      { ...UNLINKED, listed: null, deletionAnnounced: true },
      'deleted',
    ],
    ['gone at Seam, without a word', { ...LINKED, listed: null }, 'unknown_to_seam'],
    ['gone without a word, of one who left', { ...ORPHAN, listed: null }, 'unknown_to_seam'],
    ['gone from two lists', { ...LINKED, listed: null, isGone: true }, 'gone'],
    [
      'gone, and said to be deleted',
      { ...LINKED, listed: null, isGone: true, deletionAnnounced: true },
      'deleted_but_linked',
    ],
  ];
  test.each(cases)('%s', (_name, account, kind) => {
    expect(findingOf(account)).toBe(kind);
  });

  test('all that it can find is tried here', () => {
    expect(new Set(cases.map(([, , kind]) => kind))).toEqual(new Set(Object.keys(FINDINGS)));
  });
});

test('what --fix changes is said of exactly what it gets', () => {
  const ids = { linkedUserId: 'ada', claimedUserId: 'grace' };
  const told = (Object.keys(FINDINGS) as (keyof typeof FINDINGS)[]).filter(
    kind => changeOf({ kind, ...ids }) !== null,
  );
  expect(told.toSorted()).toEqual(MENDABLE.toSorted());
  expect(changeOf({ kind: 'names_another_user', ...ids })).toBe('move its link from ada to grace');
});
