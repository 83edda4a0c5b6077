import { ownPath } from '../../http/mount.ts';
import type { Draft } from '../../support/drafts/drafts.ts';
import { draftsIn, dropDrafts, keepDraft, PAGE } from '../../support/drafts/drafts.ts';
import type { Reply, Visit } from '../view/route.ts';
import { fieldsOf, typedIn } from './fields.ts';
import { formKeyOf } from './form-key.ts';
import { isOfForm, refill, type TypedForm, typedFormsIn } from './refill.ts';
import { draftNote } from './words.ts';

/** Where several forms of a page are called the same, the one that this was typed into; else the only one. */
export const isMeant = (
  all: readonly TypedForm[],
  form: TypedForm,
  fields: Draft['fields'],
): boolean => all.filter(({ key }) => key === form.key).length === 1 || isOfForm(form, fields);

const isRefused = (reply: Reply): boolean => reply.kind === 'page' && (reply.status ?? 200) >= 400;

/** What a form that was sent is called; null where it isn't one that is kept. */
const keyOf = ({ url }: Visit): string | null => formKeyOf(url);

/** Keeps what was typed into a form that came to nothing. @param page the page that it was typed on */
export const keepTyped = async (visit: Visit, page: string): Promise<void> => {
  const key = keyOf(visit);
  if (key === null || typedIn(visit.form).length === 0) return;
  const fields = { ...fieldsOf(visit.form), [PAGE]: ownPath(page) ?? page };
  const { pool } = visit.desk;
  await keepDraft(pool, visit.session.operator.id, { form: key, fields, once: null });
};

/** What was sent is no draft any more. */
export const dropTyped = async (visit: Visit): Promise<void> => {
  const key = keyOf(visit);
  if (key !== null) await dropDrafts(visit.desk.pool, visit.session.operator.id, [key]);
};

/**
 * An answer whose forms say what they are called, and have in them what was typed before: of a form that is shown again
 * because something is wrong with it, what was sent; else the operator's draft.
 */
export const withTyped = async (visit: Visit, reply: Reply): Promise<Reply> => {
  if (reply.kind !== 'page') return reply;
  const forms = typedFormsIn(reply.body.toString());
  if (forms.length === 0) return reply;
  const sentKey = isRefused(reply) && typedIn(visit.form).length > 0 ? keyOf(visit) : null;
  const sent = sentKey === null ? null : { key: sentKey, fields: fieldsOf(visit.form) };
  const keys = forms.map(({ key }) => key).filter(key => key !== sent?.key);
  const drafts = await draftsIn(visit.desk.pool, visit.session.operator.id, keys);
  const body = refill(reply.body, form => {
    if (form.key === sent?.key) {
      const { fields } = sent;
      return isMeant(forms, form, fields) ? { fields, note: null, tellsSaved: false } : null;
    }
    const draft = drafts.get(form.key);
    if (draft === undefined || !isMeant(forms, form, draft.fields)) return null;
    return { fields: draft.fields, note: draftNote(draft), tellsSaved: false };
  });
  return { ...reply, body };
};

/** After a form was handled: what was typed is kept where it came to nothing, and gone where it was sent. */
export const settleTyped = async (visit: Visit, reply: Reply, page: string): Promise<void> => {
  if (isRefused(reply)) await keepTyped(visit, page);
  else await dropTyped(visit);
};
