import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { recordChange } from '../../audit-log/record.ts';
import { inTransaction } from '../../db/client.ts';
import { drizzle } from '../../db/drizzle.ts';
import { endpointSecrets, endpoints } from '../../db/schema-messages.ts';
import { createSecretBox } from '../../endpoints/secrets.ts';
import { targetWarning } from '../../endpoints/target.ts';
import type { Desk } from '../desk.ts';
import {
  checkFields,
  DEFAULT_PER_SECOND,
  type EndpointFields,
  insistOnKind,
  nameTaken,
  tidyWhy,
} from './fields.ts';
import { viewEndpoint } from './read.ts';
import { targetOf, toldOf } from './row.ts';
import type { EndpointView } from './types.ts';
import { insistOnEndpoints } from './within.ts';

/** What a new endpoint is asked to be. */
export type EndpointRequest = EndpointFields &
  Readonly<{
    name: string;
    /** `http` or `queue`. */
    kind: string;
    target: string;
  }>;

/** A new secret that messages are signed with, sealed. @throws SupportError `refused` where none can be kept */
export const newSecret = ({
  outgoing,
}: Pick<Desk, 'outgoing'>): { secret: string; sealed: string } => {
  if (outgoing.secretsKeys.length > 0) return createSecretBox(outgoing.secretsKeys).make();
  throw new SupportError(
    'refused',
    'ENDPOINT_SECRETS_KEY isn’t set, so no secret can be kept: set it for every process (32 characters or more), and try again.',
  );
};

/**
 * Adds an endpoint: it is told of all that takes place from then on and that it wants. What was before, a replay sends.
 *
 * @returns it, and the secret that the app verifies messages with: shown this once; null for a queue; and what may
 *   keep messages from going there, in a sentence
 * @throws SupportError `not_allowed`; `invalid`, by field; `refused` where no secret can be kept
 */
export const addEndpoint = async (
  desk: Pick<Desk, 'pool' | 'config' | 'outgoing'>,
  actor: Actor,
  given: EndpointRequest,
): Promise<{ endpoint: EndpointView; secret: string | null; warning: string | null }> => {
  insistOnEndpoints(actor, 'manage_endpoints');
  const kind = insistOnKind(given.kind);
  const { types, workspaces, perSecond } = checkFields(desk, kind, given);
  const name = given.name.trim();
  const made = kind === 'http' ? newSecret(desk) : null;
  const id = await inTransaction(desk.pool, async client => {
    await insistOnNewRequest(client, actor, 'add_endpoint');
    const tx = drizzle(client);
    const [row] = await tx
      .insert(endpoints)
      .values({
        name,
        kind,
        target: given.target.trim(),
        types: types ?? null,
        workspaces: workspaces ?? null,
        perSecond: perSecond ?? DEFAULT_PER_SECOND,
        createdBy: actor.name,
      })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) throw nameTaken(name);
    if (made !== null) {
      await tx.insert(endpointSecrets).values({ endpointId: row.id, sealed: made.sealed });
    }
    await recordChange(client, actor, {
      action: 'add_endpoint',
      target: targetOf(row.id),
      after: toldOf(row),
      why: tidyWhy(given.why),
    });
    return row.id;
  });
  return {
    endpoint: await viewEndpoint(desk, actor, id),
    secret: made?.secret ?? null,
    warning: targetWarning(kind, given.target.trim()),
  };
};
