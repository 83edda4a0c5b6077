import type { AlertLimits } from '../config/alerts.ts';
import type { Vitals } from '../model/vitals.ts';
import { type AlertKey, type Facts, keyOf, type Wrong } from './given.ts';
import { findWrong } from './rules.ts';

/** What has been found before. */
export type Before = Readonly<{
  /** What isn't over. */
  open: readonly (AlertKey & Readonly<{ id: number; seenAt: Date }>)[];
  /** What was over within the last hour: one for each time. */
  lately: readonly AlertKey[];
  /** When something that is wrong and isn't told yet was first found, as `keyOf` names it. */
  pending: ReadonlyMap<string, Date>;
}>;

/** What follows for one alert. */
export type Finding =
  | (AlertKey & Readonly<{ change: 'begin'; sentence: string; since: Date }>)
  | Readonly<{ change: 'continue'; id: number; sentence: string }>
  | Readonly<{ change: 'over'; id: number }>;

export type Evaluation = Readonly<{ findings: readonly Finding[]; pending: Before['pending'] }>;

const MINUTE_MS = 60_000;
/** So long all has to be well until it is over: longer for what has come and gone within the last hour. */
const CALM_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const;

const calmMs = (timesLately: number): number =>
  CALM_MS[Math.min(timesLately, CALM_MS.length - 1)] ?? MINUTE_MS;

/** By what nobody has looked at, nothing is over. */
const isUnknown = (
  { rule, about }: AlertKey,
  vitals: Vitals | null,
  { jumps, webhooks }: Facts,
): boolean => {
  if (rule === 'webhook_wrong') {
    const unanswered = (webhooks ?? []).filter(({ problems }) => problems === null);
    return webhooks === null || unanswered.some(each => (each.workspaceId ?? '') === about);
  }
  return vitals === null || (rule === 'reason_jump' && jumps === null);
};

/**
 * What has begun, goes on, and is over. Pure.
 *
 * @param vitals null: they aren't looked at this time, but only what the facts say
 * @returns also what is wrong and not told yet, for the next time
 */
export const evaluate = (
  vitals: Vitals | null,
  { open, lately, pending }: Before,
  facts: Facts,
  limits: AlertLimits,
): Evaluation => {
  const opened = new Map(open.map(alert => [keyOf(alert), alert]));
  const wrong = findWrong({ vitals, facts, limits, isOpen: key => opened.has(keyOf(key)) });
  const present = new Map(wrong.map(each => [keyOf(each), each]));
  const fresh = [...present.values()].filter(each => !opened.has(keyOf(each)));
  const foundAt = (each: Wrong): Date => pending.get(keyOf(each)) ?? facts.now;
  const isToBegin = (each: Wrong): boolean =>
    facts.now.getTime() - foundAt(each).getTime() >= each.afterMs;
  const isCalm = (alert: Before['open'][number]): boolean => {
    const times = lately.filter(each => keyOf(each) === keyOf(alert)).length;
    return facts.now.getTime() - alert.seenAt.getTime() >= calmMs(times);
  };
  return {
    findings: [
      ...fresh.filter(isToBegin).map(each => ({
        change: 'begin' as const,
        rule: each.rule,
        about: each.about,
        sentence: each.sentence,
        since: each.since ?? foundAt(each),
      })),
      ...open.flatMap((alert): Finding[] => {
        const still = present.get(keyOf(alert));
        if (still !== undefined) {
          return [{ change: 'continue', id: alert.id, sentence: still.sentence }];
        }
        if (isUnknown(alert, vitals, facts) || !isCalm(alert)) return [];
        return [{ change: 'over', id: alert.id }];
      }),
    ],
    pending: new Map(
      fresh.filter(each => !isToBegin(each)).map(each => [keyOf(each), foundAt(each)]),
    ),
  };
};
