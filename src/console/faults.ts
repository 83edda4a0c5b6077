import type { ErrorRequestHandler, RequestHandler } from 'express';
import { FAULT_STATUS, ForgedFormError, type SupportError } from '../access/errors.ts';
import { HttpError, toHttpError } from '../http/errors.ts';
import { ownPath } from '../http/mount.ts';
import { requestIdOf } from '../http/request-id.ts';
import { tellUnreadable } from '../http/security-log.ts';
import type { ConsoleOptions } from './options.ts';
import type { typedIn } from './typed/fields.ts';
import { writtenIn } from './typed/too-late.ts';
import { FAULT_TITLES, writtenBlock } from './typed/words.ts';
import { href, html } from './view/html.ts';
import { bareLayout } from './view/layout.ts';
import { page, type Reply, type Visit } from './view/route.ts';

const HTTP_TITLES: Readonly<Record<number, string>> = {
  404: FAULT_TITLES.not_found,
  429: 'Too many requests',
};

/**
 * The page for what a person may not do, or what stood in the way of it.
 *
 * @param typed what they typed into the form that they sent
 */
export const answerFault = (
  visit: Visit,
  { fault, message, faults }: SupportError,
  typed: ReturnType<typeof typedIn> = [],
): Reply => {
  const all = Object.values(faults);
  return page(
    undefined,
    FAULT_TITLES[fault],
    html`<h1>${FAULT_TITLES[fault]}</h1>
      <p class="fault">${message}</p>
      ${all.length > 1 ? html`<ul>${all.map(each => html`<li>${each}</li>`)}</ul>` : ''}
      ${writtenBlock(typed)}
      <p><a href="${backFrom(visit)}">Back</a></p>`,
    FAULT_STATUS[fault],
  );
};

/**
 * Of a second click: the page of what it was done to, which shows and tells what the first one did.
 *
 * @param to another page, where that one is gone
 */
export const doneBefore = (
  { url }: Visit,
  to: string = url.replace(/\/[^/?]*(?:\?.*)?$/, ''),
): Reply => ({
  kind: 'redirect',
  to,
  isSecond: true,
  notice: { text: 'This was already done. Nothing was done twice.' },
});

/** Of a form, the page of its address' first part; else the first page. */
const backFrom = ({ url }: Visit): string => {
  const [section = ''] = (ownPath(url) ?? '').replace(/^\/support\/?/, '').split(/[/?]/);
  return section === '' ? href([]) : href([section]);
};

/** A form of another session, or of a stranger's page. */
export const expiredForm = (): SupportError =>
  new ForgedFormError(
    'This form belongs to another session, so nothing was done. Go back, reload the page and submit it again.',
  );

/** Postgres has no NUL in a text, and nobody can type one: the address or the form was made by hand. */
export const insistOnText: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  const given = `${request.originalUrl}\n${typeof body === 'string' ? body : ''}`;
  if (!/%00|\0/.test(given)) {
    next();
    return;
  }
  const message = 'It contains a character (NUL) that can’t be stored.';
  next(new HttpError(422, 'invalid', message));
};

/** An address of nothing: for a person, a page that says so. */
export const noSuchPage: RequestHandler = (_request, _response, next) => {
  next(new HttpError(404, 'not_found', 'The support desk has no page at this address.'));
};

/** A request that can't be read, or is for nothing that there is; else a fault of ours, or of the database. What it was goes into the log, under the id that is shown. */
export const createFaultHandler =
  ({
    desk: { log, security },
    publicUrl,
  }: Pick<ConsoleOptions, 'desk' | 'publicUrl'>): ErrorRequestHandler =>
  async (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = toHttpError(error);
    if (known !== null) {
      await tellUnreadable(security, request, known);
      const title = HTTP_TITLES[known.status] ?? 'This request couldn’t be read';
      const body = html`<h1>${title}</h1>
        <p class="fault">${known.message}</p>
        ${writtenIn({ publicUrl }, request)}
        <p><a href="${href([])}">Needs attention</a></p>`;
      response.status(known.status).set(known.headers).type('html');
      response.send(bareLayout(title, body).toString());
      return;
    }
    const id = requestIdOf(response);
    log.error({ err: error, path: request.path, request_id: id }, 'a page failed');
    const title = 'Something failed on our side';
    const body = html`<h1>${title}</h1>
      <p class="fault">Nothing was lost. Try again in a moment. If this persists, give an engineer the id of this request: <code>${id}</code></p>
      ${writtenIn({ publicUrl }, request)}
      <p><a href="${href([])}">Needs attention</a></p>`;
    response.status(503).set('retry-after', '10').type('html');
    response.send(bareLayout(title, body).toString());
  };
