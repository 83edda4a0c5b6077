import { ruleInWords } from '../../../support/cases/named-twice.ts';
import type { AccountToLink, Candidate } from '../../../support/links/view.ts';
import { ACCOUNT_STATE_WORDS, LINKED_BY_WORDS } from '../../../support/words/words.ts';
import { type Html, html } from '../../view/html.ts';

/* What the pages for linking and unlinking show alike. */

export const nameOf = ({ id, name }: Pick<Candidate, 'id' | 'name'>): string => name ?? id;

export const fact = (term: string, value: Html | string | null): Html =>
  html`<dt>${term}</dt><dd>${value ?? html`<span class="faint">none</span>`}</dd>`;

const claimOf = ({ account }: AccountToLink): Html | string => {
  if (account === null) return 'unknown: Seam hasn’t shown the account yet';
  const { claim } = account;
  switch (claim.kind) {
    case 'missing':
      return 'no user id';
    case 'invalid':
      return `no usable id: ${claim.why}`;
    case 'named':
      return html`<code>${claim.id}</code> (from ${claim.rule.includes('.metadata.') ? `the ${claim.by}` : ruleInWords(claim.rule)})`;
    default:
      return claim satisfies never;
  }
};

const linkedTo = ({ user_id, linked_by }: AccountToLink): Html | string =>
  user_id === null
    ? 'no one'
    : html`<code>${user_id}</code>${linked_by === null ? null : ` (${LINKED_BY_WORDS[linked_by]})`}`;

/** The account, side by side with the user. */
export const accountCard = (view: AccountToLink): Html => {
  const { account } = view;
  const state = account?.state ?? null;
  return html`<section class="card" aria-labelledby="account-title">
    <h2 id="account-title">The account</h2>
    <dl class="facts">
      ${fact('Kind', account?.type ?? null)}
      ${fact(account?.identifier?.includes('@') === true ? 'E-mail' : 'Signs in as', account?.identifier ?? null)}
      ${account?.display_name === account?.identifier ? null : fact('Name', account?.display_name ?? null)}
      ${fact('Seam names', claimOf(view))}
      ${fact('Linked to', linkedTo(view))}
      ${fact('State', state === null ? null : ACCOUNT_STATE_WORDS[state])}
      ${fact('Account', html`<code>${view.connected_account_id}</code>`)}
      ${fact(
        view.connect_webview_ids.length > 1 ? 'Webviews' : 'Webview',
        view.connect_webview_ids.length === 0
          ? null
          : html`${view.connect_webview_ids.map(id => html`<code>${id}</code> `)}`,
      )}
    </dl>
  </section>`;
};
