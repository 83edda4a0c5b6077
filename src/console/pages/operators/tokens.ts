import { SupportError } from '../../../access/errors.ts';
import { type ApiToken, createToken, listTokens, revokeToken } from '../../../operators/tokens.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { ago, when } from '../../view/words.ts';
import { operatorTabs, roleSelect } from './operators-list.ts';
import { secretShown } from './secret.ts';

type Faults = Readonly<Record<string, string>>;
/** Where the fields are on the page. */
const FIELDS = { name: 'name', role: 'role' };

type Given = Readonly<{ name: string; role: string; faults: Faults }>;
const EMPTY: Given = { name: '', role: 'viewer', faults: {} };

const row = (visit: Visit, token: ApiToken): Html => html`<tr>
  <th scope="row">${token.name} <small>(${token.id})</small></th>
  <td>${token.role}</td>
  <td>${when(token.created_at)} by ${token.created_by}</td>
  <td>${token.used_at === null ? 'Never' : ago(token.used_at)}</td>
  <td>${
    token.revoked_at === null
      ? html`<form method="post" action="${href(['tokens', token.id, 'revoke'])}">${formFields(visit)}${button(visit, `Revoke ${token.name}`, 'manage_tokens')}</form>`
      : html`<span class="state plain"><span aria-hidden="true">×</span> Revoked</span> ${when(token.revoked_at)}`
  }</td>
</tr>`;

const createForm = (visit: Visit, { name, role, faults }: Given): Html => html`
  <h2>Create a token</h2>
  <form method="post" action="${href(['tokens', 'create'])}" class="stack">
    ${formFields(visit)}
    <label for="name">What it is for</label>
    <input id="name" name="name" value="${name}" required maxlength="100" autocomplete="off"${fieldFault(faults, 'name', 'name')}>
    <label for="role">Role</label>
    ${roleSelect('role', role, faults)}
    ${button(visit, 'Create token', 'manage_tokens', { kind: 'main' })}
  </form>`;

const showAll = async (visit: Visit, given: Given = EMPTY): Promise<Reply> => {
  const tokens = await listTokens(visit.desk.pool);
  return page(
    'operators',
    'API tokens',
    html`<h1>API tokens</h1>
      ${operatorTabs('tokens')}
      ${errorSummary(given.faults, FIELDS)}
      ${
        tokens.length === 0
          ? html`<p>There are no tokens yet. A program that calls the API needs one.</p>`
          : html`<div class="table wide" tabindex="0" role="region" aria-label="API tokens">
        <table>
          <caption>Newest first. Revoked tokens no longer work.</caption>
          <thead><tr><th scope="col">What it is for</th><th scope="col">Role</th><th scope="col">Created</th><th scope="col">Last used</th><th scope="col">Revoke</th></tr></thead>
          <tbody>${tokens.map(token => row(visit, token))}</tbody>
        </table>
      </div>`
      }
      ${createForm(visit, given)}`,
    Object.keys(given.faults).length === 0 ? 200 : 422,
  );
};

/** The answer of the form: the secret is in no address, no notice and no table. */
const create = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const given = { name: form.get('name') ?? '', role: form.get('role') ?? '' };
  try {
    const { token, secret } = await createToken(desk.pool, actor, given);
    return page(
      'operators',
      'Token created',
      html`<h1>The token is created</h1>
        ${secretShown(`Token ${token.name}, role ${token.role}`, secret)}
        <p><a class="button" href="${href(['tokens'])}">Done: back to the tokens</a></p>`,
    );
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return showAll(visit, { ...given, faults: error.faults });
  }
};

export const TOKEN_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/tokens', needs: 'manage_tokens', handle: visit => showAll(visit) },
  { method: 'post', path: '/tokens/create', needs: 'manage_tokens', handle: create },
  {
    method: 'post',
    path: '/tokens/:id/revoke',
    needs: 'manage_tokens',
    handle: async ({ desk, actor, params }) => {
      const { id = '' } = params;
      if (!/^[1-9]\d{0,14}$/.test(id)) {
        throw new SupportError('not_found', `There is no token "${id}".`);
      }
      const token = await revokeToken(desk.pool, actor, Number(id));
      const text = `Token "${token.name}" is revoked and no longer works.`;
      return { kind: 'redirect', to: href(['tokens']), notice: { text } };
    },
  },
];
