import { InvalidArgumentError } from 'commander';
import type { Env } from '../config/config.ts';
import { bareId } from '../model/subject.ts';

/** What a command does. @returns its exit code */
type Action<Args extends unknown[]> = (env: Env, ...args: Args) => Promise<number>;

/**
 * Makes an action into what commander calls; its exit code is kept.
 *
 * @param load an action's code is loaded when it is called for: that of all of them is too much for each start
 * @param ways `tellsOfMisspelt`: the action tells of misspelt settings in its own way, once it has begun
 */
export type Run = <Args extends unknown[]>(
  load: () => Promise<Action<Args>>,
  ways?: Readonly<{ tellsOfMisspelt: true }>,
) => (...given: Args) => Promise<void>;

export const JSON_OPTION = ['--json', 'print JSON'] as const;
export const PLAIN_OPTION = ['--plain', 'print tab-separated lines, without headings'] as const;
export const WORKSPACE_OPTION = [
  '--workspace <id or name>',
  'which Seam workspace, where several are configured',
] as const;

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

/** The id of an account, or of a webview that led to it; with its kind before it, or bare. */
export const accountId = (text: string): string => bareId(text);

/** Collects an option that may be given several times. */
export const addText = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
];

export const yesOrNo = (text: string): boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('It must be true or false.');
};
