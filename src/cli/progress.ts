import { printNotice } from './print.ts';

/** How far a walk is: so many done, so many expected in all (0: nobody knows). */
type Progress = Readonly<{ done: number; expected: number; elapsedMs: number }>;

const BAR_WIDTH = 24;

/** "[######------------------] 1,200 of about 4,800 accounts, 150/s, 24 s left". Pure. */
export const formatProgress = ({ done, expected, elapsedMs }: Progress, what: string): string => {
  const perSecond = elapsedMs > 0 ? done / (elapsedMs / 1_000) : 0;
  const rate = `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`;
  const number = (value: number): string => value.toLocaleString('en-US');
  // What was expected was a guess: past it there is nothing sensible to say of what is left.
  if (expected <= 0 || done > expected) return `${number(done)} ${what}, ${rate}`;
  const filled = Math.floor((done / expected) * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
  const left = perSecond > 0 ? `, ${formatSeconds((expected - done) / perSecond)} left` : '';
  return `${bar} ${number(done)} of about ${number(expected)} ${what}, ${rate}${left}`;
};

const formatSeconds = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const LINE_INTERVAL_MS = 5_000;
const BAR_INTERVAL_MS = 100;

/**
 * Shows progress on stderr: a bar that stays on its line on a terminal, else a plain line every few seconds.
 * Disposing ends the line.
 *
 * @param options.before what was done before this process began (a resumed walk): no part of the rate
 */
export const showProgress = (options: {
  what: string;
  expected: number;
  before: number;
  isTerminal: boolean;
}): Disposable & Readonly<{ tell: (done: number) => void }> => {
  const { what, expected, before, isTerminal } = options;
  const startedAt = performance.now();
  let shownAt = startedAt;
  let shown = false;
  let last = '';

  const show = (line: string): void => {
    shown = true;
    if (isTerminal) process.stderr.write(`\r\x1b[2K${line}`);
    else printNotice(line);
  };
  return {
    tell: done => {
      const now = performance.now();
      const elapsedMs = now - startedAt;
      last = formatProgress({ done, expected: Math.max(0, expected), elapsedMs }, what);
      if (before > 0) {
        last = formatProgress(
          { done: done - before, expected: expected - before, elapsedMs },
          what,
        );
        last += ` (after ${before.toLocaleString('en-US')} before)`;
      }
      if (now - shownAt < (isTerminal ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      shownAt = now;
      show(last);
    },
    [Symbol.dispose]: () => {
      if (isTerminal && shown) process.stderr.write('\r\x1b[2K');
    },
  };
};
