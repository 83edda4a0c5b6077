import { may } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { cappedText } from '../../model/capped-count.ts';
import { FOUND_BY } from '../../support/cases/found-by.ts';
import { type Hit, leftOut, type SearchResult, search } from '../../support/finding/search.ts';
import { LEFT_OUT_WORDS, shortened } from '../../support/words/search-words.ts';
import { noMatch } from '../../support/words/words.ts';
import { type Html, href, html } from '../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../view/route.ts';
import { ago } from '../view/words.ts';
import { CELL_HEADINGS, connectionCells } from './connections/cells.ts';
import { failedLoginsWords } from './home/failed-logins.ts';

const hints = (): Html => html`<p>Paste whatever the customer gave. You can search by:</p>
  <ul>
    <li>your id for the user, their e-mail, or any part of their name</li>
    <li>what the lock account is called: its e-mail, telephone number, user name, or the name that Seam shows</li>
    <li>an id of Seam’s: of a Connect Webview, a connected account, an event, a request, or a webhook message</li>
    <li>a ticket number, or words that a colleague wrote in a note</li>
  </ul>
  <p>Accents, capital letters, and spaces in numbers don’t matter. Enter whole ids: part of an id finds nothing. Or browse the <a href="${href(['connections'])}">list of connections</a>.</p>`;

/** Said to who may not see e-mails: what they miss is no fault. */
const WHOLE_ONLY: Html = html`<p class="faint">Your role doesn’t show e-mails, so only whole ids, e-mails, and numbers are found, and no parts of names.</p>`;

const hitRow = (hit: Hit): Html =>
  html`<tr class="leads">${connectionCells({ ...hit, subject: hit.case })}<td data-label="Found by">${FOUND_BY[hit.found_by]}${
    hit.found_text === null ? '' : html`<br><small class="found">${hit.found_text}</small>`
  }</td><td data-label="Changed">${ago(hit.updated_at)}</td></tr>`;

const hitTable = ({ hits }: SearchResult): Html | null =>
  hits.length === 0
    ? null
    : html`<div class="table cards" id="list" role="region" aria-label="Search results">
        <table class="list">
          <caption class="hidden">Connections found: what matches as a whole first, then the most recently changed</caption>
          <thead><tr>${CELL_HEADINGS}<th scope="col">Found by</th><th scope="col">Changed</th></tr></thead>
          <tbody>${hits.map(hitRow)}</tbody>
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

/** `20 of 67 connections`; on the pages after the first, `20 more`. */
const countText = ({ hits, total }: SearchResult, isFirst: boolean): string => {
  const noun = total.number === 1 ? 'connection' : 'connections';
  if (!isFirst) return `${hits.length} more of ${cappedText(total)} ${noun}`;
  return hits.length === total.number && !total.isCapped
    ? `${total.number} ${noun}`
    : `${hits.length} of ${cappedText(total)} ${noun}`;
};

const resultPage = (visit: Visit, result: SearchResult): Reply => {
  const { hits, usersWithout, nextCursor } = result;
  const text = shortened(result.text);
  const isFirst = visit.query.get('cursor') === null;
  const isNothing = hits.length === 0 && usersWithout.length === 0;
  const q = visit.query.get('q') ?? '';
  return page(
    undefined,
    `Search: ${text}`,
    html`<h1>Search</h1>
      ${leftOut(result).map(part => html`<p class="fault">${LEFT_OUT_WORDS[part]}</p>`)}
      ${isNothing ? html`<p class="calm">${noMatch(text)}</p>${hints()}${may(visit.actor, 'see_emails') ? '' : WHOLE_ONLY}` : ''}
      ${hits.length === 0 ? '' : html`<p><strong>${countText(result, isFirst)}</strong> for “${text}”</p>`}
      ${isFirst ? failedLoginLines(result) : ''}
      ${hitTable(result)}
      ${nextCursor === null ? '' : html`<p class="pages"><a href="${href(['search'], { q, cursor: nextCursor })}" rel="next">More results</a></p>`}
      ${userLines(visit, result)}`,
  );
};

const faultPage = (message: string): Reply =>
  page(
    undefined,
    'Search',
    html`<h1>Search</h1><div class="fault" role="alert"><p><a href="#search">${message}</a></p></div>${hints()}`,
    422,
  );

const PAGE = 20;

export const SEARCH_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/search',
    needs: 'view',
    handle: async visit => {
      const { desk, actor, query } = visit;
      const text = query.get('q') ?? '';
      if (text.trim() === '') return page(undefined, 'Search', html`<h1>Search</h1>${hints()}`);
      try {
        const cursor = query.get('cursor');
        const result = await search(desk, actor, text, { limit: PAGE, cursor });
        const [only, ...others] = result.hits;
        const isOnly =
          only !== undefined &&
          others.length === 0 &&
          cursor === null &&
          result.usersWithout.length === 0;
        return isOnly
          ? { kind: 'redirect', to: href(['connections', only.case]) }
          : resultPage(visit, result);
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        return faultPage(error.message);
      }
    },
  },
];
