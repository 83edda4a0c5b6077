import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SupportError } from '../../../src/access/errors.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { undoLink } from '../../../src/support/links/undo.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';

/*
 * Whatever people and Seam do to one account, in whatever order: whose it is, is what this model says, in a few lines.
 * Above all: what a person unlinked is nobody's until something newer says whose it is.
 */

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const USERS = ['ada', 'bob'];
const named = fc.constantFrom('ada', 'bob', 'who', null);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), id: named }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const), id: named }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('link' as const), user: fc.constantFrom(...USERS) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unlink' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), at: fc.nat(3) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never;

type Link = { user: string; byHand: string | null; isConfirmed: boolean };
/** An unlinking: what the metadata said then, and whether somebody has connected the account anew since. */
type End = { claim: string; isOver: boolean };
type Deed = { kind: 'link' | 'unlink'; auditId: number; made: Link | End } & Pick<
  Model,
  'link' | 'end'
>;
type Model = {
  /** What Seam shows of the account, of its newest webview, and what we have seen of both. */
  account: string | null;
  webview: string | null;
  seen: string;
  link: Link | null;
  end: End | null;
  ends: End[];
  deeds: Deed[];
};

const claimOf = ({ account, webview }: Model): string => account ?? webview ?? 'missing';

const look = (model: Model): void => {
  const claim = claimOf(model);
  model.seen = claim;
  const { link, end } = model;
  if (link !== null && link.byHand !== null && link.user !== claim && link.byHand === claim) return;
  if (link === null && end !== null && !end.isOver && end.claim === claim) return;
  if (!USERS.includes(claim)) return;
  if (link?.user === claim) {
    if (link.byHand !== null) Object.assign(link, { byHand: null, isConfirmed: true });
    return;
  }
  model.link = { user: claim, byHand: null, isConfirmed: false };
  model.end = null;
};

/** Whether it can still be taken back: nothing has happened to what it made. */
const isAsMade = (model: Model, { kind, made }: Deed): boolean => {
  if (kind === 'link') return model.link === made && !(made as Link).isConfirmed;
  const end = made as End;
  return model.link === null && model.end === end && !end.isOver && end.claim === model.seen;
};

const metadata = (id: string | null) => (id === null ? {} : { id });

/** @returns false where it was refused, as it may be where the state of the case says so */
const attempt = async (
  deed: () => Promise<{ audit_id: number | null }>,
): Promise<number | null> => {
  try {
    return (await deed()).audit_id;
  } catch (error) {
    if (error instanceof SupportError && error.fault === 'conflict') return null;
    throw error;
  }
};

/** One account, as it is with us and at Seam, and as the model has it. */
type World = Readonly<{
  webview: Subject;
  account: Subject;
  accountId: string;
  /** All its cases. */
  subjects: Subject[];
  model: Model;
}>;

const ORDER = { why: 'ticket 4711' };
let unlinkings = 0;

const DO: {
  readonly [What in Step['do']]: (world: World, step: Extract<Step, { do: What }>) => Promise<void>;
} = {
  rename: async ({ accountId, model }, { id }) => {
    hand.rename(accountId, metadata(id));
    model.account = id;
  },
  look: async ({ subjects, webview, model }, { at }) => {
    await hand.news(subjects[at % subjects.length] ?? webview);
    look(model);
  },
  reconnect: async ({ subjects, accountId, model }, { id }) => {
    subjects.push((await hand.connect(metadata(id), accountId)).webview);
    Object.assign(model, { account: id, webview: id });
    for (const end of model.ends) end.isOver = true;
    look(model);
  },
  link: async ({ webview, model }, { user: userId }) => {
    const { link, end } = model;
    const auditId = await attempt(() =>
      linkByHand(hand.desk, clerk('carol'), webview, { ...ORDER, userId }),
    );
    if (auditId === null) {
      expect(link?.user).toBe(userId);
      return;
    }
    const made = { user: userId, byHand: model.seen, isConfirmed: false };
    model.deeds.push({ kind: 'link', auditId, made, link, end });
    Object.assign(model, { link: made, end: null });
  },
  unlink: async ({ account, model }) => {
    const { link, end } = model;
    const auditId = await attempt(() => unlinkByHand(hand.desk, clerk('dave'), account, ORDER));
    expect(auditId === null).toBe(link === null);
    if (auditId === null) return;
    const made = { claim: model.seen, isOver: false };
    model.ends.push(made);
    model.deeds.push({ kind: 'unlink', auditId, made, link, end });
    Object.assign(model, { link: null, end: made });
    unlinkings++;
  },
  undo: async ({ webview, account, model }, { at }) => {
    const deed = model.deeds.at(-1 - at);
    if (deed === undefined) return;
    const subject = deed.kind === 'link' ? webview : account;
    const undone = await attempt(() => undoLink(hand.desk, clerk('eve'), subject, deed.auditId));
    expect(undone !== null).toBe(isAsMade(model, deed));
    if (undone !== null) Object.assign(model, { link: deed.link, end: deed.end });
  },
};

const userOf = async (subject: Subject) => (await hand.shown(subject)).user ?? null;

const live = async (first: string | null, steps: readonly Step[]): Promise<void> => {
  const connection = await hand.connect(metadata(first));
  const { webview, account, accountId } = connection;
  const subjects: Subject[] = [webview, account];
  const rest = { seen: 'missing', link: null, end: null, ends: [], deeds: [] };
  const model: Model = { account: first, webview: first, ...rest };
  look(model);
  await hand.news(account);
  for (const step of steps) {
    await DO[step.do]({ ...connection, subjects, model }, step as never);
    expect(await userOf(account)).toBe(model.link?.user ?? null);
  }
  // At the end all agree, and looking once more changes nothing.
  for (const subject of subjects) await hand.news(subject);
  look(model);
  const history = await hand.history(accountId);
  for (const subject of subjects) await hand.news(subject);
  expect(await hand.history(accountId)).toEqual(history);
  for (const subject of subjects) expect(await userOf(subject)).toBe(model.link?.user ?? null);
};

const unlink = { do: 'unlink' } as const;
const lookAt = (at: number) => ({ do: 'look', at }) as const;
const undo = (at: number) => ({ do: 'undo', at }) as const;
const rename = (id: 'ada' | 'who') => ({ do: 'rename', id }) as const;
/** Tried first, as they are met rarely: an end within an end taken back, and a newer webview that named nobody. */
const EXAMPLES: [string, Step[]][] = [
  ['ada', [unlink, lookAt(0), rename('who'), lookAt(1), rename('ada'), lookAt(0), undo(0)]],
  ['ada', [unlink, { do: 'link', user: 'bob' }, unlink, undo(0), undo(1), lookAt(0), undo(2)]],
  ['ada', [unlink, { do: 'reconnect', id: 'who' }, rename('ada'), lookAt(1)]],
];

test('whose an account is, is what the latest word says, whoever has spoken', async () => {
  const lives = fc.asyncProperty(named, fc.array(step, { minLength: 3, maxLength: 12 }), live);
  // As many as there is time for, on a machine that is busy with other tests.
  await fc.assert(lives, {
    numRuns: 60,
    interruptAfterTimeLimit: 60_000,
    examples: EXAMPLES,
  });
  expect(unlinkings).toBeGreaterThan(0);
});
