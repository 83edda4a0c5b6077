import { readAuditLog } from '../../../audit-log/read.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import type { Visit } from '../../view/route.ts';
import type { Disabled } from './endpoint-parts.ts';

/** Who disabled each of these endpoints that a person has disabled, and why; by its id. */
export const disablings = async (
  visit: Visit,
  endpoints: readonly EndpointView[],
): Promise<ReadonlyMap<number, Disabled>> => {
  const byHand = endpoints.filter(({ disabledBecause }) => disabledBecause === 'person');
  const found = await Promise.all(byHand.map(({ id }) => latestDisabling(visit, id)));
  return new Map(found.flat());
};

const latestDisabling = async (
  { desk, actor }: Visit,
  id: number,
): Promise<[number, Disabled][]> => {
  const filter = {
    actor: null,
    action: 'disable_endpoint',
    target: `endpoint:${id}`,
    since: null,
    until: null,
  } as const;
  const changes = await readAuditLog(desk.db, actor, filter, { limit: 1 });
  return changes.map(({ actor_name: by, why }) => [id, { by, why }]);
};
