import type { Env } from '../config/config.ts';
import { CommandError, EXIT } from './exit.ts';
import type { Tried } from './init-try.ts';
import { printNotice } from './print.ts';
import { askLine } from './prompt.ts';

/** What is known before anything is asked, and whether there is anybody to ask. */
export type Asking = Readonly<{
  /** The environment, and what .env says besides. */
  env: Env;
  isInteractive: boolean;
}>;

/** One question of `init`. */
export type Question<T> = Readonly<{
  /** What a person calls it, and the setting. */
  name: string;
  /** What is said once, before it is asked. */
  intro: readonly string[];
  /** An answer from the command line: it isn't asked then. */
  given?: string | undefined;
  /** What Enter stands for. */
  known?: string | undefined;
  /** How that is shown; as it is, where nothing says otherwise. */
  shown?: string | undefined;
  hidden?: boolean;
  attempt: (answer: string) => Promise<Tried<T>>;
}>;

/** A URL without what in it is secret. */
export const withoutPassword = (url: string | undefined): string | undefined => {
  if (url === undefined || !URL.canParse(url)) return url === undefined ? undefined : 'as it is';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
};

/**
 * Asks until an answer works; where nobody is asked, what is given or known has to.
 *
 * @returns the answer, and what was found by trying it
 * @throws CommandError where nobody is asked and it doesn't work, or for Ctrl-C
 */
export const settle = async <T>(
  { isInteractive }: Asking,
  question: Question<T>,
): Promise<Readonly<{ answer: string; found: T }>> => {
  let ready = question.given ?? (isInteractive ? undefined : (question.known ?? ''));
  if (ready === undefined) for (const line of ['', ...question.intro]) printNotice(line);
  for (;;) {
    const answer = ready ?? (await askFor(question));
    const tried = await question.attempt(answer);
    if (tried.ok) {
      printNotice(`  ✓ ${tried.said}`);
      return { answer, found: tried.found };
    }
    if (!isInteractive) {
      throw new CommandError(`${question.name}: ${tried.fault}\nNothing was done.`, EXIT.failed);
    }
    printNotice(`  ✗ ${ready === undefined ? '' : `${question.name}: `}${tried.fault}`);
    ready = undefined;
  }
};

const askFor = async ({
  name,
  known,
  shown,
  hidden = false,
}: Question<unknown>): Promise<string> => {
  const usual = known === undefined || known === '' ? '' : ` [${shown ?? known}]`;
  const answer = (await askLine(`${name}${usual}: `, { hidden })).trim();
  return answer === '' ? (known ?? '') : answer;
};
