import type { AlertLimits } from '../config/alerts.ts';
import type { AlertRule } from '../model/alert.ts';
import type { FailureReason } from '../model/outcome.ts';
import type { Vitals } from '../model/vitals.ts';

/* What the rules are given, and what they say. */

/** What belongs together over time: the same rule about the same thing. */
export type AlertKey = Readonly<{ rule: AlertRule; about: string }>;
export const keyOf = ({ rule, about }: AlertKey): string => `${rule} ${about}`;

/** A reason for which more connections have begun to fail within an hour than usual. */
export type Jump = Readonly<{ reason: FailureReason; fresh: number; usualPerHour: number }>;

/** What is registered with Seam for a workspace, as it was when Seam was last asked. */
export type RegisteredFact = Readonly<{
  workspaceId: string | null;
  /** What is wrong with it, a sentence each; none: all is well. Null: Seam gave no answer. */
  problems: readonly string[] | null;
}>;

/** What the figures don't say. Null: it isn't known at present, so that nothing begins and nothing is over by it. */
export type Facts = Readonly<{
  /** By the database's clock. */
  now: Date;
  /** What people call a workspace; null: it is the only one. */
  labelOf: (workspaceId: string | null) => string | null;
  jumps: readonly Jump[] | null;
  webhooks: readonly RegisteredFact[] | null;
}>;

/** Something that is wrong. */
export type Wrong = AlertKey &
  Readonly<{
    /** In plain words, without anything of a user. */
    sentence: string;
    /** Since when; null: the figures don't say. */
    since: Date | null;
    /** So long it has to be found, time after time, before anybody is told: it may be over before it is looked at again. */
    afterMs: number;
  }>;

export type Given = Readonly<{
  vitals: Vitals;
  facts: Facts;
  limits: AlertLimits;
  /** Where it is told of already, it is over only once it is well below what began it. */
  isOpen: (key: AlertKey) => boolean;
}>;

export const MINUTE_MS = 60_000;
/** Of what began it, so much may be left when it is over. */
export const OVER_BELOW = 0.5;
/** `4 min`, `3 h`, `2 days` */
export const lasting = (since: Date, now: Date): string => {
  const minutes = Math.max(1, Math.round((now.getTime() - since.getTime()) / MINUTE_MS));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
};

export const counted = (number: number, one: string, many: string): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const ofWorkspace = ({ facts }: Pick<Given, 'facts'>, id: string | null): string => {
  const label = facts.labelOf(id);
  return label === null ? '' : ` for ${label}`;
};

/** Whether something has been so for longer than it may. */
export const isLong = (
  { facts, isOpen }: Given,
  key: AlertKey,
  since: Date,
  mostMs: number,
): boolean => facts.now.getTime() - since.getTime() >= mostMs * (isOpen(key) ? OVER_BELOW : 1);

export const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
