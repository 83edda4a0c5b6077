import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleName } from '../../src/config/user-identity.ts';
import {
  claimText,
  type Evidence,
  namedInClaim,
  otherIds,
  readClaim,
  rivalOf,
  sayingsOf,
  saysTheSame,
} from '../../src/reconcile/identity.ts';
import type { Lookup } from '../../src/users/id-type.ts';
import { oddValue } from '../fixtures/arbitraries.ts';
import { rulesOf } from '../fixtures/claims.ts';

const RULES = [
  'mapping',
  'account.metadata.id',
  'webview.metadata.id',
  'webview.metadata.other',
  'account.customer_key',
  'webview.customer_key',
  'user_identity',
];
const some = fc
  .shuffledSubarray(RULES, { minLength: 1 })
  .map(set =>
    set.toSorted((one, other) => Number(other === 'mapping') - Number(one === 'mapping')).join(','),
  );
const name = fc.constantFrom('ada', 'ADA', 'bob', 'u_bob', 'who', '');
const value = fc.oneof({ weight: 4, arbitrary: name }, oddValue);
const object = fc.record({
  customMetadata: fc.dictionary(fc.constantFrom('id', 'other', 'x'), value),
  customerKey: fc.option(name),
});
const evidence: fc.Arbitrary<Evidence> = fc.record({
  account: fc.option(object, { freq: 9 }),
  webview: fc.option(object, { freq: 4 }),
  userIdentityKey: fc.option(name),
  userKeys: fc.constant(new Map([['u_bob', 'bob']])),
});

/** A table that takes ADA for ada. */
const lookUp = (id: string): Lookup => {
  const user = ['ada', 'bob'].find(known => known === id.toLowerCase());
  return user === undefined ? { kind: 'none' } : { kind: 'found', userId: user };
};
const always = (law: (rules: string, seen: Evidence, other: Evidence) => void): void =>
  fc.assert(fc.property(some, evidence, evidence, law), { numRuns: 2_000 });

describe('whatever Seam shows, and whatever the rules', () => {
  test('the first rule that says anything decides, whatever the later ones say', () => {
    always((rules, seen) => {
      const identity = rulesOf(rules);
      const claim = readClaim(seen, identity);
      const names = identity.rules.map(ruleName);
      if (claim.kind === 'missing') {
        expect(sayingsOf(seen, identity)).toEqual([]);
        return;
      }
      const at = names.indexOf(claim.rule);
      // Of the rules before it none says anything alone, either; but for what a later rule reads as it stands.
      for (const before of names.slice(0, at)) {
        if (before === 'mapping') continue;
        expect(readClaim(seen, rulesOf(before))).toMatchObject({ kind: 'missing' });
      }
    });
  });

  test('only a text that Seam shows, or whom a key of ours stands for, is looked up', () => {
    always((rules, seen) => {
      const claim = readClaim(seen, rulesOf(rules));
      if (claim.kind !== 'named') return;
      const shown = [
        ...[seen.account, seen.webview].flatMap(each =>
          each === null ? [] : [...Object.values(each.customMetadata), each.customerKey],
        ),
        seen.userIdentityKey,
        ...seen.userKeys.values(),
      ];
      expect(shown).toContain(claim.id);
      expect(claim.id.trim()).not.toBe('');
    });
  });

  test('a rival is another user of ours, whom a later rule names; and there is none of nobody', () => {
    always((rules, seen) => {
      const identity = rulesOf(rules, 'ask');
      const sayings = sayingsOf(seen, identity);
      const [first] = sayings;
      const user: Lookup = first?.kind === 'named' ? lookUp(first.id) : { kind: 'none' };
      const others = new Map(otherIds(sayings).map(id => [id, lookUp(id)]));
      const rival = rivalOf(sayings, user, others, identity);
      const users = sayings.flatMap(said => {
        const found = said.kind === 'named' ? lookUp(said.id) : null;
        return found?.kind === 'found' ? [found.userId] : [];
      });
      const isDisputed = user.kind === 'found' && new Set(users).size > 1;
      expect(rival !== null).toBe(isDisputed);
      if (rival === null || user.kind !== 'found') return;
      expect(rival.userId).not.toBe(user.userId);
      expect(sayings.findIndex(said => said.rule === rival.rule)).toBeGreaterThan(0);
    });
  });

  test.each(['first', 'ask'] as const)(
    'what was kept beside a link says the same just when Seam does (%s)',
    onConflict => {
      always((rules, seen, later) => {
        const identity = rulesOf(rules, onConflict);
        const [then, now] = [readClaim(seen, identity), readClaim(later, identity)];
        expect(saysTheSame(claimText(then), then)).toBe(true);
        expect(saysTheSame(claimText(then), now)).toBe(claimText(then) === claimText(now));
      });
    },
  );

  test('whether a person is asked by now changes nothing about what was kept then', () => {
    always((rules, seen, later) => {
      const [first, ask] = [rulesOf(rules), rulesOf(rules, 'ask')];
      const isAsItWas = claimText(readClaim(seen, first)) === claimText(readClaim(later, first));
      expect(saysTheSame(claimText(readClaim(seen, ask)), readClaim(later, first))).toBe(isAsItWas);
      if (namedInClaim(claimText(readClaim(seen, ask))).length > 1) return;
      if (sayingsOf(seen, ask).some(({ kind }) => kind === 'invalid')) return;
      expect(saysTheSame(claimText(readClaim(seen, first)), readClaim(seen, ask))).toBe(true);
    });
  });

  test('what is kept names whom the rules name, but for the user identity', () => {
    always((rules, seen) => {
      const identity = rulesOf(rules, 'ask');
      const ids = sayingsOf(seen, identity).flatMap(said =>
        said.kind === 'named' && said.rule !== 'user_identity' ? [said.id] : [],
      );
      const kept = namedInClaim(claimText(readClaim(seen, identity)));
      expect(new Set(kept)).toEqual(new Set(ids));
    });
  });
});
