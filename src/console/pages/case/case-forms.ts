import { randomUUID } from 'node:crypto';
import { type Actor, may } from '../../../access/actor.ts';
import type { Permission } from '../../../access/permissions.ts';
import { canBeDismissed } from '../../../support/cases/dismiss.ts';
import { engineerBlock } from '../../../support/cases/engineer-block.ts';
import type { Unlinked } from '../../../support/cases/link-history.ts';
import type { NextButton } from '../../../support/cases/next-step.ts';
import { LONGEST_NOTE, type Note } from '../../../support/cases/notes.ts';
import type { Case } from '../../../support/cases/types.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { isWhole, when } from '../../view/words.ts';

/** What may be done with a case now. @param atSeam the buttons for what is done at Seam */
export const actions = (visit: Visit, found: Case, atSeam: Html | null): Html => {
  const to = (...more: string[]): string => href(['connections', found.case, ...more]);
  const isLookable = !found.subject.startsWith('delivery:');
  // The button that stands out is the one that helps: what the page says is to be done.
  const { button: main } = found.next_step;
  const kindOf = (each: NextButton): 'main' | 'plain' => (each === main ? 'main' : 'plain');
  const looking = html`<form ${inPlace(to('retry'))}>${formFields(visit)}${button(visit, 'Retry now', 'retry', { kind: kindOf('retry') })}</form>
    ${linkButton(visit, 'Link to user…', 'link', to('link'), kindOf('link'))}
    ${ofAccount(visit, found, to)}`;
  return html`<div class="row actions" role="group" aria-label="What you can do">
    ${isLookable ? looking : ''}
    ${canBeDismissed(found.state) ? linkButton(visit, 'Dismiss with note…', 'dismiss', to('dismiss')) : ''}
    ${
      found.state === 'dismissed'
        ? html`<form ${inPlace(to('reopen'))}>${formFields(visit)}${button(visit, 'Reopen', 'dismiss')}</form>`
        : ''
    }
    ${atSeam}
  </div>`;
};

/** What may be done with its account. */
const ofAccount = (visit: Visit, found: Case, to: (...more: string[]) => string): Html => {
  const webview = webviewPlace(found, to);
  const kind = found.next_step.button === 'send_webview' ? 'main' : 'plain';
  return html`${found.user_id === null ? '' : linkButton(visit, 'Unlink…', 'link', to('unlink'))}
    ${found.unlinked === null ? '' : undoUnlinking(visit, found.unlinked)}
    ${webview === null ? '' : linkButton(visit, 'Send a new webview…', 'create_webview', webview, kind)}`;
};

/** Where a new webview is made: to reconnect the account, else, where that is what helps, for the user. */
const webviewPlace = (found: Case, to: (...more: string[]) => string): string | null => {
  const { connected_account_id: id, user, unlinked, next_step: next } = found;
  if (id !== null && user !== null && unlinked === null) return to('reconnect');
  if (next.button !== 'send_webview') return null;
  const find = user !== null && isWhole(user.user_id) ? user.user_id : undefined;
  return href(['webviews', 'new'], { find });
};

const undoUnlinking = (visit: Visit, { subject, audit_id }: Unlinked): Html =>
  html`<form ${inPlace(href(['connections', subject, 'links', audit_id, 'undo']))}>${formFields(visit)}${button(visit, 'Undo the unlinking', 'link')}</form>`;

/** Leads to a page with a form; for whoever may not send that, a button that says which role it takes. */
const linkButton = (
  visit: Visit,
  label: string,
  permission: Permission,
  to: string,
  kind: 'plain' | 'main' = 'plain',
): Html =>
  may(visit.actor, permission)
    ? html`<a class="button ${kind}" href="${to}">${label}</a>`
    : button(visit, label, permission);

/** The address of a case, to be pasted into a ticket; long as it is, it is not spelled out. */
export const address = (url: string): Html =>
  html`<p class="address"><a href="${url}">Link to this case</a>
    <button type="button" class="quiet" data-copy="${url}" hidden>Copy link</button></p>`;

export type Fault = Readonly<{ message: string; text: string }>;

/** What is wrong with a form, above it, with the way to the field. */
export const faultSummary = (id: string, { message }: Fault): Html =>
  html`<div class="fault" role="alert"><p><a href="#${id}">${message}</a></p></div>`;

/** A field for some lines of text. */
export const noteField = (
  given: { id: string; name: string; label: string; hint: string },
  fault: Fault | undefined,
): Html => html`<label for="${given.id}">${given.label}</label>
  <p id="${given.id}-hint" class="faint">${given.hint}</p>
  <textarea id="${given.id}" name="${given.name}" rows="3" required maxlength="${2 * LONGEST_NOTE}"${
    fault === undefined ? '' : html` aria-invalid="true"`
  } aria-describedby="${given.id}-hint${fault === undefined ? '' : ` ${given.id}-fault`}">${fault?.text ?? ''}</textarea>
  ${fault === undefined ? '' : html`<p id="${given.id}-fault" class="state bad">${fault.message}</p>`}`;

/**
 * The form for a note. What is being typed into it outlives whatever else is done on the page; once it was
 * kept (or refused), the form is another one.
 */
export const noteForm = (visit: Visit, found: Case, fault?: Fault): Html => {
  if (!may(visit.actor, 'note')) return html`<p>${button(visit, 'Add note', 'note')}</p>`;
  const id = fault === undefined ? lastNoteBy(visit.actor, found.notes) : randomUUID();
  return html`<form id="write-note-${id}" hx-preserve="true" class="stack" ${inPlace(href(['connections', found.case, 'notes']))}>
    ${fault === undefined ? '' : faultSummary('note', fault)}
    ${formFields(visit)}
    ${noteField(
      {
        id: 'note',
        name: 'text',
        label: 'Add a note',
        hint: 'What you found out, for whoever handles this next. Every operator can read it.',
      },
      fault,
    )}
    ${button(visit, 'Add note', 'note')}
  </form>`;
};

const lastNoteBy = ({ name }: Actor, notes: readonly Note[]): number =>
  notes.find(note => note.by === name)?.id ?? 0;

export const noteList = ({ subject, notes, more }: Case): Html => html`
  ${
    notes.length === 0
      ? html`<p>No notes yet.</p>`
      : html`<ul class="notes">${notes.map(
          note => html`<li class="card"><p class="faint"><strong>${note.by}</strong>, ${when(note.at)}</p>
            <p class="note">${note.text}</p></li>`,
        )}</ul>`
  }
  ${more.notes ? html`<p><a href="${href(['connections', subject], { notes_before: notes.at(-1)?.id })}">Older notes</a></p>` : ''}`;

/** What an engineer asks for first. */
export const forEngineer = (found: Case, url: string): Html => {
  const block = engineerBlock(found, url);
  return html`<h2 id="engineer">For an engineer</h2>
    <pre tabindex="0" aria-label="For an engineer">${block}</pre>
    <p><button type="button" class="quiet" data-copy="${block}" data-copied="Block copied." hidden>Copy block</button></p>`;
};
