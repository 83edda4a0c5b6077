import type { Config } from '../config/config.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { useTraces } from '../ops/tracing.ts';

/**
 * From now on traces go where the settings say; without a word of them, nothing is loaded, and nothing happens.
 * To be disposed of after all that is traced: what has ended by then is sent.
 */
export const startTracing = async (
  { service, tracing }: Pick<Config, 'service' | 'tracing'>,
  log: Logger,
): Promise<AsyncDisposable> => {
  if (tracing === null) return new Disposables();
  const { createTracing } = await import('./tracing-sdk.ts');
  const { traces, end } = createTracing(service, tracing, log);
  useTraces(traces);
  log.info({ to: new URL(tracing.url).host, sampler: tracing.sampler }, 'traces are sent');
  return {
    [Symbol.asyncDispose]: async () => {
      useTraces(null);
      await end();
    },
  };
};
