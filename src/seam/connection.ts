import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SeamHttp, SeamHttpWithoutWorkspace } from '@seamapi/http';
import { isPersonalAccessToken } from '../config/workspaces.ts';

/** How Seam is reached, and what opens it. */
export type Access = Readonly<{
  /** An API key, or a personal access token (`seam_at…`). */
  apiKey: string;
  /** Which workspace is meant: a token opens several. Without it there is only a key's. */
  workspaceId?: string | null;
  endpoint: string;
}>;

/** One call, from the first byte sent to the last received. */
export const CALL_TIMEOUT_MS = 10_000;
export const MAX_ANSWER_BYTES = 1_000_000;

/**
 * What all of our connections have in common. The SDK's own retries are off: a run is one try, and when the next one comes
 * is for the queue to say.
 */
const optionsFor = (endpoint: string) => ({
  endpoint,
  axiosRetryOptions: { retries: 0 },
  // A redirect is not an answer of Seam's API; following one would send the API key elsewhere.
  axiosOptions: {
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    // Node's own HTTP costs half the CPU of its fetch; connections are kept.
    adapter: 'http' as const,
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  },
});

/**
 * Opens one workspace through Seam's official SDK: by a key, which is of one, or by a personal access token, with which
 * each request says in `seam-workspace` which it means.
 * Source: the README of @seamapi/http, "Personal Access Token".
 *
 * @throws TypeError for a token without the workspace's id: the settings should have insisted on it
 */
export const openWorkspace = ({ apiKey, workspaceId = null, endpoint }: Access): SeamHttp => {
  if (!isPersonalAccessToken(apiKey)) return new SeamHttp({ ...optionsFor(endpoint), apiKey });
  if (workspaceId === null) throw new TypeError('a personal access token opens no workspace alone');
  return new SeamHttp({ ...optionsFor(endpoint), personalAccessToken: apiKey, workspaceId });
};

/** Opens what is of no workspace: which of them a key or a token may see. */
export const openWithoutWorkspace = ({
  apiKey,
  endpoint,
}: Pick<Access, 'apiKey' | 'endpoint'>): SeamHttp | SeamHttpWithoutWorkspace =>
  isPersonalAccessToken(apiKey)
    ? new SeamHttpWithoutWorkspace({ ...optionsFor(endpoint), personalAccessToken: apiKey })
    : new SeamHttp({ ...optionsFor(endpoint), apiKey });
