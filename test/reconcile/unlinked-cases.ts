import { type Facts, UNKNOWN_CLAIM } from '../../src/reconcile/facts.ts';
import { FINISHED, NONE, type SettledCase } from './decide-cases.ts';

/* What a run comes to where a person unlinked the account from Ada: a table of decide.test.ts. */

const AT = Date.parse('2026-11-27T12:00:00Z');
const unlinked = (claim: string) => ({ endedByHand: { userId: 'ada', claim, atMs: AT } });
const ADA = unlinked('named:ada');
const createdAt = (ms: number): Partial<Facts> => {
  const { webview } = FINISHED;
  if (webview === null || webview === 'not_asked') throw new TypeError('there is a webview');
  return { webview: { ...webview, seamCreatedAt: new Date(ms) } };
};
const names = (id: string): Pick<Facts, 'claim' | 'user'> => ({
  claim: { kind: 'named', id, by: 'account', rule: 'account.metadata.id' },
  user: id === 'who' ? { kind: 'none' } : { kind: 'found', userId: id },
});
const NOTHING: Partial<Facts> = { claim: { kind: 'missing' }, user: { kind: 'none' } };
const TO_ADA = { kind: 'link_to', userId: 'ada', because: 'relinked' } as const;
const TO_BOB = { ...TO_ADA, userId: 'bob' };

const stays = (name: string, facts: Partial<Facts>, claim: string): SettledCase => [
  name,
  facts,
  unlinked(claim),
  'left_unlinked',
  'no_action',
  NONE,
];

export const UNLINKED: SettledCase[] = [
  stays('what a person unlinked stays nobody’s', {}, 'named:ada'),
  stays('also where the webview was created before', createdAt(AT - 1), 'named:ada'),
  stays('also in the very moment', createdAt(AT), 'named:ada'),
  stays('where they named nobody then and now', NOTHING, 'missing'),
  stays('where they named somebody unknown then and now', names('who'), 'named:who'),
  stays('not known then, her now', names('ada'), UNKNOWN_CLAIM),
  stays('not known then, nobody now', NOTHING, UNKNOWN_CLAIM),
  ['not known then, Bob now', names('bob'), unlinked(UNKNOWN_CLAIM), 'linked', 'linked', TO_BOB],
  [
    'not known then, erased since, whoever it is now',
    names('bob'),
    { endedByHand: { userId: `erased:${'0a'.repeat(12)}`, claim: UNKNOWN_CLAIM, atMs: AT } },
    'left_unlinked',
    'no_action',
    NONE,
  ],
  ['her then, Bob now', names('bob'), ADA, 'linked', 'linked', TO_BOB],
  ['nobody then, her now', {}, unlinked('missing'), 'linked', 'linked', TO_ADA],
  ['connected anew by a newer webview', createdAt(AT + 1), ADA, 'linked', 'linked', TO_ADA],
  ['what was erased as well', {}, { ...ADA, isErased: true }, 'kept', 'no_action', NONE],
];
