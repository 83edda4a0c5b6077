import type { Workspace } from '../../../src/config/workspaces.ts';
import { openDesk, type TestDesk } from '../desk.ts';
import { seedConnections } from './connections.ts';
import { seedDesk } from './desk-rows.ts';
import type { Words } from './words.ts';

/** A desk whose database has hundreds of rows of everything. */
export const openFullDesk = async (words: Words): Promise<TestDesk> => {
  const desk = await openDesk({ workspaces: workspacesOf(words) });
  await seedConnections(desk.database.pool, words);
  await seedDesk(desk.database.pool, words);
  return desk;
};

const workspacesOf = (words: Words): Workspace[] =>
  [0, 1, 2].map(number => ({
    id: words.id('workspace', number),
    name: words.text(`Workspace ${number}`, number),
    apiKey: null,
    webhookSecrets: [],
  }));

/** One that can't read what there is: each page that looks at connections, changes or users fails. */
export const openBrokenDesk = async (): Promise<TestDesk> => {
  const desk = await openDesk();
  for (const table of ['reconciliations', 'runs', 'audit_log', 'bulk_runs', 'users']) {
    await desk.database.pool.query(
      `alter table if exists reconciler.${table} rename to ${table}_away`,
    );
  }
  return desk;
};
