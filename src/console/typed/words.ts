import type { SupportFault } from '../../access/errors.ts';
import type { Draft } from '../../support/drafts/drafts.ts';
import type { News } from '../../support/drafts/news.ts';
import { changesTable } from '../pages/case/changes.ts';
import { type Html, href, html } from '../view/html.ts';
import { ago, stateBadge, when } from '../view/words.ts';

/* What is told of what somebody has typed. */

/** `per_second` as a person reads it. */
const labelOf = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What was typed, where its form is not on the page: to be copied. */
export const writtenBlock = (typed: readonly { name: string; text: string }[]): Html | null =>
  typed.length === 0
    ? null
    : html`<section class="card written" aria-labelledby="written-title">
        <h2 id="written-title">What you wrote</h2>
        ${typed.map(
          ({ name, text }, index) => html`<div class="stack">
          <label for="written-${index}">${labelOf(name)}</label>
          <textarea id="written-${index}" rows="3" readonly>
${text}</textarea>
          <p><button type="button" class="quiet" data-copy="${text}" data-copied="Text copied." hidden>Copy<span class="hidden"> ${labelOf(name)}</span></button></p>
        </div>`,
        )}
      </section>`;

const SHOWN = 200;
const shortened = (text: string): string => {
  const all = [...text];
  return all.length <= SHOWN ? text : `${all.slice(0, SHOWN).join('')}…`;
};

/** What stands in a draft, for a list of them. */
export const draftTexts = (fields: Draft['fields']): Html =>
  html`<ul class="pairs">${Object.entries(fields)
    .filter(([name, text]) => !name.startsWith('@') && text.trim() !== '')
    .map(
      ([name, text]) =>
        html`<li><span class="faint">${labelOf(name)}:</span> ${shortened(text)}</li>`,
    )}</ul>`;

/** Below a form that was filled in from a draft. */
export const draftNote = ({ form, updatedAt }: Pick<Draft, 'form' | 'updatedAt'>): Html =>
  html`<p class="draft"><span>Your draft, last changed ${ago(updatedAt)}. It hasn’t been sent.</span>
    <button type="submit" class="quiet" name="draft" value="${form}" formaction="${href(['drafts', 'discard'])}" formnovalidate data-discard>Discard draft</button></p>`;

/** What has come since the form was opened; nothing where that is nothing. */
export const newsBlock = ({ changes, now }: News, openedAt: Date): Html | null =>
  changes.length === 0 && now === null
    ? null
    : html`<section class="card news" aria-labelledby="news-title">
        <h2 id="news-title">New since you opened this page <small>(${when(openedAt)})</small></h2>
        ${now === null ? '' : html`<p>How it stands now: ${stateBadge(now.state)}, since ${when(now.since)}.</p>`}
        ${changes.length === 0 ? '' : changesTable(changes, 'What people did since', { withTarget: false })}
      </section>`;

export const FAULT_TITLES = {
  invalid: 'This request couldn’t be read',
  not_allowed: 'Your role doesn’t allow this',
  not_found: 'Not found',
  conflict: 'Nothing was done',
  gone: 'No longer kept',
  refused: 'This can’t be done',
} as const satisfies Record<SupportFault, string>;

/** Above the page that a form came back on. */
export const cameBack = (
  { fault, message, faults }: { fault: SupportFault; message: string; faults: readonly string[] },
  { isInForm, news }: { isInForm: boolean; news: Html | null },
): Html => html`<div class="fault came-back" role="alert">
    <p><strong>${FAULT_TITLES[fault]}.</strong> ${message}</p>
    ${faults.length > 1 ? html`<ul>${faults.map(each => html`<li>${each}</li>`)}</ul>` : ''}
    <p>${
      isInForm
        ? 'What you wrote is in the form again. Check it, and send it again if it still applies.'
        : 'What you wrote is kept below.'
    }</p>
  </div>${news}`;
