const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;

/**
 * For a command that can be left half way: the signal fires at the first Ctrl-C, and the command ends where
 * it keeps what it has done; at the second one the process leaves at once with exit code 130.
 */
export const interruptible = (): Disposable & Readonly<{ signal: AbortSignal }> => {
  const stopping = new AbortController();
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort(new Error('interrupted'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: stopping.signal,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
};
