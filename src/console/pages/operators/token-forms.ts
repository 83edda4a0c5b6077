import { TO_BE_NAMED } from '../../../access/grant.ts';
import { LEAST_ROLES, type Permission } from '../../../access/permissions.ts';
import { PERMISSION_WORDS } from '../../../access/role-words.ts';
import { workspaceLabel } from '../../../config/workspaces.ts';
import type { ApiToken } from '../../../operators/token-record.ts';
import { fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { roleSelect } from './operators-list.ts';

type Faults = Readonly<Record<string, string>>;

/** What was typed to make a token, for when it comes back. */
export type Given = Readonly<{
  name: string;
  role: string;
  days: string;
  permissions: readonly string[];
  workspaces: readonly string[];
  faults: Faults;
}>;
export const EMPTY: Given = {
  name: '',
  role: 'viewer',
  days: '90',
  permissions: [],
  workspaces: [],
  faults: {},
};
/** Where the fields are on the page. */
export const FIELDS = {
  name: 'name',
  role: 'role',
  expires: 'days',
  permissions: 'permissions',
  workspaces: 'workspaces',
};

const DAYS = ['1', '7', '30', '90', '180', '365'];

const daysSelect = (chosen: string, faults: Faults): Html => html`
  <label for="days">Expires after</label>
  <select id="days" name="days"${fieldFault(faults, 'expires', 'days')}>
    ${DAYS.map(days => html`<option value="${days}"${days === chosen ? html` selected` : ''}>${days} ${days === '1' ? 'day' : 'days'}</option>`)}
  </select>`;

const choice = (name: string, value: string, label: string, chosen: readonly string[]): Html =>
  html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : ''}> ${label}</label>`;

/** `Add, change …` within a sentence. */
const inSentence = (permission: Permission): string => {
  const words = PERMISSION_WORDS[permission];
  return words.charAt(0).toLowerCase() + words.slice(1);
};

const permissionChoice = ({ permissions, faults }: Given): Html => html`
  <details id="permissions"${permissions.length > 0 || faults.permissions !== undefined ? html` open` : ''}>
    <summary>Only some permissions</summary>
    <fieldset${fieldFault(faults, 'permissions', 'permissions')}>
      <legend>Permissions</legend>
      <p><small>If none is selected, the token may do everything that its role may, except to ${TO_BE_NAMED.map(inSentence).join(', or to ')}.</small></p>
      ${(Object.keys(LEAST_ROLES) as Permission[]).map(each => choice('permission', each, `${PERMISSION_WORDS[each]} (${LEAST_ROLES[each]})`, permissions))}
    </fieldset>
  </details>`;

const workspaceChoice = ({ desk }: Visit, { workspaces, faults }: Given): Html | null => {
  const served = desk.config.workspaces;
  if (served.length < 2) return null;
  return html`<fieldset id="workspaces"${fieldFault(faults, 'workspaces', 'workspaces')}>
    <legend>Seam workspaces (none selected: all)</legend>
    ${served.map(({ id }) => choice('workspace', id ?? '', workspaceLabel(served, id) ?? '', workspaces))}
  </fieldset>`;
};

export const createForm = (visit: Visit, given: Given): Html => html`
  <h2>Create a token</h2>
  <p>It will be yours: it may never do more than you may, and ends when you are disabled.</p>
  <form method="post" action="${href(['tokens', 'create'])}" class="stack">
    ${formFields(visit)}
    <label for="name">What it is for</label>
    <input id="name" name="name" value="${given.name}" required maxlength="100" autocomplete="off"${fieldFault(given.faults, 'name', 'name')}>
    <label for="role">Role</label>
    ${roleSelect('role', given.role, given.faults)}
    ${daysSelect(given.days, given.faults)}
    ${workspaceChoice(visit, given)}
    ${permissionChoice(given)}
    ${button(visit, 'Create token', 'manage_tokens', { kind: 'main' })}
  </form>`;

const OVERLAPS = [
  ['0', 'at once: someone else may have it'],
  ['1', 'after 1 hour'],
  ['24', 'after 1 day'],
  ['168', 'after 7 days'],
] as const;

/** For its owner: whoever sees the new secret acts in their name. */
export const rotateForm = (visit: Visit, token: ApiToken): Html => html`
  <h2>Rotate</h2>
  ${
    token.owner_id === visit.session.operator.id
      ? html`<p>A new secret is shown once. The old one works on for a while, so that you can replace it without a break.</p>
        <form method="post" action="${href(['tokens', token.id, 'rotate'])}" class="stack">
          ${formFields(visit)}
          <label for="overlap">The old secret stops working</label>
          <select id="overlap" name="overlap">${OVERLAPS.map(([hours, label]) => html`<option value="${hours}"${hours === '24' ? html` selected` : ''}>${label}</option>`)}</select>
          ${daysSelect('90', {})}
          ${button(visit, `Rotate ${token.name}`, 'manage_tokens')}
        </form>`
      : html`<p>${
          token.owner === null
            ? 'It has no owner. Rotate it on the command line with --owner, or create a new token and revoke this one.'
            : `Only ${token.owner} can rotate it: its secret acts in their name. You can revoke it, and create one of your own.`
        }</p>`
  }`;

export const revokeForm = (visit: Visit, token: ApiToken): Html => html`
  <h2>No longer needed?</h2>
  <form method="post" action="${href(['tokens', token.id, 'revoke'])}">
    ${formFields(visit)}${button(visit, `Revoke ${token.name}`, 'manage_tokens', { kind: 'danger' })}
  </form>`;
