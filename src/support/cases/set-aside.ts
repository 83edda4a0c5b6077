import { ownerOf } from '../../books/owner.ts';
import { type Workspace, workspaceLabel } from '../../config/workspaces.ts';
import { sql } from '../../db/drizzle.ts';
import { deliveries } from '../../db/schema.ts';
import type { SetAsideBecause } from '../../model/set-aside.ts';
import { namedWorkspaceIn } from '../../seam/events.ts';

/** That a delivery is kept as evidence and not believed, and whose word it is. */
export type SetAside = Readonly<{
  because: SetAsideBecause;
  /** The workspace whose secret signed it, or whose key listed it. */
  vouched_by: string | null;
  /** The workspace that it names; null where it names none. */
  names: string | null;
}>;

/** Of a row of `deliveries`; the body only where it isn't believed. */
export const setAsideColumns = {
  because: deliveries.setAside,
  vouchedBy: deliveries.workspaceId,
  unbelieved: sql<Buffer | null>`case when ${deliveries.setAside} is not null then ${deliveries.body} end`,
};

/** Of a row of `deliveries`: whose its subject is. */
export const belongsTo = sql<string | null>`coalesce(${sql.raw(ownerOf('deliveries.subject'))}, (
  select r.workspace_id from reconciler.reconciliations r where r.subject = deliveries.subject))`;

export const toSetAside = ({
  because,
  vouchedBy,
  unbelieved,
}: Readonly<{
  because: SetAsideBecause | null;
  vouchedBy: string | null;
  unbelieved: Buffer | null;
}>): SetAside | null =>
  because === null
    ? null
    : {
        because,
        vouched_by: vouchedBy,
        names: unbelieved === null ? null : namedWorkspaceIn(unbelieved),
      };

/**
 * Why a delivery is not believed, to follow "set aside: ": "signed with the secret of Hotels (a), names Flats (b)".
 *
 * @param said whose word it is, which workspace it names, and whose its subject is, as far as that is known
 */
export const setAsideWords = (
  said: SetAside & Readonly<{ belongs_to: string | null }>,
  source: 'webhook' | 'backfill',
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[],
): string => {
  const label = (id: string | null): string =>
    workspaceLabel(workspaces, id) ?? 'another workspace';
  const by = `${source === 'webhook' ? 'signed with the secret of' : 'listed with the key of'} ${label(said.vouched_by)}`;
  switch (said.because) {
    case 'names_another_workspace':
      return `${by}, names ${label(said.names)}`;
    case 'subject_of_another_workspace':
      return `${by}, about a connection of ${label(said.belongs_to)}`;
    default:
      return said.because satisfies never;
  }
};
