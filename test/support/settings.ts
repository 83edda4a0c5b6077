import { chmod, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Workspace } from '../../src/config/workspaces.ts';
import { createLogger } from '../../src/ops/log.ts';

export const silentLog = createLogger({ level: 'silent', pretty: false });

/** `whsec_` and base64, as Seam shows it. */
export const SECRET = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`;
export const OTHER_SECRET = `whsec_${Buffer.from('another secret of them').toString('base64')}`;

/** The one workspace of SEAM_API_KEY and SEAM_WEBHOOK_SECRET. */
export const onlyWorkspace = (of: Partial<Workspace> = {}): Workspace[] => [
  { id: null, name: null, apiKey: null, webhookSecrets: [], ...of },
];

/** The same server, another database. */
export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};

/** A new folder that others may enter, too: as root, PostgreSQL runs as somebody else. */
export const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-'));
  await chmod(folder, 0o755);
  return folder;
};
