import type { Context } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import { describeSkew, readClock } from '../db/clock.ts';
import { readTraits, unfitFor } from '../db/fitness.ts';
import { NEEDED } from '../db/grants.ts';
import { isMigrated } from '../db/migrate.ts';
import { describeLack, readRights, remedyOfLack } from '../db/rights.ts';
import { listTokens } from '../operators/token-record.ts';
import { describeError } from '../ops/log.ts';
import { QueueFault } from '../queue/errors.ts';
import { createSeam, type Seam } from '../seam/client.ts';
import { type Check, judgeClock, Problem } from '../support/setup/doctor.ts';
import { judgeTokens } from '../support/setup/tokens.ts';
import { checkWebhooks } from '../support/setup/webhooks.ts';
import { createUserDirectory } from '../users/directory.ts';
import { createProfiles } from '../users/profiles.ts';
import { patiently } from './seam.ts';

/** Of Postgres and of the queue. @param context null where DATABASE_URL is missing or wrong */
export const checksOfDatabase = (context: Context | null): Check[] => {
  const { database, backend } = context ?? {};
  return [
    {
      name: 'database',
      needs: ['DATABASE_URL'],
      look: async () => {
        const traits = await readTraits(pool(database));
        const unfit = unfitFor(traits);
        if (unfit !== null) throw new Problem(unfit.detail, unfit.remedy);
        return `PostgreSQL ${traits.version}, ${traits.encoding}`;
      },
    },
    {
      name: 'database clock',
      needs: ['database'],
      look: async () => {
        const clock = await readClock(pool(database));
        const skew = describeSkew(clock);
        if (skew === null) {
          const seconds = Math.max(1, Math.round(Math.abs(clock.aheadMs) / 1_000));
          return `within ${seconds} s of the database's`;
        }
        throw new Problem(
          skew,
          'Sync the clock of the machine that is off with NTP. From 5 minutes on, webhooks are refused.',
        );
      },
    },
    {
      name: 'migrations',
      needs: ['database'],
      look: async () => {
        if (await isMigrated(pool(database))) return 'up to date';
        throw new Problem("this version's migrations are missing", 'Run "migrate".');
      },
    },
    {
      name: 'database rights',
      needs: ['migrations'],
      look: async () => {
        const rights = await readRights(pool(database), NEEDED);
        const lack = describeLack(rights);
        if (lack === null) return `${rights.role} may do all that is needed`;
        throw new Problem(lack, remedyOfLack(rights.role));
      },
    },
    {
      name: 'queue',
      needs: backend?.kind === 'redis' ? ['REDIS_URL'] : ['REDIS_URL', 'migrations'],
      look: async () => {
        const fault = await faultOfQueue(backend);
        if (fault !== null) throw fault;
        return `in ${backend?.kind}`;
      },
    },
  ];
};

const faultOfQueue = async (backend: Context['backend'] | undefined): Promise<Problem | null> => {
  try {
    const fault = (await backend?.probe()) ?? null;
    return fault === null ? null : new Problem(fault.message, fault.remedy);
  } catch (error) {
    if (error instanceof QueueFault) return new Problem(error.message, error.remedy);
    return new Problem(
      String(describeError(error).message),
      QUEUE_REMEDY[backend?.kind ?? 'postgres'],
    );
  }
};

/** Of the API's tokens: told before a program is turned away. */
export const checksOfTokens = (context: Context | null): Check[] => [
  {
    name: 'API tokens',
    needs: ['migrations'],
    look: async () => judgeTokens(await listTokens(pool(context?.database))),
  },
];

const QUEUE_REMEDY = {
  redis:
    'Check REDIS_URL, and that Redis is running. Or leave it out to keep the queue in Postgres.',
  postgres: 'Run "migrate".',
} as const;

/** What a check gets at only when those that it needs are in order. */
const pool = (database: Context['database'] | undefined): Context['database']['pool'] => {
  if (database === undefined) throw new TypeError('checked without a database');
  return database.pool;
};

/** What is said of a table of users with nobody in it. */
export const NO_USERS = 'has no users, so no account can be linked';

/** Of their table of users, as the settings name it. */
export const checksOfUsers = (context: Context | null, { users: table }: Config): Check[] => [
  {
    name: 'users table',
    needs: [
      'database',
      'USERS_TABLE',
      'USERS_ID_COLUMN',
      ...(table.schema === 'reconciler' ? ['migrations'] : []),
    ],
    look: async () => {
      const database = pool(context?.database);
      const users = createUserDirectory(database, table);
      const name = [table.schema, table.table].filter(part => part !== null).join('.');
      const { idType: type, hidden } = await users.check();
      if (hidden !== null) throw hidden;
      await createProfiles(database, users, table).check();
      if (!(await users.isEmpty()))
        return `${name}, ids of type ${type.name === 'bpchar' ? 'char(n)' : type.name}`;
      throw new Problem(
        `${name} ${NO_USERS}`,
        "Set USERS_TABLE and USERS_ID_COLUMN to your app's own users table.",
      );
    },
  },
];

/**
 * Of one workspace of Seam's.
 *
 * @param workspace without a key where that is missing or wrong
 * @param url our endpoint; else each with our path
 */
export const checksOfSeam = (
  { apiKey, webhookSecrets, ...workspace }: Workspace,
  { seamEndpoint: endpoint }: Config,
  url: string | undefined,
): Check[] => {
  const seam = apiKey === null ? null : createSeam({ apiKey, workspaceId: workspace.id, endpoint });
  const label = workspaceLabel([workspace], workspace.id);
  const of = (name: string): string => (label === null ? name : `${name}: ${label}`);
  return [
    {
      name: of(KEY),
      needs: ['SEAM_API_KEY', 'SEAM_PERSONAL_ACCESS_TOKEN', 'SEAM_WORKSPACES', 'SEAM_ENDPOINT'],
      look: async () =>
        describeWorkspace(await known(seam).getWorkspace(patiently()), workspace.id),
    },
    {
      name: of('Seam clock'),
      needs: [of(KEY)],
      look: async () => {
        const asked = new Date();
        const { seamTime } = await known(seam).getWorkspace(patiently());
        return seamTime === null
          ? "Seam didn't say what time it is"
          : judgeClock("Seam's", seamTime, asked, new Date());
      },
    },
    {
      name: of(REGISTRATION),
      needs: [of(KEY), 'WEBHOOK_URL'],
      look: async () => {
        const check = await checkWebhooks(known(seam), url, webhookSecrets, patiently());
        if (check.ok)
          return [check.endpoints.map(e => e.url).join(', '), ...check.notes].join('; ');
        throw new Problem(
          check.problems.join(' '),
          'Run "webhook setup --url https://<your host>/webhooks/seam" (--update fixes an existing one).',
        );
      },
    },
  ];
};

const KEY = 'Seam key and workspace';
const REGISTRATION = 'webhook registration';

/** The checks that can't be in order before an endpoint is registered (of the only workspace). */
export const OF_THE_ENDPOINT: readonly string[] = ['SEAM_WEBHOOK_SECRET', REGISTRATION];

/** @throws Problem for a workspace that is suspended, or another than the settings say */
const describeWorkspace = (
  { workspace }: Awaited<ReturnType<Seam['getWorkspace']>>,
  expectedId: string | null,
): string => {
  const which = `${workspace.name ?? 'unnamed'} (${workspace.workspaceId})`;
  if (expectedId !== null && workspace.workspaceId !== expectedId) {
    throw new Problem(
      `the key belongs to another workspace: ${which}`,
      "Correct that workspace's workspace_id, or its key, in the list.",
    );
  }
  if (!workspace.isSuspended) return `${which}${workspace.isSandbox ? ', a sandbox' : ''}`;
  throw new Problem(
    `${which} is suspended by Seam`,
    'Open it in the Seam console to reactivate it.',
  );
};

const known = (seam: Seam | null): Seam => {
  if (seam === null) throw new TypeError('checked without a key');
  return seam;
};
