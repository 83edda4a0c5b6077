import { type Html, href, html } from '../../console/view/html.ts';
import { stateBadge } from '../../console/view/words.ts';
import { reasonExplained, reasonTitle } from '../../support/words/reason-words.ts';
import { ACCOUNT_STATE_WORDS } from '../../support/words/words.ts';
import { ACCOUNT_CHANGES, type AccountChange } from '../account-life.ts';
import { LOCK_MAKERS, type LockMaker } from '../accounts.ts';
import { accountNameOf, ownerOf, type SandboxConnection } from '../connections.ts';
import { appPath } from './layout.ts';

/** What a form was not right about: it is shown again, with what was entered. */
export type Fault = Readonly<{ field: string; message: string }>;

type AppUser = Readonly<{ id: string; name: string | null }>;

/** How the sandbox stands. */
export type AppView = Readonly<{
  consoleUrl: string;
  users: readonly AppUser[];
  connections: readonly SandboxConnection[];
  isLosing: boolean;
  isAway: boolean;
  told: string | null;
  fault: Fault | null;
}>;

/** What is told by the app when it has no id to give, or one of nobody. */
export const NOBODY = { forgotten: '(forgotten)', stranger: 'user_who_left' } as const;

const CHANGE_LABELS = {
  disconnect: 'It is disconnected',
  'request-reauthorization': 'Its user must sign in again',
  'complete-first-sync': 'It works again',
  delete: 'It is deleted',
} as const satisfies Record<AccountChange, string>;

const caseUrl = (consoleUrl: string, subject: string): string =>
  `${consoleUrl}${href(['connections', subject])}`;

const faultSummary = (fault: Fault | null): Html | null =>
  fault &&
  html`<div class="fault" role="alert" id="fault"><p><a href="#${fault.field}">${fault.message}</a></p></div>`;

const invalid = (fault: Fault | null, field: string): Html | null =>
  fault?.field === field ? html` aria-invalid="true" aria-describedby="fault"` : null;

/** The app's first page: who connects, what goes wrong, and what became of it. */
export const appPage = (view: AppView): Html => html`<h1>A pretend app</h1>
  <p>It opens Connect Webviews for its users, as your app would. The real service handles what Seam then sends: see it in
    <a href="${view.consoleUrl}${href([])}">the support desk</a>.</p>
  ${view.told === null ? '' : html`<div class="status" role="status"><p>${view.told}</p></div>`}
  ${faultSummary(view.fault)}
  <div class="sides">
    <section class="card" aria-labelledby="connect">
      <h2 id="connect">Connect a lock account</h2>
      <form method="post" action="${appPath('webviews')}" class="stack">
        <label for="user">Signed in to the app</label>
        <select id="user" name="user">
          ${view.users.map(({ id, name }) => html`<option value="${id}">${name ?? id}</option>`)}
          <option value="${NOBODY.forgotten}">Someone, but the app forgets the user id</option>
          <option value="${NOBODY.stranger}">“${NOBODY.stranger}”, an id that no user has</option>
        </select>
        <button type="submit" class="main">Open a Connect Webview</button>
      </form>
    </section>
    <section class="card" aria-labelledby="sign-up">
      <h2 id="sign-up">A user signs up</h2>
      <form method="post" action="${appPath('users')}" class="stack">
        <label for="new-user">User id</label>
        <input id="new-user" name="id" required maxlength="500" autocomplete="off"${invalid(view.fault, 'new-user')}>
        <button type="submit">Sign up</button>
        <small>Connections that waited for this user are linked automatically within 20 seconds.</small>
      </form>
    </section>
    ${changeCard(view.connections)}
    <section class="card" aria-labelledby="trouble">
      <h2 id="trouble">Trouble</h2>
      ${toggle('webhooks', view.isLosing, {
        label: 'Lose all webhooks from now on',
        labelToEnd: 'Let webhooks arrive again',
        told: 'Webhooks are being lost. A backfill fetches the missed events: npm run cli -- backfill --since 1h',
      })}
      ${toggle('outage', view.isAway, {
        label: 'Start an outage of Seam',
        labelToEnd: 'End the outage',
        told: 'Seam responds to every call with 503.',
      })}
    </section>
  </div>
  <h2>Connections</h2>
  ${
    view.connections.length === 0
      ? html`<p>No one has connected anything yet.</p>`
      : connectionTable(view)
  }
  <p><a href="${appPath()}">Refresh</a> · <a href="${appPath('told')}">What the app was told</a></p>`;

const toggle = (
  what: 'webhooks' | 'outage',
  isOn: boolean,
  words: Readonly<{ label: string; labelToEnd: string; told: string }>,
): Html => html`<form method="post" action="${appPath(what)}" class="stack">
    ${isOn ? html`<p class="fault">${words.told}</p>` : ''}
    <button type="submit" name="on" value="${isOn ? 'no' : 'yes'}">${isOn ? words.labelToEnd : words.label}</button>
  </form>`;

const connectionTable = ({
  connections,
  consoleUrl,
}: AppView): Html => html`<div class="table" tabindex="0" role="region" aria-label="Connections">
    <table>
      <caption class="hidden">Connections, newest first</caption>
      <thead><tr><th scope="col">Lock account</th><th scope="col">User</th><th scope="col">State</th><th scope="col">Account</th></tr></thead>
      <tbody>${connections.map(each => connectionRow(each, consoleUrl))}</tbody>
    </table>
  </div>`;

const connectionRow = (connection: SandboxConnection, consoleUrl: string): Html => {
  const { subject, state, reason, accountState } = connection;
  return html`<tr>
    <th scope="row"><a href="${caseUrl(consoleUrl, subject)}">${accountNameOf(connection)}</a></th>
    <td>${ownerOf(connection)}</td>
    <td>${stateBadge(state)}${reason === null ? '' : html`<br><small>${reasonTitle(reason)}</small>`}</td>
    <td>${accountState === null ? '–' : ACCOUNT_STATE_WORDS[accountState]}</td>
  </tr>`;
};

const changeCard = (connections: readonly SandboxConnection[]): Html => {
  const accounts = connections.filter(
    ({ accountId, email, accountState }) =>
      accountId !== null && email !== null && accountState !== 'deleted',
  );
  return html`<section class="card" aria-labelledby="changes">
      <h2 id="changes">An account changes</h2>
      ${
        accounts.length === 0
          ? html`<p>There are no accounts yet.</p>`
          : html`<form method="post" action="${appPath('changes')}" class="stack">
        <label for="account">Lock account</label>
        <select id="account" name="account">
          ${accounts.map(each => html`<option value="${each.accountId}">${accountNameOf(each)}</option>`)}
        </select>
        <label for="change">What happens</label>
        <select id="change" name="change">
          ${ACCOUNT_CHANGES.map(change => html`<option value="${change}">${CHANGE_LABELS[change]}</option>`)}
        </select>
        <button type="submit">Make it happen</button>
      </form>`
      }
    </section>`;
};

/** What the user of a lock sees: their lock maker's sign-in. */
export const webviewPage = (
  webviewId: string,
  entered: Readonly<{ email: string; maker: string }>,
  { makers, fault }: Readonly<{ makers: readonly LockMaker[]; fault: Fault | null }>,
): Html => html`<h1>Connect your lock</h1>
  ${faultSummary(fault)}
  <form method="post" action="${appPath('webviews', webviewId)}" class="stack">
    <fieldset>
      <legend>Who made your lock?</legend>
      <div class="choices">
        ${makers.map(
          maker =>
            html`<label><input type="radio" name="maker" value="${maker}"${maker === entered.maker ? html` checked` : ''}> ${LOCK_MAKERS[maker]}</label>`,
        )}
      </div>
    </fieldset>
    <label for="email">E-mail of your account there</label>
    <input id="email" name="email" type="email" value="${entered.email}" autocomplete="off" maxlength="200" aria-describedby="${fault === null ? 'email-hint' : 'fault'}"${fault === null ? '' : html` aria-invalid="true"`}>
    <small id="email-hint">Anything works. Entering the same e-mail again reconnects the same account.</small>
    <div class="row">
      <button type="submit" class="main" name="do" value="connect">Sign in and connect</button>
      <button type="submit" name="do" value="fail">Sign in with a wrong password</button>
      <button type="submit" name="do" value="cancel" formnovalidate>Cancel</button>
    </div>
  </form>`;

/** Back in the app: what the reconciler has made of it so far. */
export const donePage = (
  connection: SandboxConnection | null,
  { consoleUrl, isLosing }: Pick<AppView, 'consoleUrl' | 'isLosing'>,
): Html => html`<h1>Back in the app</h1>
  <div role="status">${verdict(connection, isLosing)}</div>
  ${
    connection === null
      ? ''
      : html`<p><a class="button main" href="${caseUrl(consoleUrl, connection.subject)}">See the case in the support desk</a></p>`
  }
  <p><a href="${appPath()}">Back to the app’s home page</a></p>`;

const verdict = (connection: SandboxConnection | null, isLosing: boolean): Html => {
  if (connection === null) {
    return isLosing
      ? html`<p class="fault">The webhooks were lost, so nothing is known about it yet. To fetch the missed events: <code>npm run cli -- backfill --since 1h</code></p>`
      : html`<p class="verdict">Waiting for Seam’s webhook …</p>`;
  }
  const { state, reason, userId } = connection;
  return html`<p class="verdict">${stateBadge(state)}</p>
    ${state === 'linked' && userId !== null ? html`<p>${accountNameOf(connection)} belongs to ${ownerOf(connection)}.</p>` : ''}
    ${reason === null ? '' : html`<p>${reasonExplained(reason).sentence}</p><p>${reasonExplained(reason).remedy}</p>`}`;
};
