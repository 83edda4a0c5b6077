import { ownerOf } from '../../books/owner.ts';
import type { Workspace } from '../../config/workspaces.ts';
import type { Db } from '../../db/client.ts';
import type { SetAsideBecause } from '../../model/set-aside.ts';
import { namedWorkspaceIn } from '../../seam/events.ts';
import { type SetAside, setAsideWords } from '../cases/set-aside.ts';

/** A delivery that is kept and not believed. What else it says is in its payload, for those who may read it. */
export type SetAsideDelivery = SetAside &
  Readonly<{
    event_id: string;
    event_type: string;
    subject: string;
    received_at: string;
    /** The workspace that its subject belongs to, as far as is known. */
    belongs_to: string | null;
    /** In words. */
    why: string;
  }>;

/** So many are told, the latest first; how many there are is told apart (inbox/intake.ts). */
const MOST = 20;

type Row = Readonly<{
  event_id: string;
  event_type: string;
  subject: string;
  received_at: Date;
  source: 'webhook' | 'backfill';
  because: SetAsideBecause;
  vouched_by: string | null;
  body: Buffer;
  belongs_to: string | null;
}>;

/** The latest deliveries that were set aside. */
export const readSetAside = async (
  { $client: pool }: Db,
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[],
): Promise<SetAsideDelivery[]> => {
  const { rows } = await pool.query<Row>({
    name: 'read-set-aside',
    text: `
      select d.event_id, d.event_type, d.subject, d.received_at, d.source, d.set_aside as because,
             d.workspace_id as vouched_by, d.body, coalesce(${ownerOf('d.subject')}, r.workspace_id) as belongs_to
        from reconciler.deliveries d left join reconciler.reconciliations r using (subject)
       where d.set_aside is not null
       order by d.received_at desc limit ${MOST}`,
  });
  return rows.map(({ body, source, received_at, ...row }) => {
    const told = { ...row, names: namedWorkspaceIn(body) };
    return {
      ...told,
      received_at: received_at.toISOString(),
      why: setAsideWords(told, source, workspaces),
    };
  });
};
