import fc from 'fast-check';
import { stream, wholeBetween } from '../chaos/random.ts';
import { bytesOf, realEvent } from '../fixtures/arbitraries.ts';
import { BODIES } from './bodies.ts';
import { brokenRequests } from './broken.ts';
import { encode, requestOf, type Signed } from './request.ts';
import { FORGERIES, ODDITIES, signedId } from './signed.ts';
import { type Ledger, nowSeconds } from './signing.ts';

export type Hostile = Readonly<{
  /** What is wrong with it; the request can be made again from the seed and the index. */
  kind: string;
  index: number;
  method: string;
  raw: Buffer;
  /** Its framing is broken, so that nothing may follow on its connection. */
  alone: boolean;
  /** Nobody signed it for this moment: a 204 would be a hole. */
  forged: boolean;
  /** Of an event that is right in every way: must be answered 204 and be stored. */
  goodEventId: string | null;
}>;

/** All of a request but its time and signature, which are today's. */
type Recipe = Readonly<{
  kind: string;
  id: string;
  body: Buffer;
  goodEventId: string | null;
  send: (signed: Signed) => Partial<Hostile> & Pick<Hostile, 'raw'>;
}>;

const sendAsIs = (signed: Signed) => ({ raw: encode(requestOf(signed)) });

/** One of several kinds, each as likely as the others. */
const oneOf = <T>(kinds: Readonly<Record<string, fc.Arbitrary<T>>>) =>
  fc.oneof(
    ...Object.entries(kinds).map(([kind, values]) => values.map(value => ({ kind, value }))),
  );

const good = (kind: 'good' | 'replayed'): fc.Arbitrary<Recipe> =>
  fc.tuple(signedId, realEvent).map(([id, event]) => ({
    kind,
    id,
    body: bytesOf(event),
    goodEventId: event.event_id,
    send: sendAsIs,
  }));

const oddBody = fc.tuple(signedId, oneOf(BODIES)).map(([id, { kind, value }]): Recipe => {
  return { kind, id, body: value, goodEventId: null, send: sendAsIs };
});

/** A real event, well signed, that is sent in some other way. */
const sentOddly = <T>(
  ways: Readonly<Record<string, fc.Arbitrary<T>>>,
  send: (way: T, signed: Signed) => ReturnType<Recipe['send']>,
): fc.Arbitrary<Recipe> =>
  fc.tuple(good('good'), oneOf(ways)).map(([recipe, { kind, value }]) => ({
    ...recipe,
    kind,
    goodEventId: null,
    send: signed => send(value, signed),
  }));

const recipe = fc.oneof(
  { weight: 15, arbitrary: good('good') },
  { weight: 5, arbitrary: good('replayed') },
  { weight: 30, arbitrary: oddBody },
  {
    weight: 25,
    arbitrary: sentOddly(FORGERIES, (forge, signed) => ({
      raw: encode(forge(signed)),
      forged: true,
    })),
  },
  {
    weight: 15,
    arbitrary: sentOddly(ODDITIES, (change, signed) => {
      const request = change(signed);
      return { raw: encode(request), method: request.method };
    }),
  },
  {
    weight: 10,
    arbitrary: sentOddly(brokenRequests, (breakIt, signed) => ({
      raw: breakIt(requestOf(signed)),
      alone: true,
    })),
  },
);

const BATCH = 250;

/** Requests without end, from a seed (the times and signatures in them are today's). */
export const createFuzzer = (seed: string, ledger: Ledger): (() => Hostile) => {
  let index = 0;
  let batch: Recipe[] = [];
  let sentBefore: Hostile | null = null;

  const nextRecipe = (): Recipe => {
    if (index % BATCH === 0) {
      const ofBatch = wholeBetween(stream(seed, 'hostile', index), 0, 2 ** 31 - 1);
      batch = fc.sample(recipe, { seed: ofBatch, numRuns: BATCH });
    }
    const next = batch[index % BATCH];
    if (next === undefined) throw new Error('fast-check made too few');
    return next;
  };

  return () => {
    const { kind, id, body, goodEventId, send } = nextRecipe();
    const here = { index, kind };
    index += 1;
    if (kind === 'replayed' && sentBefore !== null) return { ...sentBefore, ...here };
    const message = { id, seconds: nowSeconds(), body };
    const sent = send({ ...message, signature: ledger.sign(message) });
    const plain = { method: 'POST', alone: false, forged: false };
    const hostile: Hostile = { ...plain, goodEventId, ...here, ...sent };
    if (kind === 'good' && index % 20 === 0) sentBefore = hostile;
    return hostile;
  };
};
