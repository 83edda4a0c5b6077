import { SupportError } from '../../../access/errors.ts';
import type { AccountAtSeam } from '../../../support/accounts/at-seam.ts';
import { checkNote } from '../../../support/links/order.ts';
import { ACCOUNT_STATE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';

/** What the pages about an account at Seam show alike. */
export const accountFacts = (account: AccountAtSeam): Html => html`<dl class="facts">
  <dt>Account</dt><dd>${[account.type, account.name ?? account.identifier].filter(Boolean).join(', ')} <code>${account.accountId}</code></dd>
  ${account.state === null ? '' : html`<dt>Its state</dt><dd>${ACCOUNT_STATE_WORDS[account.state]}</dd>`}
  <dt>Linked to</dt><dd>${account.user === null ? 'no one' : html`${account.user.name ?? ''} <code>${account.user.id}</code>`}</dd>
</dl>`;

/** The note that says why; what was typed stays, whatever else was wrong. */
export const whyField = (
  text: string,
  fault: string | undefined,
): Html => html`<label for="why">Why?</label>
  <p id="why-hint" class="faint">Kept in the audit log, with your name: the ticket, who asked for it.</p>
  <textarea id="why" name="why" rows="3" required maxlength="4000"${
    fault === undefined ? '' : html` aria-invalid="true"`
  } aria-describedby="why-hint${fault === undefined ? '' : ' why-fault'}">${text}</textarea>
  ${fault === undefined ? '' : html`<p id="why-fault" class="state bad">${fault}</p>`}`;

/** What is wrong with such a note; undefined: nothing. */
export const noteFault = (why: string): string | undefined => {
  try {
    checkNote(why);
    return undefined;
  } catch (error) {
    if (error instanceof SupportError) return error.message;
    throw error;
  }
};

/** Back to the case. */
export const backToCase = ({ key }: Pick<AccountAtSeam, 'key'>): Html =>
  html`<p><a href="${href(['connections', key])}">← Back to the case</a></p>`;

/** What stands in the way, one or several sentences. */
export const whyNothing = (faults: readonly string[]): Html | null =>
  faults.length === 0
    ? null
    : html`<div class="fault" role="alert"><p>Nothing was done in Seam:</p>
        <ul>${faults.map(fault => html`<li>${fault}</li>`)}</ul></div>`;
