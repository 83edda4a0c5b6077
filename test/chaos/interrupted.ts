/** Cleaning up takes a second; whatever hangs longer is left behind. */
const CLEAN_UP_LIMIT_MS = 30_000;

/** Fires at the first Ctrl-C (or SIGTERM); what is running is then ended. */
export const untilInterrupted = (tell: (line: string) => void, exitCode: number): AbortSignal => {
  const interruption = new AbortController();
  const onSignal = (): void => {
    if (interruption.signal.aborted) return;
    tell('interrupted: cleaning up');
    interruption.abort(new Error('interrupted'));
    setTimeout(() => process.exit(exitCode), CLEAN_UP_LIMIT_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return interruption.signal;
};
