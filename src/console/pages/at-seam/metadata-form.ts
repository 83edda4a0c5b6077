import type { AccountAtSeam } from '../../../support/accounts/at-seam.ts';
import type { MetadataForm, MetadataPlan } from '../../../support/accounts/metadata-plan.ts';
import type { Candidate } from '../../../support/links/view.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { accountFacts, backToCase, whyField, whyNothing } from './account-facts.ts';

/** What was typed, and what is wrong with it. */
export type Typed = MetadataForm &
  Readonly<{ why: string; faults: readonly string[]; whyFault?: string | undefined }>;

const NEW_KEYS = 3;

export const EMPTY: Typed = {
  userId: '',
  values: {},
  removed: [],
  added: [],
  why: '',
  faults: [],
};

/** Reads what the form sent. */
export const typedIn = (sent: URLSearchParams): Typed => {
  const at = (name: string): string => sent.get(name) ?? '';
  const keys = sent.getAll('key');
  return {
    userId: at('user_id'),
    values: Object.fromEntries(keys.map((key, index) => [key, at(`value-${index}`)])),
    removed: keys.filter((_, index) => sent.has(`remove-${index}`)),
    added: Array.from({ length: NEW_KEYS }, (_, index) => ({
      key: at(`new-key-${index}`),
      value: at(`new-value-${index}`),
    })),
    why: at('why'),
    faults: [],
  };
};

const pathOf = ({ key }: AccountAtSeam): string => href(['connections', key, 'metadata']);

/** A value as it is shown: what may let somebody in is hidden, and stays. */
const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);

/** Keys with what they hold, room for others, whose it is, and why. */
export const askingForm = (
  visit: Visit,
  account: AccountAtSeam,
  naming: readonly string[],
  typed: Typed,
): Html => {
  const keys = Object.keys(account.metadata).filter(key => !naming.includes(key));
  const named = naming.find(key => Object.hasOwn(account.metadata, key));
  return html`${backToCase(account)}
    <h1>Change metadata in Seam</h1>
    ${whyNothing(typed.faults)}
    ${account.untold === null ? '' : html`<p class="state warn"><span aria-hidden="true">!</span> ${account.untold} Below is what it showed last.</p>`}
    ${accountFacts(account)}
    <form method="post" action="${pathOf(account)}" class="stack">
      ${formFields(visit)}
      <label for="user_id">The user it belongs to (an id of our users; leave it empty to keep it)</label>
      <p id="user-hint" class="faint">${
        named === undefined
          ? 'Seam names no user in this account’s metadata now.'
          : html`Seam names <code>${shownValue(account.shown[named])}</code> now, in <code>${named}</code>.`
      }</p>
      <input id="user_id" name="user_id" value="${typed.userId}" autocomplete="off" maxlength="500" aria-describedby="user-hint">
      ${keys.length === 0 ? html`<p>The account has no other metadata.</p>` : keysTable(account, keys, typed)}
      <fieldset><legend>Add keys</legend>
        <p class="faint">“true” and “false” are stored as yes and no.</p>
        ${Array.from({ length: NEW_KEYS }, (_, index) => newKey(index, typed))}
      </fieldset>
      ${whyField(typed.why, typed.whyFault)}
      <div class="row">${button(visit, 'Preview the change', 'update_account', { kind: 'main', name: 'step', value: 'preview' })}
        <a class="button" href="${href(['connections', account.key])}">Cancel</a></div>
    </form>`;
};

const keysTable = (account: AccountAtSeam, keys: readonly string[], typed: Typed): Html =>
  html`<div class="table records" tabindex="0" role="region" aria-label="Metadata"><table>
    <caption>Metadata now</caption>
    <thead><tr><th scope="col">Key</th><th scope="col">Now</th><th scope="col">New value (empty: stays)</th><th scope="col">Remove</th></tr></thead>
    <tbody>${keys.map(
      (key, index) => html`<tr>
        <th scope="row"><code>${key}</code><input type="hidden" name="key" value="${key}"></th>
        <td data-label="Now">${shownValue(account.shown[key])}</td>
        <td data-label="New value"><input name="value-${index}" value="${typed.values[key] ?? ''}" aria-label="New value of ${key}" autocomplete="off" maxlength="1000"></td>
        <td data-label="Remove"><input type="checkbox" name="remove-${index}" value="yes" aria-label="Remove ${key}"${typed.removed.includes(key) ? html` checked` : ''}></td>
      </tr>`,
    )}</tbody>
  </table></div>`;

const newKey = (index: number, { added }: Typed): Html => html`<div class="row">
  <input name="new-key-${index}" value="${added[index]?.key ?? ''}" aria-label="Key ${index + 1} to add" placeholder="key" autocomplete="off" maxlength="100">
  <input name="new-value-${index}" value="${added[index]?.value ?? ''}" aria-label="Value of key ${index + 1}" placeholder="value" autocomplete="off" maxlength="1000">
</div>`;

/** What was typed, hidden: it goes along, and comes back to be changed. */
const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;

const carried = ({ userId, values, removed, added, why }: Typed): Html => html`
  ${hidden('user_id', userId)}
  ${Object.entries(values).map(
    ([key, value], index) =>
      html`${hidden('key', key)}${hidden(`value-${index}`, value)}${removed.includes(key) ? hidden(`remove-${index}`, 'yes') : ''}`,
  )}
  ${added.map(({ key, value }, index) => html`${hidden(`new-key-${index}`, key)}${hidden(`new-value-${index}`, value)}`)}
  ${hidden('why', why)}`;

/** Before and after, side by side, and the button that does it. */
export const previewForm = (
  visit: Visit,
  account: AccountAtSeam,
  { changes }: MetadataPlan,
  user: Candidate | null,
  typed: Typed,
  seen: string,
): Html => {
  const many = changes.length === 1 ? '1 key' : `${changes.length} keys`;
  const what = [...(user === null ? [] : ['the user']), ...(changes.length === 0 ? [] : [many])];
  return html`${backToCase(account)}
    <h1>Change ${what.join(' and ')} in Seam?</h1>
    ${accountFacts(account)}
    <div class="table records" tabindex="0" role="region" aria-label="Before and after"><table>
      <caption>Before and after</caption>
      <thead><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>
        ${user === null ? '' : html`<tr><th scope="row">The user it belongs to</th><td data-label="Before">${account.user === null ? 'no one' : (account.user.name ?? account.user.id)}</td><td data-label="After">${user.name ?? ''} <code>${user.id}</code></td></tr>`}
        ${changes.map(
          ({ key, before, after }) => html`<tr><th scope="row"><code>${key}</code></th>
            <td data-label="Before">${before === null ? 'nothing' : shownValue(account.shown[key])}</td>
            <td data-label="After">${after === null ? 'removed' : shownValue(after)}</td></tr>`,
        )}
      </tbody>
    </table></div>
    <p>Why: ${typed.why}</p>
    <p>All other metadata stay. The account is checked again afterwards${user === null ? '' : ', and is linked to that user'}.</p>
    <form method="post" action="${pathOf(account)}" class="stack">
      ${formFields(visit)}${carried(typed)}${hidden('seen', seen)}
      <div class="row">${button(visit, `Change ${what.join(' and ')} in Seam`, 'update_account', { kind: 'main', name: 'step', value: 'change' })}
        ${button(visit, 'Edit', 'update_account', { name: 'step', value: 'edit' })}
        <a class="button" href="${href(['connections', account.key])}">Cancel</a></div>
    </form>`;
};
