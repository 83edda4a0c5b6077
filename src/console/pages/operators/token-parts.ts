import type { Permission } from '../../../access/permissions.ts';
import { PERMISSION_WORDS } from '../../../access/role-words.ts';
import { workspaceLabel } from '../../../config/workspaces.ts';
import type { ApiToken } from '../../../operators/token-record.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { ago, ahead, mark, when } from '../../view/words.ts';

/* What the pages that show tokens have in common. */

/** How a token stands, and until when it works. */
const tokenStanding = (token: ApiToken): Html => {
  switch (token.state) {
    case 'active':
      return html`${mark('good', '✓', 'Active')} expires ${ahead(token.expires_at)}`;
    case 'expiring':
      return html`${mark('warn', '!', 'Expires soon:')} ${ahead(token.expires_at)}`;
    case 'expired':
      return html`${mark('plain', '×', 'Expired')} ${ago(token.expires_at)}`;
    case 'revoked':
      return html`${mark('plain', '×', 'Revoked')} ${token.revoked_at === null ? '' : when(token.revoked_at)}`;
    case 'owner_disabled':
      return mark('plain', '×', 'Ended: its owner is disabled');
    default:
      return token.state satisfies never;
  }
};

/** Whose it is; of those from before tokens had owners: no one's. */
const tokenOwner = ({ owner, owner_id }: ApiToken): Html =>
  owner_id === null
    ? mark('warn', '!', 'No owner')
    : html`<a href="${href(['operators', owner_id])}">${owner}</a>`;

/** More of them than this are told on the token's own page. */
const MOST_TOLD = 4;

const permissionWords = (permissions: readonly Permission[], isWhole: boolean): string =>
  isWhole || permissions.length <= MOST_TOLD
    ? permissions.map(each => PERMISSION_WORDS[each]).join('; ')
    : `${permissions.length} permissions`;

/** What it may do. @param isWhole whether each of many permissions is told */
const tokenRights = ({ desk }: Visit, token: ApiToken, isWhole: boolean): Html => {
  const { role, effective_role: effective, permissions, workspaces } = token;
  const labels = workspaces?.map(id => workspaceLabel(desk.config.workspaces, id));
  return html`${effective}${
    role === effective ? '' : html` <small>(made for ${role}; its owner may no more)</small>`
  }${
    permissions === null
      ? ''
      : html`<br><small>only: ${permissionWords(permissions, isWhole)}</small>`
  }${labels === undefined ? '' : html`<br><small>in ${labels.join(', ')}</small>`}`;
};

const used = ({ used_at }: ApiToken): Html => (used_at === null ? html`Never` : ago(used_at));

/** A line for each token. @param withLinks for whoever may open a token's page */
export const tokenTable = (
  visit: Visit,
  tokens: readonly ApiToken[],
  { caption, withLinks }: { caption: string; withLinks: boolean },
): Html => html`
  <div class="table wide" tabindex="0" role="region" aria-label="API tokens">
    <table>
      <caption>${caption}</caption>
      <thead><tr><th scope="col">What it is for</th><th scope="col">Owner</th><th scope="col">May</th><th scope="col">State</th><th scope="col">Last used</th></tr></thead>
      <tbody>${tokens.map(
        token => html`<tr>
          <th scope="row">${withLinks ? html`<a href="${href(['tokens', token.id])}">${token.name}</a>` : token.name} <small>(${token.id})</small></th>
          <td>${withLinks ? tokenOwner(token) : (token.owner ?? 'No owner')}</td>
          <td>${tokenRights(visit, token, false)}</td>
          <td>${tokenStanding(token)}${
            token.old_secret_until === null
              ? ''
              : html`<br><small>old secret works until ${when(token.old_secret_until)}</small>`
          }</td>
          <td>${used(token)}</td>
        </tr>`,
      )}</tbody>
    </table>
  </div>`;

/** All that is known of one. */
export const tokenFacts = (visit: Visit, token: ApiToken): Html => html`
  <dl class="facts">
    <dt>State</dt><dd>${tokenStanding(token)}</dd>
    <dt>Owner</dt><dd>${tokenOwner(token)}</dd>
    <dt>May</dt><dd>${tokenRights(visit, token, true)}</dd>
    <dt>Expires</dt><dd>${when(token.expires_at)}</dd>
    <dt>Last used</dt><dd>${used(token)}</dd>
    <dt>Created</dt><dd>${when(token.created_at)} by ${token.created_by}</dd>
    ${
      token.old_secret_until === null
        ? ''
        : html`<dt>Old secret</dt><dd>works until ${when(token.old_secret_until)}; last used ${
            token.old_secret_used_at === null ? 'never' : ago(token.old_secret_used_at)
          }</dd>`
    }
  </dl>`;
