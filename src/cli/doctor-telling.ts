import type { Context } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { readViewsFault } from '../db/publish.ts';
import { type Check, Problem } from '../support/setup/doctor.ts';
import { checkEndpoints, checkTelling } from '../support/setup/telling.ts';

/** Of what the app reads, and is told. @param context null where DATABASE_URL is missing or wrong */
export const checksOfTelling = (
  context: Context | null,
  { endpointSecretsKeys }: Pick<Config, 'endpointSecretsKeys'>,
): Check[] => {
  const pool = () => {
    if (context === null) throw new TypeError('checked without a database');
    return context.database.pool;
  };
  return [
    {
      name: 'views for the app',
      needs: ['migrations'],
      look: async () => {
        const fault = await readViewsFault(pool());
        if (fault === null) return 'up to date';
        throw new Problem(fault, 'Run "migrate".');
      },
    },
    { name: 'telling the app', needs: ['migrations'], look: () => checkTelling(pool()) },
    {
      name: 'endpoints',
      needs: ['migrations', 'ENDPOINT_SECRETS_KEY'],
      look: () => checkEndpoints(pool(), endpointSecretsKeys),
    },
  ];
};
