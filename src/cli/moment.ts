import { InvalidArgumentError } from 'commander';
import { dateOrNull, MOMENT_FORMS, parseDuration, parseMoment, UNITS_MS } from '../model/moment.ts';
import { CommandError, EXIT } from './exit.ts';

/** A duration, as an option takes it. @returns ms @throws InvalidArgumentError */
export const age = (text: string): number => {
  const ms = parseDuration(text);
  if (ms !== null && dateOrNull(Date.now() - ms) !== null) return ms;
  throw new InvalidArgumentError('It must be an age like 90d, 36h or 15m.');
};

/** A moment, as an option takes it. @throws InvalidArgumentError */
export const time = (text: string): Date => {
  const moment = parseMoment(text, new Date());
  if (moment !== null) return moment;
  throw new InvalidArgumentError(`It must be ${MOMENT_FORMS}.`);
};

/**
 * The same without what `now` is there for: whether they can be read at all.
 *
 * @throws CommandError (usage)
 */
export const readMoments = (
  options: { since: string; until?: string },
  now = new Date(),
): { since: Date; until: Date } => {
  const read = (name: string, text: string): Date => {
    const moment = parseMoment(text, now);
    if (moment !== null) return moment;
    throw new CommandError(`${name} '${text}' can't be read: use ${MOMENT_FORMS}.`, EXIT.usage);
  };
  const until = options.until === undefined ? now : read('--until', options.until);
  return { since: read('--since', options.since), until };
};

const LONGEST_DAYS = 366;

/**
 * Reads `--since` and `--until`; without the second it is until now.
 *
 * @throws CommandError (usage) that says what is wrong with them
 */
export const readSpan = (
  options: { since: string; until?: string },
  now: Date,
): { since: Date; until: Date } => {
  const { since, until } = readMoments(options, now);
  const refuse = (why: string): CommandError => new CommandError(why, EXIT.usage);
  if (since >= now) throw refuse('--since must be in the past.');
  if (until > now) throw refuse('--until must be in the past; leave it out for "until now".');
  if (until <= since) throw refuse('--until must be later than --since.');
  if (now.getTime() - since.getTime() > LONGEST_DAYS * UNITS_MS.d) {
    throw refuse(`--since can go back ${LONGEST_DAYS} days at most.`);
  }
  return { since, until };
};
