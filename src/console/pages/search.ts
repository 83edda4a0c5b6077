import { may } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { FOUND_BY } from '../../support/cases/find.ts';
import { type Hit, type SearchResult, search, usersCalled } from '../../support/finding/search.ts';
import { noMatch } from '../../support/words/words.ts';
import type { Profile } from '../../users/profiles.ts';
import { type Html, href, html } from '../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../view/route.ts';
import { ago } from '../view/words.ts';
import { CELL_HEADINGS, connectionCells } from './connections/cells.ts';
import { failedLoginsWords } from './failed-logins.ts';

const HINTS: Html = html`<p>You can search by:</p>
  <ul>
    <li>your id for the user, the user’s e-mail, or the start of their name</li>
    <li>what the account is called: the e-mail that the user signed in with, or the name that Seam shows</li>
    <li>the id of a Connect Webview, a connected account, or a Seam event</li>
  </ul>
  <p>Enter whole ids: part of an id finds nothing. Or browse the <a href="${href(['connections'])}">list of connections</a>.</p>`;

const hitRow = (hit: Hit): Html =>
  html`<tr class="leads">${connectionCells(hit)}<td>${FOUND_BY[hit.found_by]}</td><td>${ago(hit.updated_at)}</td></tr>`;

const hitTable = ({ hits }: SearchResult): Html | null =>
  hits.length === 0
    ? null
    : html`<div class="table" tabindex="0" role="region" aria-label="Search results">
        <table class="list">
          <caption class="hidden">Connections found, most recently changed first</caption>
          <thead><tr>${CELL_HEADINGS}<th scope="col">Found by</th><th scope="col">Changed</th></tr></thead>
          <tbody>${hits.map(hitRow)}</tbody>
        </table>
      </div>`;

/** Who was meant by a name; each leads to their connections. */
const calledTable = (text: string, users: readonly Profile[]): Html =>
  html`<p><strong>No connection has the id or e-mail “${text}”; ${users.length === 1 ? 'this user’s name matches' : 'these users’ names match'}.</strong></p>
    <div class="table wide" tabindex="0" role="region" aria-label="Users whose name matches">
      <table>
        <caption class="hidden">Users whose name matches</caption>
        <thead><tr><th scope="col">User</th><th scope="col">E-mail</th><th scope="col">Id</th></tr></thead>
        <tbody>${users.map(
          ({ userId, name, email }) =>
            html`<tr class="leads"><th scope="row"><a class="whole" href="${href(['search'], { q: userId })}"><strong>${name ?? userId}</strong></a></th><td>${email}</td><td><code>${userId}</code></td></tr>`,
        )}</tbody>
      </table>
    </div>`;

const userLines = (visit: Visit, { usersWithout }: SearchResult): Html[] =>
  usersWithout.map(
    ({ userId, name, email }) =>
      html`<p class="calm"><strong>${name ?? userId}</strong> (${[name === null ? null : userId, email].filter(Boolean).join(', ') || 'no name or e-mail known'}) is one of your users, but no connection names them. Search by the e-mail of the account, or by the webview’s id.${
        may(visit.actor, 'create_webview')
          ? html` Or <a href="${href(['webviews', 'new'], { find: userId })}">create a webview for them</a>.`
          : ''
      }</p>`,
  );

const failedLoginLines = ({ failedLogins }: SearchResult): Html[] =>
  failedLogins.map(
    found =>
      html`<p class="calm">${failedLoginsWords(found)}${found.times === 1 ? '' : html` <a href="${href(['connections', found.subject])}">Open the last one</a>`}</p>`,
  );

const resultPage = (visit: Visit, result: SearchResult, called: readonly Profile[]): Reply => {
  const { hits, text, isMore, usersWithout, areUsersSearched } = result;
  const isNothing = hits.length === 0 && usersWithout.length === 0;
  return page(
    undefined,
    `Search: ${text}`,
    html`<h1>Search</h1>
      ${areUsersSearched ? '' : html`<p class="fault">Users’ e-mails couldn’t be searched just now. Everything else was.</p>`}
      ${isNothing && called.length > 0 ? calledTable(text, called) : ''}
      ${isNothing && called.length === 0 ? html`<p class="calm">${noMatch(text)}</p>${HINTS}` : ''}
      ${
        hits.length === 0
          ? ''
          : html`<p><strong>${hits.length}${isMore ? '+' : ''} ${hits.length === 1 ? 'connection' : 'connections'}</strong> for “${text}”.
        ${isMore ? html`These are the latest. <a href="${href(['connections'], { user: text })}">All connections whose metadata names user ${text}</a>` : ''}</p>`
      }
      ${failedLoginLines(result)}
      ${hitTable(result)}
      ${userLines(visit, result)}`,
  );
};

const faultPage = (message: string): Reply =>
  page(
    undefined,
    'Search',
    html`<h1>Search</h1><div class="fault" role="alert"><p><a href="#search">${message}</a></p></div>${HINTS}`,
    422,
  );

export const SEARCH_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/search',
    needs: 'view',
    handle: async visit => {
      const { desk, actor, query } = visit;
      const text = query.get('q') ?? '';
      if (text.trim() === '') return page(undefined, 'Search', html`<h1>Search</h1>${HINTS}`);
      try {
        const result = await search(desk, actor, text);
        const [only, ...others] = result.hits;
        const isOnly =
          only !== undefined && others.length === 0 && result.usersWithout.length === 0;
        if (isOnly) return { kind: 'redirect', to: href(['connections', only.subject]) };
        const isNothing = result.hits.length === 0 && result.usersWithout.length === 0;
        const called = isNothing ? await usersCalled(desk, actor, result.text) : [];
        return resultPage(visit, result, called);
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        return faultPage(error.message);
      }
    },
  },
];
