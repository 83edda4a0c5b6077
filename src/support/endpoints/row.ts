import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { endpoints } from '../../db/schema-messages.ts';
import { shownTarget } from '../../endpoints/target.ts';

/** An endpoint as it is stored. */
export type EndpointRow = typeof endpoints.$inferSelect;

export const targetOf = (id: number): string => `endpoint:${id}`;

export const noSuchEndpoint = (id: number): SupportError =>
  new SupportError('not_found', `There is no endpoint ${id}.`);

/**
 * Reads an endpoint and keeps others from changing it until the transaction ends. What is owed to it can be noted
 * meanwhile: that takes its key only.
 *
 * @throws SupportError `not_found`
 */
export const lockEndpoint = async (client: Client, id: number): Promise<EndpointRow> => {
  if (!Number.isSafeInteger(id)) throw noSuchEndpoint(id);
  const [row] = await drizzle(client)
    .select()
    .from(endpoints)
    .where(eq(endpoints.id, id))
    .for('no key update');
  if (row === undefined) throw noSuchEndpoint(id);
  return row;
};

/** @throws SupportError `refused` for one that nothing is sent to */
export const insistOnEnabled = ({ id, disabledAt }: EndpointRow): void => {
  if (disabledAt === null) return;
  throw new SupportError(
    'refused',
    `Endpoint ${id} is disabled, so nothing is sent to it: enable it first.`,
  );
};

/** Of an endpoint at which nothing has failed yet. */
export const AS_NEW = { failingSince: null, failures: 0, fault: null, restUntil: null } as const;

/** What the audit log says of an endpoint: neither its secrets nor what follows the `?` of its URL. */
export const toldOf = (row: EndpointRow): Record<string, unknown> => ({
  name: row.name,
  kind: row.kind,
  target: shownTarget(row.target),
  types: row.types,
  workspaces: row.workspaces,
  per_second: row.perSecond,
});
