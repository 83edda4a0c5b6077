import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { linkByHand } from '../../../support/links/link.ts';
import { undoLink } from '../../../support/links/undo.ts';
import { type Candidate, findUser, findUsers, viewLink } from '../../../support/links/view.ts';
import { href } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { nameOf } from './account-card.ts';
import { type LinkForm, linkPage } from './link-page.ts';
import { UNLINK_ROUTES } from './unlink.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

const EMPTY: LinkForm = { find: null, found: [], chosen: null, why: '', faults: {} };

const show = async (visit: Visit, form: LinkForm, status = 200): Promise<Reply> => {
  const view = await viewLink(visit.desk, visit.actor, subjectOf(visit));
  const title = form.chosen === null ? 'Link to a user' : `Link to ${nameOf(form.chosen)}`;
  return page('connections', title, linkPage(visit, view, form), status);
};

const chooseUser = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, query } = visit;
  const find = query.get('find')?.trim() || null;
  const wanted = query.get('user');
  const chosen = wanted === null ? null : await findUser(desk, actor, wanted);
  if (wanted !== null && chosen === null) {
    const faults = { user_id: `None of our users has the id '${wanted}'.` };
    return show(visit, { ...EMPTY, find, faults }, 404);
  }
  const found = find === null || chosen !== null ? [] : await findUsers(desk, actor, find);
  return show(visit, { ...EMPTY, find, found, chosen });
};

const link = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const subject = subjectOf(visit);
  const userId = form.get('user_id') ?? '';
  const why = form.get('why') ?? '';
  const seen = form.get('seen');
  const seenUserId = seen === null ? undefined : seen || null;
  try {
    const { user_id, audit_id } = await linkByHand(desk, actor, subject, {
      userId,
      why,
      seenUserId,
    });
    const name = await labelOf(visit, user_id);
    const undo = {
      label: `Undo the link to ${name}`,
      path: href(['connections', subject, 'links', audit_id ?? 0, 'undo']),
    };
    const text = `Linked to ${name}. The check follows in a moment.`;
    return { kind: 'redirect', to: href(['connections', subject]), notice: { text, undo } };
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    const { faults } = error;
    const chosen = Object.hasOwn(faults, 'user_id')
      ? null
      : await findUser(desk, actor, userId.trim());
    return show(visit, { ...EMPTY, chosen, why, faults }, 422);
  }
};

const labelOf = async ({ desk, actor }: Visit, userId: string): Promise<string> => {
  const user: Pick<Candidate, 'id' | 'name'> | null = await findUser(desk, actor, userId);
  return nameOf(user ?? { id: userId, name: null });
};

const undo = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, params } = visit;
  const subject = subjectOf(visit);
  const to = href(['connections', subject]);
  try {
    const { user_id, former_user_id } = await undoLink(
      desk,
      actor,
      subject,
      auditIdOf(params.audit),
    );
    const what =
      former_user_id === null
        ? 'The unlinking'
        : `The link to ${await labelOf(visit, former_user_id)}`;
    const back =
      user_id === null ? 'no longer linked' : `linked to ${await labelOf(visit, user_id)} again`;
    const text = `${what} was undone. The account is ${back}.`;
    return { kind: 'redirect', to, notice: { text } };
  } catch (error) {
    if (!(error instanceof DoneBeforeError)) throw error;
    return {
      kind: 'redirect',
      to,
      notice: { text: 'This was already undone. Nothing was done twice.' },
    };
  }
};

/** @throws SupportError `not_found` */
const auditIdOf = (text: string | undefined): number => {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new SupportError(
    'not_found',
    `No link was made or ended by hand under the number ${text}.`,
  );
};

export const LINK_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/connections/:subject/link', needs: 'link', handle: chooseUser },
  { method: 'post', path: '/connections/:subject/link', needs: 'link', handle: link },
  {
    method: 'post',
    path: '/connections/:subject/links/:audit/undo',
    needs: 'link',
    handle: undo,
  },
  ...UNLINK_ROUTES,
];
