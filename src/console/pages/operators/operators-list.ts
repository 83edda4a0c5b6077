import { LEAST_ROLES, mayRole, type Permission, ROLES } from '../../../access/permissions.ts';
import { PERMISSION_WORDS, ROLE_WORDS } from '../../../access/role-words.ts';
import type { Operator } from '../../../operators/operators.ts';
import { SHORTEST_PASSWORD } from '../../../operators/password.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';

type Faults = Readonly<Record<string, string>>;
/** Where the fields are on the page. */
const FIELDS = { name: 'name', role: 'role', password: 'password' };

/** What was typed, for when it comes back; never a password. */
export type AddForm = Readonly<{
  name: string;
  role: string;
  with: 'link' | 'password';
  faults: Faults;
}>;
export const EMPTY: AddForm = { name: '', role: 'support', with: 'link', faults: {} };

/** Operators and tokens belong together: who may come in, in person or as a program. */
export const operatorTabs = (current: 'operators' | 'tokens'): Html => html`
  <nav class="tabs" aria-label="Who has access"><ul>
    <li><a href="${href(['operators'])}"${current === 'operators' ? html` aria-current="page"` : ''}>People</a></li>
    <li><a href="${href(['tokens'])}"${current === 'tokens' ? html` aria-current="page"` : ''}>API tokens</a></li>
  </ul></nav>`;

export const SIGN_IN_WORDS = {
  password: 'Password',
  openid_connect: 'Company account',
  nothing_yet: 'Link only, no password yet',
} as const satisfies Record<Operator['signs_in_with'], string>;

export const standingOf = ({ disabled_at }: Pick<Operator, 'disabled_at'>): Html =>
  disabled_at === null
    ? html`<span class="state good"><span aria-hidden="true">✓</span> Active</span>`
    : html`<span class="state plain"><span aria-hidden="true">×</span> Disabled</span>`;

const row = (operator: Operator, ownId: number): Html => html`<tr>
  <th scope="row"><a href="${href(['operators', operator.id])}">${operator.name}</a>${operator.id === ownId ? html` <small>(you)</small>` : ''}</th>
  <td>${operator.role}</td>
  <td>${standingOf(operator)}</td>
  <td>${SIGN_IN_WORDS[operator.signs_in_with]}</td>
  <td>${operator.last_seen_at === null ? 'Never' : ago(operator.last_seen_at)}</td>
</tr>`;

/** A choice of roles, each with what it may do. */
export const roleSelect = (id: string, chosen: string, faults: Faults = {}): Html => html`
  <select id="${id}" name="role"${fieldFault(faults, 'role', 'role')}>
    ${ROLES.map(
      role =>
        html`<option value="${role}"${role === chosen ? html` selected` : ''}>${role}: ${ROLE_WORDS[role]}</option>`,
    )}
  </select>`;

const addForm = (visit: Visit, { faults, ...given }: AddForm): Html => html`
  <h2 id="add">Add an operator</h2>
  <form method="post" action="${href(['operators', 'add'])}" class="stack">
    ${formFields(visit)}
    <label for="name">Name</label>
    <input id="name" name="name" value="${given.name}" required maxlength="100" autocomplete="off"${fieldFault(faults, 'name', 'name')}>
    <label for="role">Role</label>
    ${roleSelect('role', given.role, faults)}
    <fieldset>
      <legend>First sign-in with</legend>
      <label class="choice"><input type="radio" name="with" value="link"${given.with === 'link' ? html` checked` : ''}> a link that works once, and lets them choose a password</label>
      <label class="choice"><input type="radio" name="with" value="password"${given.with === 'password' ? html` checked` : ''}> a password that you give them:</label>
      <label for="password">Password (at least ${SHORTEST_PASSWORD} characters)</label>
      <input id="password" name="password" type="password" autocomplete="new-password" maxlength="200"${fieldFault(faults, 'password', 'password')}>
    </fieldset>
    ${button(visit, 'Add operator', 'manage_operators', { kind: 'main' })}
  </form>`;

const COMPANY_ADDS = html`
  <h2 id="add">Add an operator</h2>
  <p>Passwords are switched off: whoever is in one of your company’s groups that have a role here becomes an operator when they first sign in.</p>`;

const mark = (may: boolean): Html =>
  may
    ? html`<span aria-hidden="true">✓</span><span class="hidden">yes</span>`
    : html`<span aria-hidden="true">–</span><span class="hidden">no</span>`;

/** Told from the very table that the server goes by. */
const permissionTable = (): Html => html`
  <details>
    <summary>What each role can do</summary>
    <div class="table" tabindex="0" role="region" aria-label="What each role can do">
      <table>
        <caption class="hidden">What each role can do</caption>
        <thead><tr><th scope="col">Action</th>${ROLES.map(role => html`<th scope="col">${role}</th>`)}</tr></thead>
        <tbody>${(Object.keys(LEAST_ROLES) as Permission[]).map(
          permission =>
            html`<tr><th scope="row">${PERMISSION_WORDS[permission]}</th>${ROLES.map(role => html`<td>${mark(mayRole(role, permission))}</td>`)}</tr>`,
        )}</tbody>
      </table>
    </div>
  </details>`;

export const operatorsPage = (
  visit: Visit,
  operators: readonly Operator[],
  given: AddForm,
): Reply => {
  const isFaulty = Object.keys(given.faults).length > 0;
  return page(
    'operators',
    'Operators',
    html`<h1>Operators</h1>
      ${operatorTabs('operators')}
      ${errorSummary(given.faults, FIELDS)}
      <div class="table wide" tabindex="0" role="region" aria-label="Operators">
        <table>
          <caption>${operators.length} ${operators.length === 1 ? 'person' : 'people'}. Select a name to change it.</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">State</th><th scope="col">Signs in with</th><th scope="col">Last seen</th></tr></thead>
          <tbody>${operators.map(operator => row(operator, visit.session.operator.id))}</tbody>
        </table>
      </div>
      ${permissionTable()}
      ${visit.desk.config.hasPasswords ? addForm(visit, given) : COMPANY_ADDS}`,
    isFaulty ? 422 : 200,
  );
};
