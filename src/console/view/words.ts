import type { AccountState, ReconciliationState } from '../../model/outcome.ts';
import { standingWords } from '../../support/words/standing-words.ts';
import { type Html, html } from './html.ts';

/** Something told in text and icon, and in colour besides. */
export const mark = (mood: 'good' | 'warn' | 'bad' | 'plain', icon: string, text: string): Html =>
  html`<span class="state ${mood}"><span aria-hidden="true">${icon}</span> ${text}</span>`;

/** How it stands; with its account, where there is one. */
export const stateBadge = (
  state: ReconciliationState,
  accountState: AccountState | null = null,
  troubles: readonly Readonly<{ code: string | null }>[] = [],
): Html => {
  const { label, mood, icon } = standingWords(state, accountState, troubles);
  return mark(mood, icon, label);
};

const FORMAT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** A moment, in UTC as the log and the tickets have it. */
export const when = (at: Date | string): Html => {
  const date = new Date(at);
  return html`<time datetime="${date.toISOString()}">${FORMAT.format(date)} UTC</time>`;
};

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `3 h`, `2 d`: the largest unit that fits; below a second: ms. */
export const duration = (ms: number): string => {
  const fitting = UNITS.find(([, size]) => ms >= size);
  return fitting === undefined
    ? `${Math.max(0, Math.round(ms))} ms`
    : `${Math.floor(ms / fitting[1])} ${fitting[0]}`;
};

/** `3 h ago`, `just now` below a second; with the moment itself for whoever asks. */
export const ago = (at: Date | string, now = Date.now()): Html => {
  const date = new Date(at);
  const passed = now - date.getTime();
  const text = passed < 1_000 ? 'just now' : `${duration(passed)} ago`;
  return html`<time datetime="${date.toISOString()}" title="${FORMAT.format(date)} UTC">${text}</time>`;
};

/** `in 2 min`; with the moment itself for whoever asks. Under a second counts as one. */
export const ahead = (at: Date | string, now = Date.now()): Html => {
  const date = new Date(at);
  const text = `in ${duration(Math.max(1_000, date.getTime() - now))}`;
  return html`<time datetime="${date.toISOString()}" title="${FORMAT.format(date)} UTC">${text}</time>`;
};

/** Whether nothing of it is hidden from whoever looks: only then does it lead anywhere. */
export const isWhole = (text: string): boolean => !text.includes('•••');
