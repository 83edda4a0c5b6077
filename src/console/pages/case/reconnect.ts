import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { SeamError } from '../../../seam/errors.ts';
import {
  endedByHand,
  type Reconnectable,
  type Reconnection,
  readReconnectable,
  reconnectWebview,
  whose,
} from '../../../support/accounts/reconnect.ts';
import { readCase } from '../../../support/cases/case.ts';
import { chooseSeamOf } from '../../../support/cases/choose-workspace.ts';
import type { Case } from '../../../support/cases/types.ts';
import { ACCOUNT_STATE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { created, refusedBySeam } from '../webview.ts';

const TITLE = 'Send a new webview';

type Asked = Readonly<{ found: Case; known: Reconnectable; accountId: string }>;

/** @throws SupportError `not_found`; `refused` where there is nothing to reconnect */
const read = async ({ desk, actor, params }: Visit): Promise<Asked> => {
  const found = await readCase(desk, actor, params.subject ?? '');
  const accountId = found.connected_account_id;
  if (accountId === null) {
    throw new SupportError(
      'refused',
      'No account is known here yet, so there is none to reconnect.',
    );
  }
  const known = await readReconnectable(desk.db, accountId);
  if (known.isEndedByHand) throw new SupportError('refused', endedByHand(accountId));
  if (known.userId === null) throw new SupportError('refused', whose(accountId));
  return { found, known, accountId };
};

const asking = (visit: Visit, { found, known, accountId }: Asked, fault?: string): Reply => {
  const { account, user } = found;
  const name = user?.user_id === known.userId ? user.name : null;
  const body = html`
    <p><a href="${href(['connections', found.case])}">← Back to the case</a></p>
    <h1>${TITLE}</h1>
    ${fault === undefined ? '' : html`<div class="fault" role="alert"><p>No webview was created: ${fault}</p></div>`}
    <p>Its user opens it and signs in again, so that Seam can reach the account. The webview carries all the metadata that the account has, and the account stays linked to the same user.</p>
    <dl class="facts">
      <dt>Account</dt><dd>${[account?.type, account?.display_name].filter(Boolean).join(', ')} <code>${accountId}</code></dd>
      ${account === null ? '' : html`<dt>Its state</dt><dd>${ACCOUNT_STATE_WORDS[account.state]}</dd>`}
      <dt>User</dt><dd>${name ?? ''} <code>${known.userId}</code></dd>
      <dt>Provider</dt><dd>${known.provider === null ? 'Not known: the user chooses' : html`<code>${known.provider}</code>, and no other`}</dd>
    </dl>
    ${account?.state === 'deleted' ? html`<p>Seam has deleted this account: signing in makes a new one, linked to the same user.</p>` : ''}
    <form class="stack" ${inPlace(href(['connections', found.case, 'reconnect']))}>
      ${formFields(visit)}
      <div class="row">${button(visit, 'Create webview', 'create_webview', { kind: 'main' })}
        <a class="button" href="${href(['connections', found.case])}">Cancel</a></div>
    </form>`;
  return page('connections', TITLE, body, fault === undefined ? 200 : 422);
};

/** After it was created: what is to be known besides. */
const more = ({ connectedAccountId, isGone }: Exclude<Reconnection, { kind: 'refused' }>): Html =>
  isGone
    ? html`<p>Seam no longer has the account <code>${connectedAccountId}</code>: signing in makes a new one.</p>`
    : html`<p>It reconnects the account <code>${connectedAccountId}</code>, if the user signs in to the same login.</p>`;

const reconnect = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const asked = await read(visit);
  try {
    const { id: workspaceId, seam } = await chooseSeamOf(desk, asked.accountId, undefined);
    const made = await reconnectWebview(
      { ...desk.config, db: desk.db, users: desk.users, seam, workspaceId },
      actor,
      asked.accountId,
      {},
      new AbortController().signal,
    );
    return made.kind === 'refused'
      ? asking(visit, asked, made.faults.join(' '))
      : created(made, more(made));
  } catch (error) {
    if (error instanceof SeamError) {
      return asking(visit, asked, `Seam says: ${refusedBySeam(error)}`);
    }
    if (!(error instanceof DoneBeforeError)) throw error;
    const text =
      'One was already created, and its link was shown then. Create another if that link is lost.';
    return {
      kind: 'redirect',
      to: href(['connections', asked.found.case, 'reconnect']),
      notice: { text },
    };
  }
};

/** A webview for the user of an account, to connect it again. */
export const RECONNECT_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/reconnect',
    needs: 'create_webview',
    handle: async visit => asking(visit, await read(visit)),
  },
  {
    method: 'post',
    path: '/connections/:subject/reconnect',
    needs: 'create_webview',
    handle: reconnect,
  },
];
