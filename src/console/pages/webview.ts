import { insistOn, may } from '../../access/actor.ts';
import { DoneBeforeError, SupportError } from '../../access/errors.ts';
import { EXPLANATIONS } from '../../model/outcome.ts';
import { mayBeDone, SeamError } from '../../seam/errors.ts';
import {
  type CreatedForUser,
  createWebview,
  type WebviewCreation,
  type WebviewRequest,
} from '../../support/accounts/webview.ts';
import { chooseSeam } from '../../support/cases/choose-workspace.ts';
import type { Profile } from '../../users/profiles.ts';
import { type Html, href, html } from '../view/html.ts';
import { button, formFields, inPlace } from '../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../view/route.ts';
import { when } from '../view/words.ts';
import { optionsForm, readOptions, workspaceOf } from './webview-form.ts';

const TITLE = 'Create a Connect Webview for a user';
const MOST_USERS = 20;
const LONGEST_SEARCH = 500;

const find = (text: string, fault: Html | null): Html => html`
  <form method="get" action="${href(['webviews', 'new'])}" class="stack" role="search" aria-label="Users">
    <label for="find">User id, e-mail or name (or how it starts)</label>
    <input id="find" name="find" type="search" value="${text}" autocomplete="off" maxlength="${LONGEST_SEARCH}"${
      fault === null ? '' : html` aria-invalid="true" aria-describedby="fault"`
    }>
    <button type="submit">Find users</button>
  </form>`;

const found = (visit: Visit, text: string, users: readonly Profile[]): Html =>
  users.length === 0
    ? html`<p>None of our users has the id '${text}', or an e-mail or name that starts with it. Check for a typo.</p>`
    : html`<div class="table" tabindex="0" role="region" aria-label="Users found">
        <table>
          <caption class="hidden">Users found for '${text}'</caption>
          <thead><tr><th scope="col">User</th><th scope="col">E-mail</th><th scope="col">Id</th><th scope="col">Next</th></tr></thead>
          <tbody>${users.map(user => rowOf(visit, text, user))}</tbody>
        </table>
      </div>`;

const rowOf = (visit: Visit, text: string, { userId, name, email }: Profile): Html => html`<tr>
  <th scope="row">${name ?? html`<span class="faint">no name</span>`}</th><td>${email}</td><td><code>${userId}</code></td>
  <td><form ${inPlace(href(['webviews', 'new']))}>
    ${formFields(visit)}<input type="hidden" name="user_id" value="${userId}"><input type="hidden" name="find" value="${text}">
    ${workspaceOf(visit, `workspace-${userId}`, html`<label for="workspace-${userId}" class="hidden">Seam workspace for ${userId}</label>`)}
    ${button(visit, html`Create webview<span class="hidden"> for ${name ?? userId}</span>`, 'create_webview', { kind: 'main' })}
    ${may(visit.actor, 'create_webview') ? html`<a href="${href(['webviews', 'new'], { find: text, user: userId })}">Choose options<span class="hidden"> for ${name ?? userId}</span>…</a>` : ''}
  </form></td>
</tr>`;

const INTRODUCTION =
  'The user opens it to connect an account. What they connect is linked to them, even if webhooks go missing.';

const asking = async (visit: Visit, text: string, fault: string | null): Promise<Reply> => {
  const users =
    text === ''
      ? null
      : [...(await visit.desk.profiles.search(visit.actor, text, MOST_USERS)).values()];
  const told =
    fault === null
      ? null
      : html`<div class="fault" role="alert" id="fault"><p>No webview was created: <a href="#find">${fault}</a></p></div>`;
  const body = html`<h1>${TITLE}</h1>
    <p>${INTRODUCTION}</p>
    ${told}${find(text, told)}${users === null ? null : found(visit, text, users)}`;
  return page('connections', TITLE, body, fault === null ? 200 : 422);
};

/** All the options, for one user. */
const askingOptions = async (
  visit: Visit,
  userId: string,
  form: URLSearchParams,
  fault: string | null,
): Promise<Reply> => {
  const near = await visit.desk.profiles.search(visit.actor, userId, MOST_USERS);
  const user = [...near.values()].find(each => each.userId === userId) ?? { userId, name: null };
  const body = html`<h1>${TITLE}</h1>
    <p>${INTRODUCTION} What you leave empty is left to Seam.</p>
    ${fault === null ? '' : html`<div class="fault" role="alert"><p>No webview was created: ${fault}</p></div>`}
    ${optionsForm(visit, user, form)}`;
  return page('connections', TITLE, body, fault === null ? 200 : 422);
};

/** Why Seam made none, in its words, and what helps. */
export const refusedBySeam = (error: SeamError): string =>
  `${error.message}. ${mayBeDone(error) ? 'Try again.' : EXPLANATIONS[error.reason].remedy}`;

/** Shows the link, this once. @param more what else is to be known of it */
export const created = (
  { connectWebviewId, url, userId, lookAt }: CreatedForUser,
  more: Html | null = null,
): Reply =>
  page(
    'connections',
    'Connect Webview created',
    html`<h1>Connect Webview created</h1>
      <div class="card stack">
        <label for="url">Send this to the user <code>${userId}</code>, and to no one else: anyone who has it can sign in with it. It is shown only once.</label>
        <input id="url" readonly value="${url}">
        <p><button type="button" class="quiet" data-copy="${url}" hidden>Copy link</button></p>
      </div>
      ${more}
      <p>If no webhook arrives, it is checked automatically at ${when(lookAt)}.</p>
      <p><a href="${href(['connections', `connect_webview:${connectWebviewId}`])}">View its connection</a> ·
        <a href="${href(['webviews', 'new'])}">Create another</a></p>`,
  );

const create = async (
  { desk, actor, form }: Visit,
  request: WebviewRequest,
): Promise<WebviewCreation> => {
  insistOn(actor, 'create_webview');
  const { id: workspaceId, seam } = chooseSeam(desk, form.get('workspace') || undefined);
  return createWebview(
    { ...desk.config, db: desk.db, users: desk.users, seam, workspaceId },
    actor,
    request,
    new AbortController().signal,
  );
};

/** Shows the form again, with what is wrong. */
const again = (visit: Visit, fault: string): Promise<Reply> => {
  const { form } = visit;
  return form.has('options')
    ? askingOptions(visit, form.get('user_id') ?? '', form, fault)
    : asking(visit, searched(form), fault);
};

const searched = (given: URLSearchParams): string =>
  (given.get('find') ?? '').trim().slice(0, LONGEST_SEARCH);

export const WEBVIEW_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/webviews/new',
    needs: 'create_webview',
    handle: visit => {
      const user = visit.query.get('user')?.slice(0, LONGEST_SEARCH);
      return user
        ? askingOptions(visit, user, new URLSearchParams(), null)
        : asking(visit, searched(visit.query), null);
    },
  },
  {
    method: 'post',
    path: '/webviews/new',
    needs: 'create_webview',
    handle: async visit => {
      try {
        const request = readOptions(visit.form);
        if (typeof request === 'string') return await again(visit, request);
        const creation = await create(visit, request);
        switch (creation.kind) {
          case 'created':
            return created(creation);
          case 'no_such_user':
            return await again(visit, `There is no such user: ${creation.why}.`);
          case 'invalid':
            return await again(visit, creation.faults.join(' '));
          default:
            return creation satisfies never;
        }
      } catch (error) {
        if (error instanceof SeamError) {
          // What was typed may be what Seam refuses: it is there to be changed.
          const told = refusedBySeam(error);
          if (visit.form.has('options')) return await again(visit, `Seam says: ${told}`);
          throw new SupportError('refused', `Seam didn’t create it: ${told}`);
        }
        if (!(error instanceof DoneBeforeError)) throw error;
        const notice =
          'One was already created, and its link was shown then. Create another if that link is lost.';
        return { kind: 'redirect', to: href(['webviews', 'new']), notice: { text: notice } };
      }
    },
  },
];
