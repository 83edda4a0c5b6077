import { ROLE_WORDS } from '../../../access/role-words.ts';
import type { OpenSession } from '../../../operators/open-sessions.ts';
import type { Operator } from '../../../operators/operators.ts';
import type { Passkey } from '../../../operators/passkeys/passkeys.ts';
import type { ApiToken } from '../../../operators/token-record.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { ago, when } from '../../view/words.ts';
import { operatorTabs, roleSelect, SIGN_IN_WORDS, standingOf } from './operators-list.ts';
import { passkeyTable } from './passkeys-page.ts';
import { sessionsTable } from './sessions-table.ts';
import { tokenTable } from './token-parts.ts';

const form = (visit: Visit, { id }: Operator, action: string, fields: Html): Html => html`
  <form method="post" action="${href(['operators', id, action])}" class="stack">
    ${formFields(visit)}${fields}
  </form>`;

const rolePart = (visit: Visit, operator: Operator): Html => html`
  <h2>Role</h2>
  ${
    operator.signs_in_with === 'openid_connect'
      ? html`<p>Their groups at your company’s identity provider set their role each time they sign in. A change here lasts until then.</p>`
      : ''
  }
  ${form(
    visit,
    operator,
    'role',
    html`<label for="role">Role of ${operator.name}</label>
      ${roleSelect('role', operator.role)}
      ${button(visit, `Change role of ${operator.name}`, 'manage_operators')}`,
  )}`;

const linkPart = (visit: Visit, operator: Operator): Html => html`
  <h2>Lost password</h2>
  <p>A new link signs ${operator.name} in once. ${
    operator.signs_in_with === 'password' ? 'Their current password stops working, and ' : ''
  }${operator.signs_in_with === 'password' ? 'they' : 'They'} are signed out everywhere.</p>
  ${form(visit, operator, 'link', button(visit, `Create a sign-in link for ${operator.name}`, 'manage_operators'))}`;

const passkeysPart = (
  visit: Visit,
  operator: Operator,
  passkeys: readonly Passkey[],
): Html | null =>
  passkeys.length === 0
    ? null
    : html`
  <h2 id="passkeys">Passkeys</h2>
  ${passkeyTable(`Passkeys of ${operator.name}`, passkeys)}
  <p>If ${operator.name} has lost them: once they are removed, ${
    operator.signs_in_with === 'password'
      ? 'the password alone signs them in again'
      : 'a sign-in link is the only way in'
  }, and they are signed out everywhere.</p>
  ${form(
    visit,
    operator,
    'remove-passkeys',
    button(visit, `Remove all passkeys of ${operator.name}`, 'manage_operators', {
      kind: 'danger',
    }),
  )}`;

const sessionsPart = (
  visit: Visit,
  operator: Operator,
  sessions: readonly OpenSession[],
): Html => html`
  <h2 id="sessions">Open sessions</h2>
  ${
    sessions.length === 0
      ? html`<p>None: ${operator.name} isn’t signed in.</p>`
      : sessionsTable(`Open sessions of ${operator.name}`, sessions)
  }
  <p>Signing them out ends their sessions and any sign-in link that wasn’t used yet. They can sign in again; disable them to keep them out.</p>
  ${form(visit, operator, 'sign-out', button(visit, `Sign ${operator.name} out everywhere`, 'manage_operators'))}`;

const disablePart = (visit: Visit, operator: Operator): Html => html`
  <h2>No longer here?</h2>
  <p>A disabled operator is signed out everywhere at once and can’t sign in, and their API tokens are revoked. What they did stays in the audit log under their name.</p>
  ${form(
    visit,
    operator,
    'disable',
    button(visit, `Disable ${operator.name}`, 'manage_operators', { kind: 'danger' }),
  )}`;

const enablePart = (visit: Visit, operator: Operator): Html => html`
  <h2>Disabled</h2>
  ${form(
    visit,
    operator,
    'enable',
    button(visit, `Enable ${operator.name}`, 'manage_operators', { kind: 'main' }),
  )}`;

/** What programs hold in their name. */
const tokensPart = (visit: Visit, { name }: Operator, tokens: readonly ApiToken[]): Html => html`
  <h2>API tokens</h2>
  ${
    tokens.length === 0
      ? html`<p>There are none of ${name}.</p>`
      : tokenTable(visit, tokens, {
          caption: `They may never do more than ${name} may. Select a name to rotate or revoke it.`,
          withLinks: true,
        })
  }`;

/** One operator, and what can be changed. */
export const operatorPage = (
  visit: Visit,
  operator: Operator,
  {
    tokens,
    sessions,
    passkeys,
  }: Readonly<{
    tokens: readonly ApiToken[];
    sessions: readonly OpenSession[];
    passkeys: readonly Passkey[];
  }>,
): Reply =>
  page(
    'operators',
    operator.name,
    html`<h1>${operator.name}</h1>
      ${operatorTabs('operators')}
      <dl class="facts">
        <dt>State</dt><dd>${standingOf(operator)}${operator.disabled_at === null ? '' : html` since ${when(operator.disabled_at)}`}</dd>
        <dt>Role</dt><dd>${operator.role}: ${ROLE_WORDS[operator.role]}</dd>
        <dt>Signs in with</dt><dd>${SIGN_IN_WORDS[operator.signs_in_with]}</dd>
        <dt>Last seen</dt><dd>${operator.last_seen_at === null ? 'Never' : ago(operator.last_seen_at)}</dd>
        <dt>Added</dt><dd>${when(operator.created_at)}</dd>
      </dl>
      ${
        operator.disabled_at === null
          ? html`${rolePart(visit, operator)}${visit.desk.config.hasPasswords ? linkPart(visit, operator) : ''}${passkeysPart(visit, operator, passkeys)}${sessionsPart(visit, operator, sessions)}${disablePart(visit, operator)}`
          : enablePart(visit, operator)
      }
      ${tokensPart(visit, operator, tokens)}`,
  );
