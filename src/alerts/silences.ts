import type { AlertRule } from '../model/alert.ts';
import type { AlertKey } from './given.ts';

/** That somebody wants to hear no more of some alerts for a time. */
export type Silence = Readonly<{
  /** Null: all rules. */
  rule: AlertRule | null;
  /** Null: whatever it is about. */
  about: string | null;
  at: Date;
  until: Date;
  /** When somebody ended it before its time. */
  endedAt: Date | null;
}>;

const isMeant = (silence: Silence, alert: AlertKey): boolean =>
  (silence.rule === null || silence.rule === alert.rule) &&
  (silence.about === null || silence.about === alert.about);

const endOf = ({ until, endedAt }: Silence): number =>
  Math.min(until.getTime(), endedAt?.getTime() ?? Number.POSITIVE_INFINITY);

/** Whether no message about an alert is to be sent at this time. Pure. */
export const isSilenced = (alert: AlertKey, silences: readonly Silence[], now: Date): boolean =>
  silences.some(
    silence => isMeant(silence, alert) && silence.at <= now && now.getTime() < endOf(silence),
  );

/**
 * Whether a channel is owed a message that something is wrong: it was told nothing of it yet, or a silence has ended
 * since it was told, and it is still so. Pure.
 *
 * @param lastToldAt when the latest message that it is wrong was made for the channel; null: none was
 */
export const isOwedMessage = (
  alert: AlertKey,
  lastToldAt: Date | null,
  silences: readonly Silence[],
  now: Date,
): boolean => {
  if (isSilenced(alert, silences, now)) return false;
  if (lastToldAt === null) return true;
  return silences.some(
    silence =>
      isMeant(silence, alert) &&
      lastToldAt.getTime() < endOf(silence) &&
      endOf(silence) <= now.getTime(),
  );
};
