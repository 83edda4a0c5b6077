const MINUTE_MS = 60_000;

/** So many minutes before `now`, as text. */
export const minutesBefore = (now: number, minutes: number): string =>
  new Date(now - minutes * MINUTE_MS).toISOString();

/** When each thing of a case took place, in minutes before now: each case has days of its own. */
export const timesOf = (number: number) => {
  const connected = 600 + (number % 997) * 83;
  return {
    /** When the user finished the webview. */
    connected,
    /** When its last look ended; the latest cases changed minutes ago. */
    looked: Math.max(2, Math.floor(connected / (2 + (number % 5)))),
    /** When what is wrong with the account began. */
    troubled: Math.max(1, Math.floor(connected / (3 + (number % 7)))),
  };
};
