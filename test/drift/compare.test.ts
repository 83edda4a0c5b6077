import { describe, expect, test } from 'vitest';
import { type Account, changeOf, FINDINGS, findingOf, MENDABLE } from '../../src/drift/compare.ts';
import { connectedAccountSchema } from '../../src/seam/resources.ts';

const listed = connectedAccountSchema.parse({ connected_account_id: 'account' });
const names = (id: string): Pick<Account, 'claim' | 'user'> => ({
  claim: { kind: 'named', id, by: 'account' },
  user: { kind: 'found', userId: id },
});
const UNLINKED: Account = {
  listed,
  claim: { kind: 'missing' },
  user: { kind: 'none' },
  linkedUserId: null,
  byHand: null,
  linkedUserExists: false,
  deletionAnnounced: false,
  isGone: false,
  isErased: false,
};
const LINKED = { ...UNLINKED, linkedUserId: 'ada', linkedUserExists: true };
const MISSING = { overrides: 'missing' };
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
    ['linked to ada, names grace', { ...LINKED, ...names('grace') }, 'names_another_user'],
    ['linked to one who left, names grace', { ...ORPHAN, ...names('grace') }, 'names_another_user'],
    ['linked to one who left, names nobody', ORPHAN, 'linked_to_nobody'],
    ['linked to one who left, names her', { ...ORPHAN, ...unknownUser }, 'linked_to_nobody'],
    ['not linked, names nobody we know', { ...UNLINKED, ...unknownUser }, 'names_nobody'],
    ['linked, names nobody we know', { ...LINKED, ...unknownUser }, 'names_nobody'],
    ['names what can be no id', { ...UNLINKED, ...badId }, 'metadata_invalid'],
    [
      'names what is no text',
      { ...UNLINKED, claim: { kind: 'invalid', why: 'it is empty' } },
      'metadata_invalid',
    ],
    ['not linked, no id', UNLINKED, 'no_metadata'],
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
