import { type Config, type Env, parseConfig, type SettingName } from '../config.ts';
import { EXPLANATIONS } from '../reconcile/outcome.ts';
import { createSeam, type Seam } from '../seam/client.ts';
import type { SeamError } from '../seam/errors.ts';
import { withLaptopSettings } from './laptop.ts';

/**
 * Seam, and the settings, for a command that asks it; a running `npm start` lends its own.
 *
 * @throws ConfigError
 */
export const openSeam = (
  env: Env,
  required: readonly SettingName[] = [],
): { seam: Seam; config: Config } => {
  const config = parseConfig(withLaptopSettings(env), ['SEAM_API_KEY', ...required]);
  const seam = createSeam({ apiKey: config.seamApiKey ?? '', endpoint: config.seamEndpoint });
  return { seam, config };
};

/** No limit besides that of each call: a person waits, and can press Ctrl-C. */
export const patiently = (): AbortSignal => new AbortController().signal;

/** Why Seam did not do as it was asked, in sentences for whoever ran the command. */
export const seamFault = (error: SeamError): string => {
  const call = error.requestId === null ? '' : ` (Seam's request ${error.requestId})`;
  if (error.name === 'SeamRefusedError') return `Seam refuses: ${error.message}${call}.`;
  const { sentence, remedy } = EXPLANATIONS[error.reason];
  return `${sentence} ${error.message}${call}\n${remedy}`;
};
