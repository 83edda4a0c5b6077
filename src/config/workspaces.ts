import { z } from 'zod';
import { isUsableId } from '../model/subject.ts';

/** One of Seam's workspaces that this installation serves. */
export type Workspace = Readonly<{
  /**
   * Seam's id of it. Null for the one of SEAM_API_KEY and SEAM_WEBHOOK_SECRET, whose id nobody told us: it
   * is then the only one, and serves every event.
   */
  id: string | null;
  /** What people call it. */
  name: string | null;
  /**
   * What opens it at Seam: an API key, which is of this workspace, or a personal access token, which opens each
   * workspace that its person may see, by its id. Null where no command asked for it.
   */
  apiKey: string | null;
  /** Empty where no command asked for them. */
  webhookSecrets: readonly string[];
}>;

/** The settings, by name, that say the same as these workspaces. */
export const toSettings = (workspaces: readonly Workspace[]): Record<string, string> => {
  const [only] = workspaces;
  if (only !== undefined && only.id === null) {
    const { apiKey, webhookSecrets } = only;
    return { SEAM_API_KEY: apiKey ?? '', SEAM_WEBHOOK_SECRET: webhookSecrets.join(',') };
  }
  const list = workspaces.map(({ id, name, apiKey, webhookSecrets }) => ({
    workspace_id: id,
    name: name ?? undefined,
    ...(apiKey === null
      ? {}
      : { [isPersonalAccessToken(apiKey) ? 'personal_access_token' : 'api_key']: apiKey }),
    webhook_secrets: webhookSecrets.length > 0 ? webhookSecrets : undefined,
  }));
  return { SEAM_WORKSPACES: JSON.stringify(list) };
};

/** How a person is told which workspace is meant, where there are several; null: the only one there is. */
export const workspaceLabel = (
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[],
  workspaceId: string | null,
): string | null => {
  if (workspaceId === null) return null;
  const name = workspaces.find(({ id }) => id === workspaceId)?.name ?? null;
  return name === null || name === workspaceId ? workspaceId : `${name} (${workspaceId})`;
};

/** The workspace among these that serves what belongs to a workspace's id; null: it isn't configured. */
export const workspaceFor = <Served extends Readonly<{ id: string | null }>>(
  served: readonly Served[],
  workspaceId: string | null,
): Served | null => served.find(({ id }) => id === null || id === workspaceId) ?? null;

/**
 * The workspace that a person means: by its id or name, or the only one there is. Pure.
 *
 * @returns or, where it isn't clear which is meant, what is wrong and what there is to choose from
 */
export const chooseWorkspace = <Of extends Pick<Workspace, 'id' | 'name'>>(
  workspaces: readonly Of[],
  wanted: string | undefined,
): Readonly<{ chosen: Of }> | Readonly<{ fault: string }> => {
  const meant =
    wanted === undefined
      ? workspaces
      : workspaces.filter(({ id, name }) => [id, name].includes(wanted));
  const [chosen, another] = meant;
  if (chosen !== undefined && another === undefined) return { chosen };
  const labels = workspaces.map(({ id }) => workspaceLabel(workspaces, id)).filter(Boolean);
  const choice = labels.length === 0 ? 'only one is configured' : `choose ${labels.join(' or ')}`;
  const fault =
    wanted === undefined ? 'several are configured' : `'${wanted}' doesn't name exactly one`;
  return { fault: `${fault}; ${choice}` };
};

/** The ids of those that are served; null: whatever comes is served, by the one whose id isn't known. */
export const servedIds = (served: readonly Pick<Workspace, 'id'>[]): readonly string[] | null => {
  const ids = served.map(({ id }) => id).filter(id => id !== null);
  return ids.length < served.length ? null : ids;
};

/** `whsec_` and base64: anything else would only fail at the first webhook. */
export const isWebhookSecret = (secret: string): boolean => {
  const key = secret.replace(/^whsec_/, '');
  return key.length >= 8 && key.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(key);
};

/** Seam's other tokens (client session, publishable key, access token) look alike and can't do our work. */
export const isApiKey = (key: string): boolean => /^seam_(?!cst|pk|at)\S+$/.test(key);

/** It tells who asks, and not of which workspace: that is said beside it, with every request. */
export const isPersonalAccessToken = (key: string): boolean => /^seam_at[\x21-\x7e]+$/.test(key);

/** A header says which workspace is meant, and takes no other characters. */
const fitsIntoHeader = (id: string): boolean => /^[\x21-\x7e]+$/.test(id);

/** What each field has to be; said of one that is absent, too. */
const MUST_BE = {
  workspace_id: 'must be the id of a Seam workspace',
  name: 'must be text of at most 100 characters',
  api_key: 'must be an API key from the Seam console (seam_…)',
  personal_access_token: 'must be a personal access token from the Seam console (seam_at…)',
  webhook_secrets: 'must be a list of one or more signing secrets that Seam shows (whsec_…)',
} as const;

const workspaceSchema = z.strictObject(
  {
    workspace_id: z.string().refine(isUsableId),
    name: z
      .string()
      .max(100)
      .refine(value => !/\p{C}/u.test(value) && value.trim() !== '')
      .optional(),
    api_key: z.string().refine(isApiKey).optional(),
    personal_access_token: z.string().refine(isPersonalAccessToken).optional(),
    webhook_secrets: z.array(z.string().refine(isWebhookSecret)).min(1).optional(),
  },
  { error: `must be an object with ${Object.keys(MUST_BE).join(', ')}, and nothing else` },
);

const FORM = `must be JSON: a list of {${Object.keys(MUST_BE)
  .map(field => `"${field}"`)
  .join(', ')}}`;

/** A fault's place and what should be there: by position and field, never with a value. */
const describeIssue = ({ path, message }: z.core.$ZodIssue): string => {
  const [position, field] = path;
  if (typeof position !== 'number') return FORM;
  const must = MUST_BE[String(field) as keyof typeof MUST_BE] ?? message;
  return `is wrong at workspace ${position + 1}${field === undefined ? '' : `, ${String(field)}`}: it ${must}`;
};

/** A value that has to be one's own, with the place where it stands. */
type Own = Readonly<{ field: string; value: string; position: number }>;

/**
 * What must differ from workspace to workspace: a copy that nobody changed would mix them up. A personal access token may
 * be that of several: the workspace's id is said beside it.
 */
const findRepeats = (workspaces: readonly Workspace[]): string[] => {
  const own = workspaces.flatMap(({ id, apiKey, webhookSecrets }, index): Own[] => {
    const position = index + 1;
    return [
      { field: 'workspace_id', value: id ?? '', position },
      ...(apiKey === null || isPersonalAccessToken(apiKey)
        ? []
        : [{ field: 'api_key', value: apiKey, position }]),
      ...[...new Set(webhookSecrets)].map(value => ({ field: 'webhook_secrets', value, position })),
    ];
  });
  const first = new Map<string, number>();
  return own.flatMap(({ field, value, position }) => {
    const key = `${field} ${value}`;
    const before = first.get(key);
    first.set(key, before ?? position);
    return before === undefined
      ? []
      : [`is wrong at workspace ${position}, ${field}: workspace ${before} has the same`];
  });
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Its own message holds a piece of the text, and so maybe of a secret.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

type Listed = z.output<typeof workspaceSchema>;

/** What a workspace's credentials say that they can't be together. */
const findMismatches = (listed: readonly Listed[], sharedToken: string | null): string[] =>
  listed.flatMap((workspace, index) => {
    const wrong = `is wrong at workspace ${index + 1}`;
    const token = workspace.personal_access_token;
    if (workspace.api_key !== undefined) {
      return token === undefined ? [] : [`${wrong}: it has api_key and personal_access_token`];
    }
    const usesToken = token !== undefined || sharedToken !== null;
    return usesToken && !fitsIntoHeader(workspace.workspace_id)
      ? [
          `${wrong}, workspace_id: with a personal access token it must be plain ASCII without spaces`,
        ]
      : [];
  });

/**
 * Reads the list of workspaces: JSON, `[{"workspace_id", "name"?, "api_key" or "personal_access_token",
 * "webhook_secrets"}]`.
 *
 * @param needs which fields every workspace must have for what is to be done
 * @param sharedToken the personal access token of those that have neither it nor a key; null: there is none
 * @returns the workspaces, and whatever is wrong (each to follow the name of the setting)
 */
export const parseWorkspaces = (
  text: string,
  needs: readonly ('api_key' | 'webhook_secrets')[],
  sharedToken: string | null = null,
): { workspaces: Workspace[]; faults: string[] } => {
  const parsed = z.array(workspaceSchema).min(1).safeParse(readJson(text));
  if (!parsed.success) {
    const faults = new Set(parsed.error.issues.map(describeIssue));
    return { workspaces: [], faults: [...faults] };
  }
  const workspaces = parsed.data.map(workspace => ({
    id: workspace.workspace_id,
    name: workspace.name ?? null,
    apiKey: workspace.api_key ?? workspace.personal_access_token ?? sharedToken,
    webhookSecrets: workspace.webhook_secrets ?? [],
  }));
  const missing = workspaces.flatMap(({ apiKey, webhookSecrets }, index) =>
    needs
      .filter(field => (field === 'api_key' ? apiKey === null : webhookSecrets.length === 0))
      .map(field => `is wrong at workspace ${index + 1}: ${MISSING[field]} is missing`),
  );
  const mismatches = findMismatches(parsed.data, sharedToken);
  return { workspaces, faults: [...missing, ...mismatches, ...findRepeats(workspaces)] };
};

const MISSING = {
  api_key: 'api_key (or personal_access_token)',
  webhook_secrets: 'webhook_secrets',
} as const;

/** Whether this is the id of one of them; what is of a workspace that was taken out of the list is told no more. */
export const isOneOf = (workspaces: readonly Pick<Workspace, 'id'>[], id: string | null): boolean =>
  workspaces.some(workspace => workspace.id === id);
