import { fileSettingOf, isGiven, sourceOf } from './secret-files.ts';
import { parseWorkspaces, type Workspace } from './workspaces.ts';

/* The list of workspaces, and what opens them, as an environment has it. */

type Env = Readonly<Record<string, string | undefined>>;

type Parsed = Readonly<{ workspaces: readonly Workspace[]; faults: readonly string[] }>;

/** The workspaces of a list, where one is set; null where none is. */
export const listedWorkspaces = (present: Env, required: readonly string[]): Parsed | null => {
  if (!isGiven(present, 'SEAM_WORKSPACES')) return null;
  const list = present.SEAM_WORKSPACES;
  const name =
    list === undefined ? fileSettingOf('SEAM_WORKSPACES') : sourceOf(present, 'SEAM_WORKSPACES');
  const tooMany = OF_WORKSPACES.filter(other => present[other] !== undefined).map(
    other => `${sourceOf(present, other)} must be left out where ${name} is set`,
  );
  // That its file can't be read is told with those of the other files.
  if (list === undefined) return { workspaces: [], faults: tooMany };
  const needs = [
    ...(required.includes('SEAM_API_KEY') ? (['api_key'] as const) : []),
    ...(required.includes('SEAM_WEBHOOK_SECRET') ? (['webhook_secrets'] as const) : []),
  ];
  const { workspaces, faults } = parseWorkspaces(list, needs, present[TOKEN] ?? null);
  return { workspaces, faults: [...tooMany, ...faults.map(fault => `${name} ${fault}`)] };
};

const TOKEN = 'SEAM_PERSONAL_ACCESS_TOKEN';

/** A token opens workspaces by their ids: what names none of them, it can't stand in for. */
export const faultsOfToken = (present: Env, needsKey: boolean): readonly string[] => {
  if (!isGiven(present, TOKEN) || isGiven(present, 'SEAM_WORKSPACES')) return [];
  const name = sourceOf(present, TOKEN);
  if (isGiven(present, 'SEAM_API_KEY')) {
    return [`${name} must be left out where ${sourceOf(present, 'SEAM_API_KEY')} is set`];
  }
  return needsKey
    ? [
        `${name} must come with SEAM_WORKSPACES, which names the workspaces ("workspaces" lists them)`,
      ]
    : [];
};

export const OF_WORKSPACES: readonly string[] = ['SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'];
