import { SupportError } from '../../access/errors.ts';
import { SUBJECT_KINDS, subjectOf } from '../../model/subject.ts';
import { workspaceOf } from '../../reconcile/workspace-of.ts';
import type { Desk } from '../desk.ts';
import { accountTold } from './find-subjects.ts';

/* Whether something is in one of the Seam workspaces that a token is for. */

/** Far more than one account has; where there are more, nobody has seen them all. */
const MOST = 1_000;

/** The subjects that are named ($1, and those of the account $2; $3 itself first, then what is in trouble), and the workspaces of all that is of the same account or webview, or of the account that the webview led to: that is one case. */
const FIND = `
  with named as (
    select subject, connected_account_id, connect_webview_id, state, updated_at
      from reconciler.reconciliations where subject = any($1::text[])
    union
    select subject, connected_account_id, connect_webview_id, state, updated_at
      from reconciler.reconciliations where connected_account_id = $2
  )
  select n.subject, ${workspaceOf('r')} as workspace_id
    from named n
    cross join lateral (
      select n.subject
      union select a.subject from reconciler.reconciliations a
             where a.connected_account_id = n.connected_account_id
      union select w.subject from reconciler.reconciliations w
             where w.connect_webview_id = n.connect_webview_id
      union select l.subject from reconciler.reconciliations w
              join reconciler.reconciliations l on l.connected_account_id = w.connected_account_id
             where w.connect_webview_id = n.connect_webview_id) s
    join reconciler.reconciliations r on r.subject = s.subject
   order by n.subject = $3 desc, n.state in ('failed', 'retrying') desc, n.updated_at desc, n.subject
   limit ${MOST}`;

type Found = Readonly<{ subject: string; workspace_id: string | null }>;

const findWithin = async (
  { pool }: Pick<Desk, 'pool'>,
  own: readonly string[],
  text: string,
  named: readonly string[],
  accountId: string | null,
): Promise<string> => {
  const { rows } = await pool.query<Found>(FIND, [named, accountId, text]);
  const isOwn = ({ workspace_id: id }: Found): boolean => id !== null && own.includes(id);
  const [first] = rows;
  if (first === undefined || rows.length === MOST || !rows.every(isOwn)) {
    throw new SupportError('not_found', `No match for '${text}'.`);
  }
  return first.subject;
};

/**
 * The very subject that a text names (itself, or the id of its webview or account): nothing that it leads to besides,
 * such as a user's other connections. Only where all that is of the same account or webview is in these workspaces.
 *
 * @param own ids of Seam workspaces
 * @throws SupportError `not_found`, as for what there isn't
 */
export const subjectWithin = (
  desk: Pick<Desk, 'pool'>,
  own: readonly string[],
  text: string,
): Promise<string> => {
  const named = [text, ...SUBJECT_KINDS.map(kind => subjectOf(kind, text))];
  return findWithin(desk, own, text, named, accountTold(text) ?? text);
};

/** The same of a connected account. @throws SupportError `not_found` */
export const insistOnAccountWithin = async (
  desk: Pick<Desk, 'pool'>,
  own: readonly string[],
  accountId: string,
): Promise<void> => {
  const named = [subjectOf('connected_account', accountId)];
  await findWithin(desk, own, accountId, named, accountId);
};
