import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { EXTENSION } from '../ops/built.ts';
import { inTurn, LONGEST_PASSWORD, SHORTEST_PASSWORD } from './password.ts';

/**
 * So many guesses a password must take, as powers of ten. zxcvbn calls that "very unguessable"; twelve characters
 * drawn at random take a hundred times as many.
 */
const LEAST_GUESSES_LOG10 = 10;
/** What is estimated: its cost grows faster than the length, and more only makes it harder to guess. */
const LONGEST_ESTIMATED = 64;
const PRODUCT = ['seam', 'reconciler', 'console', 'support'];
/** Shorter ones are parts of other words. */
const SHORTEST_WORD = 3;
/** Letters of its own, beside names. */
const LEAST_OTHER_LETTERS = 4;

const HOW =
  'Use four or more words that have nothing to do with each other, or let a password manager make one.';
const NAMES_FAULT = `This password is made of the operator’s name or of this product’s. ${HOW}`;
const COMMON_FAULT = `This password is common or made of common words and patterns, so it is easy to guess. ${HOW}`;

/** Whoever tries passwords begins with these. */
const wordsFor = (name: string): string[] => [
  ...new Set(
    [
      ...PRODUCT,
      ...name
        .normalize('NFKC')
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    ].filter(word => word.length >= SHORTEST_WORD),
  ),
];

const isMadeOfNames = (password: string, words: readonly string[]): boolean => {
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  let rest = password.toLowerCase();
  for (const word of longestFirst) rest = rest.replaceAll(word, ' ');
  const others = rest.match(/\p{L}/gu)?.length ?? 0;
  const hasOne = rest !== password.toLowerCase();
  return hasOne && others < LEAST_OTHER_LETTERS;
};

/** In a thread of its own: it takes most of a second, in which no webhook would be answered. */
const guessesLog10 = async (password: string, words: readonly string[]): Promise<number> => {
  const worker = new Worker(new URL(`./guesses${EXTENSION}`, import.meta.url), {
    workerData: { password, words },
  });
  try {
    const [answer] = await once(worker, 'message');
    return z.number().parse(answer);
  } finally {
    await worker.terminate();
  }
};

/**
 * Why a password can't be chosen; null when it will do. By its length, and by how easily it is guessed: it says
 * nothing about which characters it must have. Source: NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2.
 *
 * @param name the operator's
 * @throws HashingBusyError where too many passwords wait
 */
export const passwordFault = async (password: string, name: string): Promise<string | null> => {
  if (password.length < SHORTEST_PASSWORD) {
    return `A password must have at least ${SHORTEST_PASSWORD} characters.`;
  }
  if (password.length > LONGEST_PASSWORD) {
    return `A password can have at most ${LONGEST_PASSWORD} characters.`;
  }
  // As it is hashed.
  const text = password.normalize('NFKC');
  const words = wordsFor(name);
  if (isMadeOfNames(text, words)) return NAMES_FAULT;
  const guesses = await inTurn(() => guessesLog10(text.slice(0, LONGEST_ESTIMATED), words));
  return guesses < LEAST_GUESSES_LOG10 ? COMMON_FAULT : null;
};
