import { type Env, parseConfig } from '../config/config.ts';
import { workspaceLabel } from '../config/workspaces.ts';
import { listWorkspaces } from '../seam/workspaces.ts';
import {
  compareWorkspaces,
  credentialsOf,
  type OpenWorkspace,
} from '../support/setup/workspaces.ts';
import { CommandError, EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';
import { patiently } from './seam.ts';

/**
 * `workspaces`: asks Seam which workspaces the keys and tokens of the settings open, and says which of them the settings
 * have. A personal access token alone is enough: that is how one learns what to write into the list.
 */
export const workspaces = async (env: Env, options: { json?: true }): Promise<number> => {
  const config = parseConfig(withLaptopSettings(env));
  const credentials = credentialsOf(config);
  if (credentials.length === 0) throw new CommandError(NOTHING_TO_ASK_WITH, EXIT.usage);
  const endpoint = config.seamEndpoint;
  const shown = new Map(
    await Promise.all(
      credentials.map(
        async apiKey => [apiKey, await listWorkspaces({ apiKey, endpoint }, patiently())] as const,
      ),
    ),
  );
  const compared = compareWorkspaces(config.workspaces, shown);
  if (options.json) printJson(compared);
  else if (compared.workspaces.length === 0) printNotice('Seam shows us no workspace.');
  else printLine(formatTable(HEADINGS, compared.workspaces.map(toRow)));
  if (compared.not_open.length === 0) return EXIT.done;
  const labels = compared.not_open.map(({ workspace_id: id, name }) =>
    workspaceLabel([{ id, name }], id),
  );
  printNotice(
    `In the settings, and not open to the key or token that they have for it: ${labels.join(', ')}.`,
  );
  return EXIT.failed;
};

const NOTHING_TO_ASK_WITH =
  'Set SEAM_PERSONAL_ACCESS_TOKEN, SEAM_API_KEY or SEAM_WORKSPACES: there is nothing to ask Seam with.';

const HEADINGS = ['WORKSPACE', 'NAME', 'KIND', 'OPENED BY', 'IN THE SETTINGS'];

const OPENED_BY = {
  api_key: 'API key',
  personal_access_token: 'personal access token',
} as const satisfies Record<OpenWorkspace['by'], string>;

const toRow = (workspace: OpenWorkspace): string[] => [
  workspace.workspace_id,
  workspace.name ?? '',
  `${workspace.is_sandbox ? 'sandbox' : 'production'}${workspace.is_suspended ? ', suspended' : ''}`,
  OPENED_BY[workspace.by],
  workspace.is_configured ? 'yes' : 'no',
];
