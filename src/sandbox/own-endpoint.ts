import type pg from 'pg';
import { shellActor } from '../access/actor.ts';
import { createSecretBox } from '../endpoints/secrets.ts';
import type { Desk } from '../support/desk.ts';
import { addEndpoint } from '../support/endpoints/add.ts';
import { changeEndpoint } from '../support/endpoints/change.ts';
import { listEndpoints } from '../support/endpoints/read.ts';
import { rotateSecret } from '../support/endpoints/secret.ts';

/** What people see the pretend app as, among the endpoints. */
export const PRETEND_APP = 'The pretend app';

const SECRETS = `
  select s.sealed from reconciler.endpoint_secrets s join reconciler.endpoints e on e.id = s.endpoint_id
   where e.name = $1 and e.kind = 'http' and (s.until is null or s.until > now())`;

/**
 * What messages to the pretend app are signed with now. It stands in the same database as the app that it plays, and so
 * reads them there: a real app has been given its secret by whoever made its endpoint.
 *
 * @param keys of ENDPOINT_SECRETS_KEY
 * @param name what people see the app as
 */
export const readOwnSecrets = async (
  pool: Pick<pg.Pool, 'query'>,
  keys: readonly string[],
  name: string = PRETEND_APP,
): Promise<string[]> => {
  const box = createSecretBox(keys);
  const { rows } = await pool.query<{ sealed: string }>(SECRETS, [name]);
  return rows.flatMap(({ sealed }) => box.open(sealed) ?? []);
};

/**
 * Makes the pretend app an endpoint, as a person would; once. Where it listens elsewhere than the last time, its endpoint
 * is changed, and where what sealed its secret is gone, it gets another one. Whatever a person has done with it since
 * stays as it is.
 *
 * @param url where the pretend app takes messages
 * @param name what people see it as
 * @throws SupportError when it may not be one: no key is set, or this machine isn't among ENDPOINT_PRIVATE_NETWORKS
 */
export const registerPretendApp = async (
  desk: Pick<Desk, 'pool' | 'config' | 'outgoing'>,
  url: string,
  name: string = PRETEND_APP,
): Promise<void> => {
  const actor = shellActor('npm start');
  const own = (await listEndpoints(desk, actor)).find(each => each.name === name);
  if (own === undefined) {
    await addEndpoint(desk, actor, { name, kind: 'http', target: url });
    return;
  }
  if (own.target !== url) await changeEndpoint(desk, actor, own.id, { target: url });
  if ((await readOwnSecrets(desk.pool, desk.outgoing.secretsKeys, name)).length === 0) {
    await rotateSecret(desk, actor, own.id, { overlapHours: 0 });
  }
};
