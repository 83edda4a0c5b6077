import { SupportError } from '../../../access/errors.ts';
import { revokeToken } from '../../../operators/revoke-tokens.ts';
import { isOpen, listTokens, readToken } from '../../../operators/token-record.ts';
import { workspacesNamed } from '../../../operators/token-rights.ts';
import { createToken, type NewSecret, rotateToken } from '../../../operators/tokens.ts';
import { errorSummary } from '../../view/form-faults.ts';
import { href, html } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { operatorTabs } from './operators-list.ts';
import { secretShown } from './secret.ts';
import { createForm, EMPTY, FIELDS, type Given, revokeForm, rotateForm } from './token-forms.ts';
import { tokenFacts, tokenTable } from './token-parts.ts';

const showAll = async (visit: Visit, given: Given = EMPTY): Promise<Reply> => {
  const tokens = await listTokens(visit.desk.pool);
  const caption = 'Newest first. Select a name to rotate or revoke it.';
  return page(
    'operators',
    'API tokens',
    html`<h1>API tokens</h1>
      ${operatorTabs('tokens')}
      ${errorSummary(given.faults, FIELDS)}
      ${
        tokens.length === 0
          ? html`<p>There are no tokens yet. A program that calls the API needs one.</p>`
          : tokenTable(visit, tokens, { caption, withLinks: true })
      }
      ${createForm(visit, given)}`,
    Object.keys(given.faults).length === 0 ? 200 : 422,
  );
};

/** @throws SupportError `not_found` for what is no number of a token */
const idOf = ({ params }: Visit): number => {
  const { id = '' } = params;
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `There is no token "${id}".`);
};

/** One token, and what can be done with it. */
const showOne = async (visit: Visit): Promise<Reply> => {
  const token = await readToken(visit.desk.pool, idOf(visit));
  const canRotate = isOpen(token) || token.state === 'expired';
  return page(
    'operators',
    token.name,
    html`<h1>${token.name}</h1>
      ${operatorTabs('tokens')}
      ${tokenFacts(visit, token)}
      ${canRotate ? rotateForm(visit, token) : ''}
      ${token.revoked_at === null ? revokeForm(visit, token) : ''}`,
  );
};

/** The answer of the form: the secret is in no address, no notice and no table. */
const shown = ({ token, secret }: NewSecret, title: string): Reply =>
  page(
    'operators',
    title,
    html`<h1>${title}</h1>
      ${secretShown(`Token ${token.name}, role ${token.role}`, secret)}
      <p>It expires ${when(token.expires_at)}.${
        token.old_secret_until === null
          ? ''
          : html` The old secret works until ${when(token.old_secret_until)}.`
      }</p>
      <p><a class="button" href="${href(['tokens'])}">Done: back to the tokens</a></p>`,
  );

const HOURS_A_DAY = 24;
/** @returns NaN, which nothing accepts, for what is no number */
const wholeNumber = (text: string | null): number =>
  /^\d{1,6}$/.test(text ?? '') ? Number(text) : NaN;

const create = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const given = {
    name: form.get('name') ?? '',
    role: form.get('role') ?? '',
    days: form.get('days') ?? EMPTY.days,
    permissions: form.getAll('permission'),
    workspaces: form.getAll('workspace'),
  };
  const { name, role, permissions, workspaces } = given;
  try {
    const made = await createToken(desk.pool, actor, {
      name,
      role,
      permissions: permissions.length === 0 ? null : permissions,
      workspaces: workspacesNamed(
        desk.config.workspaces,
        workspaces.length === 0 ? undefined : workspaces,
      ),
      lifetimeHours: wholeNumber(given.days) * HOURS_A_DAY,
    });
    return shown(made, 'The token is created');
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return showAll(visit, { ...given, faults: error.faults });
  }
};

export const TOKEN_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/tokens', needs: 'manage_tokens', handle: visit => showAll(visit) },
  { method: 'get', path: '/tokens/:id', needs: 'manage_tokens', handle: showOne },
  { method: 'post', path: '/tokens/create', needs: 'manage_tokens', handle: create },
  {
    method: 'post',
    path: '/tokens/:id/rotate',
    needs: 'manage_tokens',
    handle: async visit => {
      const { desk, actor, form } = visit;
      const made = await rotateToken(desk.pool, actor, idOf(visit), {
        overlapHours: wholeNumber(form.get('overlap') ?? '24'),
        lifetimeHours: wholeNumber(form.get('days') ?? EMPTY.days) * HOURS_A_DAY,
      });
      return shown(made, 'The token has a new secret');
    },
  },
  {
    method: 'post',
    path: '/tokens/:id/revoke',
    needs: 'manage_tokens',
    handle: async visit => {
      const token = await revokeToken(visit.desk.pool, visit.actor, idOf(visit));
      const text = `Token "${token.name}" is revoked and no longer works.`;
      return { kind: 'redirect', to: href(['tokens']), notice: { text } };
    },
  },
];
