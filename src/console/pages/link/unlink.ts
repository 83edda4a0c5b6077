import { SupportError } from '../../../access/errors.ts';
import { unlinkByHand } from '../../../support/links/unlink.ts';
import { findUser, type UnlinkView, viewUnlink } from '../../../support/links/view.ts';
import { UNLINKED_UNTIL } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { type Fault, faultSummary, noteField } from '../case/case-forms.ts';
import { accountCard, fact, nameOf } from './account-card.ts';

const subjectOf = ({ params }: Visit): string => params.subject ?? '';

const whose = ({ user, user_id }: UnlinkView): string =>
  nameOf(user ?? { id: user_id, name: null });

/** The account and whose it is, what will happen, and why. */
const form = (visit: Visit, view: UnlinkView, fault?: Fault): Html => html`
  <p><a href="${href(['connections', view.subject])}">← Back to the case</a></p>
  <h1>Unlink from ${whose(view)}?</h1>
  ${fault === undefined ? '' : faultSummary('why', fault)}
  <div class="sides">${accountCard(view)}${userCard(view)}</div>
  <p>The account’s link to ${whose(view)} ends, so that it belongs to no one, and the account is checked again. ${UNLINKED_UNTIL}</p>
  <p>In Seam nothing changes. If the metadata there names the wrong user, someone on call can correct it with “Change metadata in Seam…” on the case.</p>
  <form method="post" action="${href(['connections', view.subject, 'unlink'])}" class="stack">
    ${formFields(visit)}
    <input type="hidden" name="seen" value="${view.user_id}">
    ${noteField({ id: 'why', name: 'why', label: 'Why?', hint: 'Kept as a note on the case, with your name: the ticket, who told you.' }, fault)}
    <div class="row">${button(visit, `Unlink from ${whose(view)}`, 'link', { kind: 'main' })}
      <a class="button" href="${href(['connections', view.subject])}">Cancel</a></div>
  </form>`;

const userCard = (
  view: UnlinkView,
): Html => html`<section class="card" aria-labelledby="user-title">
  <h2 id="user-title">The user</h2>
  <dl class="facts">
    ${fact('Name', view.user?.name ?? null)}
    ${fact('E-mail', view.user?.email ?? null)}
    ${fact('Id', html`<code>${view.user_id}</code>`)}
    ${view.user === null ? html`<dt>Note</dt><dd>None of our users has this id any more.</dd>` : ''}
  </dl>
</section>`;

const show = async (visit: Visit, fault?: Fault): Promise<Reply> => {
  const view = await viewUnlink(visit.desk, visit.actor, subjectOf(visit));
  const status = fault === undefined ? 200 : 422;
  return page('connections', `Unlink from ${whose(view)}`, form(visit, view, fault), status);
};

const unlink = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form: given } = visit;
  const subject = subjectOf(visit);
  const why = given.get('why') ?? '';
  const seenUserId = given.get('seen') ?? undefined;
  try {
    const { former_user_id: from, audit_id } = await unlinkByHand(desk, actor, subject, {
      why,
      seenUserId,
    });
    const name = nameOf((await findUser(desk, actor, from)) ?? { id: from, name: null });
    const undo = {
      label: 'Undo the unlinking',
      path: href(['connections', subject, 'links', audit_id ?? 0, 'undo']),
    };
    const text = `Unlinked from ${name}. The check follows in a moment.`;
    return { kind: 'redirect', to: href(['connections', subject]), notice: { text, undo } };
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return show(visit, { message: error.faults.why ?? error.message, text: why });
  }
};

export const UNLINK_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/unlink',
    needs: 'link',
    handle: visit => show(visit),
  },
  { method: 'post', path: '/connections/:subject/unlink', needs: 'link', handle: unlink },
];
