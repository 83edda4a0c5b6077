import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { SUBJECT_KINDS, subjectOf } from '../model/subject.ts';
import { workspaceOf } from '../reconcile/workspace-of.ts';
import type { Desk } from '../support/desk.ts';

/**
 * How far a route reaches, which says how a token that is limited to some Seam workspaces may use it:
 *
 * - `installation`: it tells of all of them, or acts on all: such a token may not.
 * - `connection`: on the subject that the path names, if that is in one of its workspaces.
 * - `account`: the same of a connected account.
 * - `list`: on the connections of the workspace that the query names.
 * - `queue`: on the workspace that the body names by its id.
 * - `workspace`: on the workspace that the body names, through its Seam.
 */
export type Reach = 'installation' | 'connection' | 'account' | 'list' | 'queue' | 'workspace';

/** What of a call says which workspace it is about. */
type Call = Readonly<{ desk: Desk; params: unknown; query: unknown; body: unknown }>;

/**
 * A call within the workspaces of the token that makes it. What leads elsewhere isn't there for it: it learns nothing,
 * not even that there is something.
 *
 * @throws SupportError `not_allowed`, `not_found`, `invalid` where it has to say which workspace
 */
export const withinReach = async <Given extends Call>(
  { grant }: Actor,
  reach: Reach,
  call: Given,
): Promise<Given> => {
  const own = grant?.workspaces ?? null;
  if (own === null) return call;
  // Also for an account that nobody has heard of: the Seam of another workspace is not asked.
  const desk = { ...call.desk, seams: call.desk.seams.filter(({ id }) => isAmong(own, id)) };
  switch (reach) {
    case 'installation':
      throw new SupportError(
        'not_allowed',
        `This token is limited to the Seam workspaces ${own.join(', ')}; this request covers all of them.`,
      );
    case 'connection': {
      const { subject } = call.params as { subject: string };
      const params = { ...(call.params as object), subject: await ownSubject(desk, own, subject) };
      return { ...call, desk, params };
    }
    case 'account': {
      const { account_id: id } = call.params as { account_id: string };
      await ownSubject(desk, own, subjectOf('connected_account', id), id);
      return { ...call, desk };
    }
    case 'list': {
      const query = call.query as { workspace?: string };
      return { ...call, desk, query: { ...query, workspace: ownWorkspace(own, query.workspace) } };
    }
    case 'queue': {
      const body = call.body as { workspace_id?: string | null };
      const workspace_id = ownWorkspace(own, body.workspace_id ?? undefined);
      return { ...call, desk, body: { ...body, workspace_id } };
    }
    case 'workspace':
      if (desk.seams.length > 0) return { ...call, desk };
      throw new SupportError(
        'refused',
        'This process has no Seam API key for the workspaces of this token.',
      );
    default:
      return reach satisfies never;
  }
};

const isAmong = (own: readonly string[], id: string | null): boolean =>
  id !== null && own.includes(id);

/** The one that is meant among a token's own. @throws SupportError */
const ownWorkspace = (own: readonly string[], wanted: string | undefined): string => {
  if (wanted === undefined) {
    const [only, ...others] = own;
    if (only !== undefined && others.length === 0) return only;
    throw invalid({ workspace: `Say which Seam workspace: one of ${own.join(', ')}.` });
  }
  if (own.includes(wanted)) return wanted;
  throw new SupportError(
    'not_allowed',
    `This token is limited to the Seam workspaces ${own.join(', ')}.`,
  );
};

/** The subjects that are named, and the workspaces of all that is of the same account or webview. */
const FIND = `
  with named as (
    select subject, connected_account_id, connect_webview_id
      from reconciler.reconciliations where subject = any($1::text[])
  )
  select n.subject, ${workspaceOf('r')} as workspace_id
    from named n
    cross join lateral (
      select n.subject
      union select a.subject from reconciler.reconciliations a
             where a.connected_account_id = n.connected_account_id
      union select w.subject from reconciler.reconciliations w
             where w.connect_webview_id = n.connect_webview_id) s
    join reconciler.reconciliations r on r.subject = s.subject`;

/** The same for an account that is known by its webview only. */
const FIND_BY_ACCOUNT = `
  select r.subject, ${workspaceOf('r')} as workspace_id
    from reconciler.reconciliations r where r.connected_account_id = $1`;

type Found = Readonly<{ subject: string; workspace_id: string | null }>;

/**
 * The very subject that a text names: nothing that it leads to besides (a user's other connections, say), and only
 * where all of it is in workspaces of the token.
 *
 * @throws SupportError `not_found`, as for what there isn't
 */
const ownSubject = async (
  { pool }: Pick<Desk, 'pool'>,
  own: readonly string[],
  text: string,
  accountId: string | null = null,
): Promise<string> => {
  const named = [text, ...SUBJECT_KINDS.map(kind => subjectOf(kind, text))];
  const { rows } = await pool.query<Found>(FIND, [named]);
  const all = [...rows, ...(await ofAccount(pool, accountId))];
  const [first] = all;
  if (first === undefined || !all.every(row => isAmong(own, row.workspace_id))) {
    throw new SupportError('not_found', `No match for '${accountId ?? text}'.`);
  }
  return first.subject;
};

const ofAccount = async (pool: pg.Pool, accountId: string | null): Promise<readonly Found[]> =>
  accountId === null ? [] : (await pool.query<Found>(FIND_BY_ACCOUNT, [accountId])).rows;
