import type { Candidate, LinkView } from '../../../support/links/view.ts';
import { PROPOSAL_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { accountCard, fact, nameOf } from './account-card.ts';

/** What somebody has asked for so far, and typed. */
export type LinkForm = Readonly<{
  /** Whom they look for; null: nobody yet. */
  find: string | null;
  found: readonly Candidate[];
  chosen: Candidate | null;
  why: string;
  /** By field, of a form that could not be taken. */
  faults: Readonly<Record<string, string>>;
}>;

const pathOf = ({ subject }: LinkView, query: Readonly<Record<string, string | undefined>> = {}) =>
  href(['connections', subject, 'link'], query);

/** Find a user, compare side by side, say why, link. */
export const linkPage = (visit: Visit, view: LinkView, form: LinkForm): Html => html`
  <p><a href="${href(['connections', view.subject])}">← Back to the case</a></p>
  <h1>${form.chosen === null ? 'Link to a user' : `Link to ${nameOf(form.chosen)}?`}</h1>
  ${faultsOf(form)}
  ${form.chosen === null ? choosing(view, form) : comparing(visit, view, form, form.chosen)}`;

const FIELD_IDS: Readonly<Record<string, string>> = { user_id: 'find', why: 'why' };

const faultsOf = ({ faults }: LinkForm): Html | null => {
  const entries = Object.entries(faults);
  if (entries.length === 0) return null;
  return html`<div class="fault" role="alert" id="faults">
    <p>Nothing has been linked yet:</p>
    <ul>${entries.map(
      ([field, fault]) =>
        html`<li><a href="${`#${FIELD_IDS[field] ?? 'main'}`}" id="${`${field}-fault`}">${fault}</a></li>`,
    )}</ul>
  </div>`;
};

const invalid = ({ faults }: LinkForm, field: string): Html | null =>
  Object.hasOwn(faults, field)
    ? html` aria-invalid="true" aria-describedby="${`${field}-fault`}"`
    : null;

const choosing = (view: LinkView, form: LinkForm): Html => html`
  <div class="sides">
    ${accountCard(view)}
    <section class="card" aria-labelledby="find-title">
      <h2 id="find-title">Find the user</h2>
      <form method="get" action="${pathOf(view)}" class="stack" role="search" aria-label="Users">
        <label for="find">User id, e-mail or name (or how it starts)</label>
        <input id="find" name="find" type="search" value="${form.find ?? ''}" autocomplete="off"
          maxlength="500"${invalid(form, 'user_id')}>
        <button type="submit" class="main">Find users</button>
      </form>
    </section>
  </div>
  ${form.find === null ? proposals(view) : found(view, form.find, form.found)}
  ${form.find !== null && form.found.length === 0 ? proposals(view) : null}`;

const proposals = (view: LinkView): Html | null =>
  view.proposals.length === 0
    ? null
    : html`<h2>Suggestions</h2>
      ${users(
        view,
        'Suggested users',
        view.proposals.map(({ user, because }) => ({
          user,
          why: because.map(each => PROPOSAL_WORDS[each]).join('; '),
        })),
        undefined,
      )}`;

const found = (view: LinkView, find: string, candidates: readonly Candidate[]): Html =>
  candidates.length === 0
    ? html`<p>None of our users has the id '${find}', or an e-mail or name that starts with it. Check for a typo.</p>`
    : html`<h2>Found</h2>
      ${users(
        view,
        `Users found for '${find}'`,
        candidates.map(user => ({ user, why: null })),
        find,
      )}`;

const users = (
  view: LinkView,
  caption: string,
  rows: readonly Readonly<{ user: Candidate; why: string | null }>[],
  find: string | undefined,
): Html => {
  const withWhy = rows.some(({ why }) => why !== null);
  return html`<div class="table wide" tabindex="0" role="region" aria-label="${caption}"><table>
    <caption class="hidden">${caption}</caption>
    <thead><tr>
      <th scope="col">Compare with</th><th scope="col">E-mail</th><th scope="col">Id</th>
      ${withWhy ? html`<th scope="col">Why</th>` : null}
      <th scope="col" class="number">Accounts linked</th>
    </tr></thead>
    <tbody>${rows.map(
      ({ user, why }) => html`<tr>
        <th scope="row">${
          user.id === view.user_id
            ? html`${nameOf(user)} <small>(linked now)</small>`
            : html`<a href="${pathOf(view, { user: user.id, find })}">${nameOf(user)}</a>`
        }</th>
        <td>${user.email}</td>
        <td><code>${user.id}</code></td>
        ${withWhy ? html`<td>${why}</td>` : null}
        <td class="number">${user.accounts}</td>
      </tr>`,
    )}</tbody>
  </table></div>`;
};

const isSameEmail = ({ account }: LinkView, { email }: Candidate): boolean =>
  email !== null && account?.emails.some(own => own.toLowerCase() === email.toLowerCase()) === true;

const userCard = (view: LinkView, user: Candidate): Html => {
  const sameness = isSameEmail(view, user)
    ? html` <span class="state good"><span aria-hidden="true">✓</span> same as the account’s</span>`
    : html` <span class="state warn"><span aria-hidden="true">!</span> different from the account’s</span>`;
  const isComparable = user.email !== null && (view.account?.emails ?? []).length > 0;
  const proposal = view.proposals.find(each => each.user.id === user.id);
  return html`<section class="card" aria-labelledby="user-title">
    <h2 id="user-title">The user</h2>
    <dl class="facts">
      ${fact('Name', user.name)}
      ${fact('E-mail', user.email === null ? null : html`${user.email}${isComparable ? sameness : null}`)}
      ${fact('Id', html`<code>${user.id}</code>`)}
      ${fact('Accounts linked', String(user.accounts))}
      ${proposal === undefined ? null : fact('Why suggested', proposal.because.map(each => PROPOSAL_WORDS[each]).join('; '))}
    </dl>
  </section>`;
};

const comparing = (visit: Visit, view: LinkView, form: LinkForm, user: Candidate): Html => html`
  <div class="sides">${accountCard(view)}${userCard(view, user)}</div>
  ${whatItDoes(view, user)}
  <form method="post" action="${pathOf(view)}" class="stack">
    ${formFields(visit)}
    <input type="hidden" name="user_id" value="${user.id}">
    <input type="hidden" name="seen" value="${view.user_id ?? ''}">
    <label for="why">Why? A note for whoever reviews this later (the ticket, who told you)</label>
    <textarea id="why" name="why" rows="3" required maxlength="2000"${invalid(form, 'why')}>${form.why}</textarea>
    <div class="row">
      ${button(visit, `Link to ${nameOf(user)}`, 'link', { kind: 'main' })}
      <a class="button" href="${pathOf(view, { find: form.find ?? undefined })}">Choose another user</a>
    </div>
  </form>`;

const whatItDoes = (view: LinkView, user: Candidate): Html => {
  const taken =
    view.user_id === null || view.user_id === user.id
      ? null
      : html` Its link to <code>${view.user_id}</code> ends.`;
  return html`<p>The account will be linked to ${nameOf(user)}, then checked again.${taken} ${howLong(view, user)}</p>`;
};

const howLong = ({ account }: LinkView, user: Candidate): Html | string => {
  const claimed = account?.claim.kind === 'named' ? account.claim.id : null;
  if (claimed === null) return 'The link stands until Seam names another user for the account.';
  if (claimed === user.id) return 'Seam names this user, too.';
  return html`The link stands even though Seam names <code>${claimed}</code>, until it names someone else.`;
};
