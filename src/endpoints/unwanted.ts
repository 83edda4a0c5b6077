import type pg from 'pg';

/** What waits and is wanted no more: workspaces may be tenants, none of whom another's app is to hear of. */
const DROP = `
  delete from reconciler.sendings where endpoint_id = $1 and position = any (array(
    select s.position from reconciler.sendings s
      join reconciler.messages m using (position)
      join reconciler.endpoints e on e.id = s.endpoint_id
     where s.endpoint_id = $1 and s.state = 'waiting'
       and ((e.types is null or m.type = any(e.types))
            and (e.workspaces is null or m.workspace_id = any(e.workspaces))) is not true
     order by s.position for update of s))`;

/**
 * Takes back what waits for an endpoint and isn't wanted by it any more.
 *
 * @param client in the transaction that changed what it wants
 * @returns how many messages that were
 */
export const dropUnwanted = async (
  client: Pick<pg.Pool, 'query'>,
  endpointId: number,
): Promise<number> => (await client.query(DROP, [endpointId])).rowCount ?? 0;
