import { describe, expect, test } from 'vitest';
import { decide } from '../../src/reconcile/decide.ts';
import type { Facts, Standing } from '../../src/reconcile/facts.ts';
import { claimText } from '../../src/reconcile/identity.ts';
import type { LinkChange } from '../../src/reconcile/verdict.ts';
import { connectedAccountSchema } from '../../src/seam/resources.ts';
import { claimIn } from '../fixtures/claims.ts';

const account = connectedAccountSchema.parse({ connected_account_id: 'account_1' });
type Said = Pick<Facts, 'claim' | 'user'>;

const NOTHING: Said = { claim: { kind: 'missing' }, user: { kind: 'none' } };
const INVALID: Said = {
  claim: { kind: 'invalid', why: 'it is empty', by: 'account', rule: 'account.metadata.id' },
  user: { kind: 'none' },
};
const names = (id: string, user: Facts['user'] = { kind: 'found', userId: id }): Said => ({
  claim: { kind: 'named', id, by: 'account', rule: 'account.metadata.id' },
  user,
});
const WHO = names('who', { kind: 'none' });
const NO_UUID = names('17', { kind: 'impossible', why: 'our user ids are UUIDs' });
const UNKNOWN = null;

const NONE: LinkChange = { kind: 'none' };
const CONFIRM: LinkChange = { kind: 'confirm' };
const TO_GRACE: LinkChange = { kind: 'link_to', userId: 'grace', because: 'relinked' };

/** Linked to Ada by hand, when the metadata said what `then` says. */
const linked = (then: Said | null): Standing => ({
  linkedUserId: 'ada',
  isProvisional: false,
  byHand: { overrides: then === null ? null : claimText(then.claim) },
  endedByHand: null,
  accountChanged: false,
  superseded: false,
  isGone: false,
  deletionAnnounced: 'no',
  reauthorizationRequested: false,
  isErased: false,
  otherOwner: null,
  isMisheld: false,
});
const seen = (said: Said): Facts => ({
  subjectKind: 'connected_account',
  webview: 'not_asked',
  connectedAccountId: 'account_1',
  account,
  rival: null,
  requestId: null,
  ...said,
});

describe('linked to Ada by hand', () => {
  test.each<[string, Said | null, Said, string, LinkChange]>([
    ['no id then, none now', NOTHING, NOTHING, 'kept', NONE],
    ['unusable then, unusable now', INVALID, INVALID, 'kept', NONE],
    ['of a wrong type then and now', NO_UUID, NO_UUID, 'kept', NONE],
    ['the id of nobody then and now', WHO, WHO, 'kept', NONE],
    ['of nobody then, who is a user by now', WHO, names('who'), 'kept', NONE],
    ['Grace then and now', names('grace'), names('grace'), 'kept', NONE],
    [
      'Grace then, her id in the webview alone now',
      names('grace'),
      {
        ...names('grace'),
        claim: { kind: 'named', id: 'grace', by: 'webview', rule: 'webview.metadata.id' },
      },
      'kept',
      NONE,
    ],
    [
      'Grace then, who has left by now',
      names('grace'),
      names('grace', { kind: 'none' }),
      'kept',
      NONE,
    ],
    ['Grace then, nothing now', names('grace'), NOTHING, 'kept', NONE],
    ['not known then, nothing now', UNKNOWN, NOTHING, 'kept', NONE],
    ['not known then, unusable now', UNKNOWN, INVALID, 'kept', NONE],
    ['not known then, nobody now', UNKNOWN, WHO, 'kept', NONE],
    ['no id then, Grace now', NOTHING, names('grace'), 'relinked', TO_GRACE],
    ['Eve then, Grace now', names('eve'), names('grace'), 'relinked', TO_GRACE],
    ['nobody then, Grace now', WHO, names('grace'), 'relinked', TO_GRACE],
    ['not known then, Grace now', UNKNOWN, names('grace'), 'relinked', TO_GRACE],
    ['no id then, Ada now', NOTHING, names('ada'), 'already_linked', CONFIRM],
    ['Ada then and now', names('ada'), names('ada'), 'already_linked', CONFIRM],
    [
      'no id then, Ada in another spelling now',
      NOTHING,
      names('ADA', { kind: 'found', userId: 'ada' }),
      'already_linked',
      CONFIRM,
    ],
  ])('metadata that name: %s', (_name, then, now, outcome, link) => {
    expect(decide(seen(now), linked(then))).toEqual({
      kind: 'settled',
      state: 'linked',
      outcome,
      link,
    });
  });

  test.each<[string, Said | null, Said, string]>([
    ['no id then, the id of nobody now', NOTHING, WHO, 'user_not_found'],
    ['Grace then, the id of nobody now', names('grace'), WHO, 'user_not_found'],
    ['no id then, unusable now', NOTHING, INVALID, 'metadata_id_invalid'],
    ['no id then, of a wrong type now', NOTHING, NO_UUID, 'metadata_id_invalid'],
  ])(
    'what is new, and names nobody, is told, and the link stays: %s',
    (_name, then, now, reason) => {
      expect(decide(seen(now), linked(then))).toMatchObject({ kind: 'failed', reason, link: NONE });
    },
  );

  test('a deletion ends it as any other', () => {
    const standing = { ...linked(NOTHING), deletionAnnounced: 'earlier' } as const;
    expect(decide({ ...seen(NOTHING), account: null }, standing)).toMatchObject({
      outcome: 'account_deleted',
      link: { kind: 'end', because: 'account_deleted' },
    });
  });

  test('an account that Seam does not show, and said nothing of, keeps it', () => {
    expect(decide({ ...seen(NOTHING), account: null }, linked(NOTHING))).toMatchObject({
      kind: 'failed',
      reason: 'account_not_found',
      link: NONE,
    });
  });

  test('once Seam has said the same it is a link as any other', () => {
    const confirmed = { ...linked(names('grace')), byHand: null };
    expect(decide(seen(names('grace')), confirmed)).toMatchObject({ outcome: 'relinked' });
  });
});

test('two claims have the same text just when they say the same', () => {
  const of = (id: unknown) => claimText(claimIn({ customMetadata: { id } }, null));
  const texts = [undefined, '', 'missing', 'invalid', 'named:ada', 'ada', 'Ada'].map(of);
  expect(new Set(texts).size).toBe(texts.length);
  expect(of(null)).toBe(of(undefined));
  expect(claimText(claimIn(null, { customMetadata: { id: 'ada' } }))).toBe(of('ada'));
});
