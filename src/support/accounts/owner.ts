import { ownerOf } from '../../books/owner.ts';
import type { Db } from '../../db/client.ts';
import { subjectOf } from '../../model/subject.ts';

/**
 * Why an account can't be dealt with in a workspace: Seam has shown it to another. What we know of it is that one's,
 * and goes nowhere else.
 *
 * @param of.workspaceId null: the only one, whose id isn't known
 * @returns a sentence; null where nothing speaks against it
 */
export const whyAnothers = async (
  { db, workspaceId }: Readonly<{ db: Db; workspaceId: string | null }>,
  accountId: string,
): Promise<string | null> => {
  if (workspaceId === null) return null;
  const { rows } = await db.$client.query<{ owner: string | null }>(
    `select ${ownerOf('asked.subject')} as owner from (select $1::text as subject) asked`,
    [subjectOf('connected_account', accountId)],
  );
  const owner = rows[0]?.owner ?? workspaceId;
  return owner === workspaceId
    ? null
    : `The account ${accountId} belongs to the Seam workspace ${owner}, not to ${workspaceId}.`;
};
