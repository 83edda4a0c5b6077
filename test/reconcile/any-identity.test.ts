import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ruleName } from '../../src/config/user-identity.ts';
import { rulesOf } from '../fixtures/claims.ts';
import { openIdentities, type Said, type World } from '../fixtures/identities.ts';

let site: Awaited<ReturnType<typeof openIdentities>>;

beforeAll(async () => {
  site = await openIdentities();
  for (const [key, userId] of Object.entries(KEYS)) await site.addKey(key, userId);
});
afterAll(() => site[Symbol.asyncDispose]());

const USERS = ['ada', 'bob'];
const KEYS: Readonly<Record<string, string>> = { u_ada: 'ada', u_bob: 'bob' };

const name = fc.constantFrom(...USERS, 'who');
const said: fc.Arbitrary<Said> = fc.record(
  {
    id: fc.oneof(name, fc.constantFrom(...Object.keys(KEYS), true, '')),
    customerKey: fc.oneof({ weight: 4, arbitrary: name }, fc.constant('')),
  },
  { requiredKeys: [] },
);
const userIdentity = fc.option(fc.option(name), { nil: undefined });

const RULES = [
  'mapping',
  'account.metadata.id',
  'webview.metadata.id',
  'account.customer_key',
  'webview.customer_key',
  'user_identity',
];
/** In any order, but that what reads the same key plainly comes after `mapping`. */
const rules = fc
  .shuffledSubarray(RULES, { minLength: 1 })
  .map(some =>
    some.toSorted((one, other) => Number(other === 'mapping') - Number(one === 'mapping')),
  );

/** What a rule reads, written once more by hand. */
const readBy = (rule: string, { account, userIdentity: identity, webviews }: World): unknown => {
  const newest = webviews[1];
  switch (rule) {
    case 'account.metadata.id':
      return account.id;
    case 'webview.metadata.id':
      return newest.id;
    case 'account.customer_key':
      return account.customerKey;
    case 'webview.customer_key':
      return newest.customerKey;
    case 'user_identity':
      return identity ?? undefined;
    default:
      return account.id ?? newest.id;
  }
};

type Word = Readonly<{ user: string | null }>;

/** What a rule says: a user of ours, or nobody whom we know; null: nothing. */
const wordOf = (rule: string, set: readonly string[], world: World): Word | null => {
  const value = readBy(rule, world);
  if (value === undefined) return null;
  if (rule !== 'mapping') return { user: USERS.find(user => user === value) ?? null };
  const mapped = typeof value === 'string' ? KEYS[value] : undefined;
  if (mapped !== undefined) return { user: mapped };
  const isReadPlain = set.some(other => other.includes('.metadata.'));
  return isReadPlain && typeof value === 'string' && value !== '' ? null : { user: null };
};

/** Whom the rules give it to; null: to nobody anew. */
const ownerBy = (set: readonly string[], ask: boolean, world: World): string | null => {
  const words = set.map(rule => wordOf(rule, set, world)).filter(word => word !== null);
  const first = words[0]?.user ?? null;
  const differs = words.some(({ user }) => user !== null && user !== first);
  return ask && differs ? null : first;
};

test('whatever the order of events and looks, the link is what the rules say of Seam’s present state', async () => {
  const named: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      rules,
      fc.boolean(),
      fc.tuple(said, said),
      fc.array(
        fc.record({
          account: said,
          userIdentity,
          order: fc.shuffledSubarray([0, 1, 2], { minLength: 0 }),
        }),
        { maxLength: 3 },
      ),
      fc.record({ account: said, userIdentity }),
      fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
      async (set, ask, webviews, past, present, lastOrder) => {
        await site.forget();
        const identity = rulesOf(set.join(','), ask ? 'ask' : 'first');
        expect(identity.rules.map(ruleName)).toEqual(set);
        const subjects = [...site.webviews, site.account];
        const at = (order: readonly number[]) => order.flatMap(n => subjects[n] ?? []);
        // What Seam has told of at all: each webview was looked at once.
        site.say({ account: {}, webviews });
        await site.lookAt(identity, at([0, 1]));
        for (const { order, ...then } of past) {
          site.say({ ...then, webviews });
          await site.lookAt(identity, at(order));
        }
        const world = { ...present, webviews };
        site.say(world);
        const before = await site.linkedTo();
        await site.lookAt(identity, at(lastOrder));
        const owner = ownerBy(set, ask, world);
        if (owner !== null) named.push(owner);
        expect(await site.linkedTo()).toBe(owner ?? before);
      },
    ),
    { numRuns: 60 },
  );
  expect(new Set(named)).toEqual(new Set(USERS));
});
