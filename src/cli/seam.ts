import { type Config, type Env, parseConfig, type SettingName } from '../config/config.ts';
import { chooseWorkspace, type Workspace } from '../config/workspaces.ts';
import { EXPLANATIONS } from '../model/outcome.ts';
import { createSeam, type Seam } from '../seam/client.ts';
import type { SeamError } from '../seam/errors.ts';
import { CommandError, EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';

/**
 * Seam, and the settings, for a command that asks it; a running `npm start` lends its own.
 *
 * @param wanted which workspace, by id or name; needed where there are several
 * @throws ConfigError
 * @throws CommandError (usage) where it isn't clear which workspace is meant
 */
export const openSeam = (
  env: Env,
  wanted: string | undefined,
  required: readonly SettingName[] = [],
): { seam: Seam; workspace: Workspace; config: Config } => {
  const config = parseConfig(withLaptopSettings(env), ['SEAM_API_KEY', ...required]);
  const choice = chooseWorkspace(config.workspaces, wanted);
  if ('fault' in choice) throw new CommandError(`--workspace: ${choice.fault}.`, EXIT.usage);
  const workspace = choice.chosen;
  const { id: workspaceId, apiKey } = workspace;
  const endpoint = config.seamEndpoint;
  const seam = createSeam({ apiKey: apiKey ?? '', workspaceId, endpoint });
  return { seam, workspace, config };
};

/** No limit besides that of each call: a person waits, and can press Ctrl-C. */
export const patiently = (): AbortSignal => new AbortController().signal;

/** Why Seam did not do as it was asked, in sentences for whoever ran the command. */
export const seamFault = (error: SeamError): string => {
  const call = error.requestId === null ? '' : ` (Seam request ${error.requestId})`;
  if (error.name === 'SeamRefusedError') return `Seam refused: ${error.message}${call}.`;
  const { sentence, remedy } = EXPLANATIONS[error.reason];
  return `${sentence} ${error.message}${call}\n${remedy}`;
};
