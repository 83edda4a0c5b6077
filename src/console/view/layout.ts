import { randomUUID } from 'node:crypto';
import { LEAST_ROLES, mayRole, type Permission } from '../../access/permissions.ts';
import { maskCsrf } from '../../operators/sessions.ts';
import { assetUrl, SCRIPTS } from '../assets.ts';
import { type Html, href, html } from './html.ts';
import { SECTIONS, type Section, type Visit } from './route.ts';
import { dialogs, GO_KEYS } from './shortcuts.ts';
import { tagOf } from './tag.ts';

const head = (title: string): Html => html`<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="htmx-config" content='{"allowEval":false,"includeIndicatorStyles":false,"disableInheritance":true,"historyCacheSize":0,"attributesToSettle":["class"],"responseHandling":[{"code":"[23]04","swap":false},{"code":"[23]..","swap":true},{"code":"[45]..","swap":false,"error":true}]}'>
    <title>${title} · seam-reconciler</title>
    <link rel="icon" href="${assetUrl('icon.svg')}">
    <link rel="stylesheet" href="${assetUrl('console.css')}">
    <script src="${assetUrl('htmx.js')}" defer></script>
    ${SCRIPTS.map(name => html`<script type="module" src="${assetUrl(name)}"></script>`)}
  </head>`;

/** The icon, and the name. */
const BRAND = html`<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="6"/><path d="M9 15v-3a7 7 0 0 1 14 0v3h1v10H8V15zm3 0h8v-3a4 4 0 0 0-8 0z"/></svg> seam-reconciler`;

/** The whole document of a page for somebody who is signed in. */
export const layout = (
  visit: Visit,
  {
    title,
    section,
    body,
    openAlerts,
  }: { title: string; section?: Section | undefined; body: Html; openAlerts: number },
): Html => html`<!doctype html>
<html lang="en" data-zone="${visit.session.operator.timeZone ?? 'browser'}">
  ${head(title)}
  <body data-operator="${visit.session.operator.id}"${visit.hasSingleKeys ? '' : html` data-single-keys="off"`}>
    ${hasList(body) ? html`<a class="skip" href="#list">Skip to the list</a>` : html`<a class="skip" href="#main">Skip to the content</a>`}
    <header class="top">
      <a class="brand" href="${href([])}" tabindex="-1">${BRAND}</a>
      <form class="search" role="search" action="${href(['search'])}" method="get">
        <label class="hidden" for="search">Search</label>
        <input id="search" type="search" name="q" value="${visit.query.get('q') ?? ''}"
          placeholder="Name, e-mail, phone, id, ticket, or pasted text" autocomplete="off" maxlength="4000">
        <button type="submit" tabindex="-1">Search</button>
      </form>
      <form class="who" data-roving action="${href(['sign-out'])}" method="post">
        ${formFields(visit)}
        <a href="${href(['account'])}" aria-label="Your account: ${visit.session.operator.name}">${visit.session.operator.name}</a> <small>(${visit.session.operator.role})</small>
        <button type="submit" class="quiet">Sign out</button>
      </form>
    </header>
    <nav class="menu" aria-label="Sections">
      <ul data-roving>
        ${sectionsFor(visit).map(
          key =>
            html`<li><a href="${href(SECTIONS[key].path)}" data-go="${GO_KEYS[key]}"${
              key === section ? html` aria-current="page"` : ''
            }>${SECTIONS[key].label}${key === 'alerts' ? openMark(openAlerts) : ''}</a></li>`,
        )}
      </ul>
    </nav>
    <div id="status" class="status" role="status">${noticeOf(visit)}</div>
    <main id="main" tabindex="-1">
      ${body}
    </main>
    <footer class="bottom">
      <a href="${href(['drafts'])}">Your drafts</a>
      <button type="button" class="quiet" data-pause-updates hidden>Pause updates</button>
      <button type="button" class="quiet" data-shortcuts hidden>Keyboard shortcuts (?)</button>
      <button type="button" class="quiet" data-palette hidden>Go to… (Ctrl K)</button>
      <small>Times: <span data-zone-name>${visit.session.operator.timeZone ?? 'UTC'}</span>. <a href="${href(['account'])}#times">Change</a></small>
    </footer>
    <p id="roving-told" hidden>Move along this row with the left and right arrow keys.</p>
    ${dialogs(sectionsFor(visit), visit.hasSingleKeys)}
  </body>
</html>`;

/** Rows that somebody without a mouse wants to be at soon. What came from outside has no such attribute: it is escaped. */
const hasList = (body: Html): boolean => body.toString().includes(' id="list"');

/** How many are open, beside the menu's entry. */
const openMark = (open: number): Html | null =>
  open === 0
    ? null
    : html` <span class="state bad">${open}<span class="hidden"> open</span></span>`;

const sectionsFor = ({ session }: Visit): Section[] =>
  (Object.keys(SECTIONS) as Section[]).filter(key => {
    const section = SECTIONS[key];
    return !('needs' in section) || mayRole(session.operator.role, section.needs);
  });

const noticeOf = (visit: Visit): Html | null => {
  const { notice } = visit.session;
  if (notice === null) return null;
  return html`<p class="notice">${notice.text}</p>${
    notice.undo === undefined
      ? ''
      : html`<form method="post" action="${notice.undo.path}">${formFields(visit)}<button type="submit">${notice.undo.label}</button></form>`
  }`;
};

/** The document of a page for somebody who isn't: signing in, or an error before that. */
export const bareLayout = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
  ${head(title)}
  <body class="bare">
    <main id="main" tabindex="-1">
      <p class="brand">${BRAND}</p>
      ${body}
    </main>
  </body>
</html>`;

/** Belongs into each form that changes something: whose session it is, and which request it will be, with when it was made (`openedAt`). */
export const formFields = ({ session }: Pick<Visit, 'session'>): Html =>
  html`<input type="hidden" name="csrf" value="${maskCsrf(session)}"><input type="hidden" name="once" value="${Date.now().toString(36)}-${randomUUID()}">`;

/** A button; for whoever may not press it, disabled, and saying which role it takes. */
export const button = (
  visit: Pick<Visit, 'session'>,
  label: string | Html,
  permission: Permission,
  {
    name,
    value,
    kind = 'plain',
    formAction,
    selected,
  }: {
    name?: string;
    value?: string;
    kind?: 'plain' | 'main' | 'danger' | 'quiet';
    /** Where its form goes when it is this button that sends it. */
    formAction?: string;
    /** Its label while rows are selected, with a # for how many: `Retry # selected`. */
    selected?: string;
  } = {},
): Html => {
  const attributes = html`class="${kind}"${name === undefined ? '' : html` name="${name}" value="${value ?? ''}"`}`;
  if (mayRole(visit.session.operator.role, permission)) {
    const action = formAction === undefined ? '' : html` formaction="${formAction}"`;
    const counting = selected === undefined ? '' : html` data-selected="${selected}"`;
    return html`<button type="submit" ${attributes}${action}${counting}>${label}</button>`;
  }
  return html`<span class="denied"><button type="submit" ${attributes} disabled>${label}</button> <small>requires the role ${LEAST_ROLES[permission]}</small></span>`;
};

/**
 * The attributes of a form whose answer takes the place of the page's contents, where scripts run: what
 * somebody is reading stays where it is. Without scripts it is an ordinary form.
 */
export const inPlace = (action: string): Html =>
  html`method="post" action="${action}" hx-post="${action}" hx-target="#main" hx-select="#main" hx-select-oob="#status" hx-swap="outerHTML show:none" hx-sync="this:drop"`;

/**
 * A part of a page that keeps itself up to date, unless somebody is at work in it.
 *
 * @param id of this part, the same at every load of the page
 */
export const live = ({ url }: Pick<Visit, 'url'>, id: string, body: Html): Html =>
  liveAt(url, id, body);

/** The same, read from an address that differs from the page's own. */
export const liveAt = (url: string, id: string, body: Html): Html =>
  html`<div id="${id}" data-live hx-get="${url}" hx-select="#${id}" hx-trigger="refresh" hx-swap="outerHTML" data-tag="${tagOf(`${url} ${id}`, body)}">${body}</div>`;
