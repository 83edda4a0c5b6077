import { FAULT_STATUS, SupportError } from '../../access/errors.ts';
import { mayRole } from '../../access/permissions.ts';
import { baseHere, ownPath } from '../../http/mount.ts';
import { isCsrf } from '../../operators/sessions.ts';
import { newsSince } from '../../support/drafts/news.ts';
import { type Html, href, html } from '../view/html.ts';
import type { ConsoleRoute, Reply, Visit } from '../view/route.ts';
import { fieldsOf, openedAt, typedIn } from './fields.ts';
import { isMeant, keepTyped } from './fill.ts';
import { findPage } from './find-page.ts';
import { formKeyOf } from './form-key.ts';
import { refill, typedFormsIn } from './refill.ts';
import { cameBack, newsBlock, writtenBlock } from './words.ts';

type Page = Extract<Reply, { kind: 'page' }>;

/** The page at an address as this person sees it now; null where there is none for them. */
const render = async (
  routes: readonly ConsoleRoute[],
  visit: Visit,
  url: string,
): Promise<Page | null> => {
  const found = findPage(routes, url);
  if (found === null || !mayRole(visit.session.operator.role, found.route.needs)) return null;
  const query = new URL(url, 'http://here.invalid').searchParams;
  const form = new URLSearchParams();
  const session = { ...visit.session, notice: null };
  try {
    const reply = await found.route.handle({
      ...visit,
      session,
      params: found.params,
      query,
      form,
      url,
    });
    return reply.kind === 'page' && (reply.status ?? 200) < 400 ? reply : null;
  } catch (error) {
    if (error instanceof SupportError) return null;
    throw error;
  }
};

/** Where its form may be, the likeliest first: where it was sent from, its own address, and what it is about. */
const candidates = (url: string, page: string): string[] => {
  const [own = ''] = url.split('?');
  const parts = (ownPath(own) ?? '').split('/');
  const above = parts.slice(0, -1).map((_, index) => parts.slice(0, parts.length - 1 - index));
  const near = [
    own,
    ...above.filter(each => each.length > 2).map(each => baseHere() + each.join('/')),
  ];
  // The first page is where nothing was said of where it came from.
  return [...new Set(page === href([]) ? [...near, page] : [page, ...near])];
};

const MOST_PAGES = 4;

/** Whether it says who did what: not to whoever may not have the thing. */
const tellsNews = ({ fault }: SupportError): boolean =>
  fault === 'conflict' || fault === 'refused' || fault === 'invalid';

const newsOf = async (visit: Visit, key: string, error: SupportError): Promise<Html | null> => {
  const since = openedAt(visit.form);
  if (since === null || !tellsNews(error)) return null;
  return newsBlock(await newsSince(visit.desk, visit.actor, key, since), since);
};

/**
 * What stood in the way of a form into which something was typed: its page again, with that in it, with what is new since
 * it was opened. Where the form is gone, the page of what it was about, with the text to be copied.
 *
 * @param page where it was sent from
 * @returns null where nothing was typed, or no page is left to show it on
 */
export const comeBack = async (
  routes: readonly ConsoleRoute[],
  visit: Visit,
  error: SupportError,
  page: string,
): Promise<Reply | null> => {
  const typed = typedIn(visit.form);
  const key = formKeyOf(visit.url);
  if (typed.length === 0 || key === null) return null;
  // Of a form that isn't of this session nobody knows who wrote it, whatever it was refused for: shown, but not kept.
  if (isCsrf(visit.session, visit.form.get('csrf') ?? '')) await keepTyped(visit, page);
  const fields = fieldsOf(visit.form);
  const told = { ...error, message: error.message, faults: Object.values(error.faults) };
  const status = FAULT_STATUS[error.fault];
  const news = await newsOf(visit, key, error);
  let without: Page | null = null;
  for (const url of candidates(visit.url, page).slice(0, MOST_PAGES)) {
    const shown = await render(routes, visit, url);
    if (shown === null) continue;
    const forms = typedFormsIn(shown.body.toString());
    const own = forms.find(form => form.key === key && isMeant(forms, form, fields));
    if (own === undefined) {
      without ??= shown;
      continue;
    }
    const filling = { fields, note: null, tellsSaved: error.fault === 'conflict' };
    const body = refill(shown.body, form =>
      form.key === key && isMeant(forms, form, fields) ? filling : null,
    );
    return { ...shown, status, body: html`${cameBack(told, { isInForm: true, news })}${body}` };
  }
  if (without === null) return null;
  const above = html`${cameBack(told, { isInForm: false, news })}${writtenBlock(typed)}`;
  return { ...without, status, body: html`${above}${without.body}` };
};
