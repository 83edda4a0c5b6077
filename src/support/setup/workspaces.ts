import { isPersonalAccessToken, type Workspace } from '../../config/workspaces.ts';
import type { Workspace as SeamWorkspace } from '../../seam/resources.ts';

/** A workspace that one of our keys or tokens opens, in the words of `--json`. */
export type OpenWorkspace = Readonly<{
  workspace_id: string;
  name: string | null;
  is_sandbox: boolean;
  is_suspended: boolean;
  /** What opens it. */
  by: 'api_key' | 'personal_access_token';
  /** Whether the settings have it. */
  is_configured: boolean;
}>;

export type OpenWorkspaces = Readonly<{
  workspaces: readonly OpenWorkspace[];
  /** Those of the settings that their own key or token doesn't open. */
  not_open: readonly Readonly<{ workspace_id: string; name: string | null }>[];
}>;

/** The keys and tokens of the settings, each once. Pure. */
export const credentialsOf = (config: {
  workspaces: readonly Workspace[];
  personalAccessToken: string | undefined;
}): readonly string[] => {
  const { workspaces, personalAccessToken: shared } = config;
  const own = workspaces.map(({ apiKey }) => apiKey).filter(key => key !== null);
  return [...new Set(shared === undefined ? own : [shared, ...own])];
};

/**
 * Compares what Seam shows to each key and token with what the settings say. Pure.
 *
 * @param shown by key or token
 */
export const compareWorkspaces = (
  workspaces: readonly Workspace[],
  shown: ReadonlyMap<string, readonly SeamWorkspace[]>,
): OpenWorkspaces => {
  const found = new Map<string, OpenWorkspace>();
  for (const [key, seen] of shown) {
    for (const { workspaceId, name, isSandbox, isSuspended } of seen) {
      if (found.has(workspaceId)) continue;
      found.set(workspaceId, {
        workspace_id: workspaceId,
        name,
        is_sandbox: isSandbox,
        is_suspended: isSuspended,
        by: isPersonalAccessToken(key) ? 'personal_access_token' : 'api_key',
        // The only workspace is whichever its key is of.
        is_configured: workspaces.some(({ id, apiKey }) =>
          id === null ? apiKey === key : id === workspaceId,
        ),
      });
    }
  }
  const isOpen = ({ id, apiKey }: Workspace): boolean =>
    shown.get(apiKey ?? '')?.some(({ workspaceId }) => workspaceId === id) ?? false;
  return {
    workspaces: [...found.values()],
    not_open: workspaces.flatMap(workspace => {
      const { id, name, apiKey } = workspace;
      if (id === null || apiKey === null || isOpen(workspace)) return [];
      return [{ workspace_id: id, name }];
    }),
  };
};
