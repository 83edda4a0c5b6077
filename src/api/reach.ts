import type { Actor } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { insistOnAccountWithin, subjectWithin } from '../support/cases/within.ts';
import type { Desk } from '../support/desk.ts';
import { insistOnChangeWithin } from '../support/undo/within.ts';

/**
 * How far a route reaches, which says how a token that is limited to some Seam workspaces may use it:
 *
 * - `installation`: it tells of all of them, or acts on all: such a token may not.
 * - `connection`: on the subject that the path names, if that is in one of its workspaces.
 * - `account`: the same of a connected account.
 * - `change`: the same of the connection that a change in the audit log was made to.
 * - `list`: on the connections of the workspace that the query names.
 * - `messages`: on messages of its workspaces; the use case itself leaves out all others, which are in one order with them.
 * - `queue`: on the workspace that the body names by its id.
 * - `workspace`: on the workspace that the body names, through its Seam.
 */
export type Reach =
  | 'installation'
  | 'connection'
  | 'account'
  | 'change'
  | 'list'
  | 'messages'
  | 'queue'
  | 'workspace';

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
      const params = {
        ...(call.params as object),
        subject: await subjectWithin(desk, own, subject),
      };
      return { ...call, desk, params };
    }
    case 'account': {
      const { account_id: id } = call.params as { account_id: string };
      await insistOnAccountWithin(desk, own, id);
      return { ...call, desk };
    }
    case 'change': {
      const { audit_id: id } = call.params as { audit_id: string };
      await insistOnChangeWithin(desk, own, Number(id));
      return { ...call, desk };
    }
    case 'list': {
      const query = call.query as { workspace?: string };
      return { ...call, desk, query: { ...query, workspace: ownWorkspace(own, query.workspace) } };
    }
    case 'messages':
      return { ...call, desk };
    case 'queue': {
      const body = call.body as { workspace_id?: string | null };
      const workspace_id = ownWorkspace(own, body.workspace_id);
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

/** The one that is meant among a token's own. @param wanted null: all there are @throws SupportError */
const ownWorkspace = (own: readonly string[], wanted: string | null | undefined): string => {
  if (wanted === undefined) {
    const [only, ...others] = own;
    if (only !== undefined && others.length === 0) return only;
    throw invalid({ workspace: `Say which Seam workspace: one of ${own.join(', ')}.` });
  }
  if (wanted !== null && own.includes(wanted)) return wanted;
  throw new SupportError(
    'not_allowed',
    `This token is limited to the Seam workspaces ${own.join(', ')}.`,
  );
};
