import { MOST_PASSKEYS, type Passkey } from '../../../operators/passkeys/passkeys.ts';
import type { RelyingParty } from '../../../operators/passkeys/relying-party.ts';
import { passkeyForm } from '../../sign-in/passkey-pages.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { ago, when } from '../../view/words.ts';
import { signInAgain } from './sign-in-again.ts';

type Faults = Readonly<Record<string, string>>;
/** Where the fields are on the page. */
const FIELDS = { name: 'name' };

const PASSKEYS_TITLE = 'Your passkeys';

const backedUp = (passkey: Passkey): string =>
  passkey.backed_up ? 'Yes' : 'No: it is lost with its device';

/**
 * Which passkeys somebody has.
 *
 * @param action what stands at the end of a row, such as a form that removes it
 */
export const passkeyTable = (
  caption: string,
  passkeys: readonly Passkey[],
  action: ((passkey: Passkey) => Html) | null = null,
): Html => html`
  <div class="table wide cards" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">Added</th><th scope="col">Last used</th><th scope="col">Backed up</th>${action === null ? '' : html`<th scope="col">Change it</th>`}</tr></thead>
      <tbody>${passkeys.map(
        passkey => html`<tr>
          <th scope="row">${passkey.name}</th>
          <td data-label="Added">${when(passkey.created_at)}</td>
          <td data-label="Last used">${passkey.used_at === null ? 'Never' : ago(passkey.used_at)}</td>
          <td data-label="Backed up">${backedUp(passkey)}</td>
          ${action === null ? '' : html`<td>${action(passkey)}</td>`}
        </tr>`,
      )}</tbody>
    </table>
  </div>`;

const changeForms =
  (visit: Visit) =>
  ({ id, name }: Passkey): Html =>
    html`
  <div class="stack"><form method="post" action="${href(['account', 'passkeys', id, 'rename'])}" class="row">
    ${formFields(visit)}
    <label class="hidden" for="name-${id}">New name of ${name}</label>
    <input id="name-${id}" name="name" value="${name}" required maxlength="100" autocomplete="off">
    <button type="submit">Rename<span class="hidden"> ${name}</span></button>
  </form>
  <form method="post" action="${href(['account', 'passkeys', id, 'remove'])}">
    ${formFields(visit)}<button type="submit" class="danger">Remove<span class="hidden"> ${name}</span></button>
  </form></div>`;

const addForm = (visit: Visit, rp: RelyingParty, faults: Faults): Html =>
  passkeyForm(rp, {
    action: href(['account', 'passkeys', 'add']),
    options: href(['account', 'passkeys', 'options']),
    fields: html`${formFields(visit)}
      <label for="name">Name, so that you know it again</label>
      <input id="name" name="name" required maxlength="100" autocomplete="off" placeholder="Work laptop"${fieldFault(faults, 'name', 'name')}>`,
    button: 'Add a passkey',
    isMain: true,
  });

const addPart = (visit: Visit, { rp, isFresh, passkeys }: Known, faults: Faults): Html => {
  if (rp === null) {
    return html`<p>Passkeys don’t work at this address: they need a name, and https://. Whoever runs this console sets CONSOLE_URL.</p>`;
  }
  if (!isFresh) return signInAgain('add, rename or remove passkeys', href(['account', 'passkeys']));
  if (passkeys.length >= MOST_PASSKEYS) {
    return html`<p>You have ${MOST_PASSKEYS} passkeys, and can’t have more: remove one first.</p>`;
  }
  return html`<h2>Add a passkey</h2>${addForm(visit, rp, faults)}`;
};

type Known = Readonly<{
  passkeys: readonly Passkey[];
  /** Null where no browser makes any. */
  rp: RelyingParty | null;
  isFresh: boolean;
}>;

const FIRST = html`<p class="fault" role="alert">Here a password alone isn’t enough. Add a passkey, and then you can go on.</p>`;

export const passkeysPage = (visit: Visit, known: Known, faults: Faults = {}): Reply => {
  const { passkeys, isFresh } = known;
  return page(
    undefined,
    PASSKEYS_TITLE,
    html`<h1>${PASSKEYS_TITLE}</h1>
      ${visit.session.mustAddPasskey ? FIRST : ''}
      ${errorSummary(faults, FIELDS)}
      <p>A passkey signs you in with your device’s PIN, finger or face, or with a security key, and no other site can ask for it. Once you have one, your password alone no longer signs you in: it takes a passkey, too. Add a second one on another device, in case you lose the first.</p>
      ${
        passkeys.length === 0
          ? html`<p>You have none yet.</p>`
          : passkeyTable(PASSKEYS_TITLE, passkeys, isFresh ? changeForms(visit) : null)
      }
      ${addPart(visit, known, faults)}
      <p><a href="${href(['account'])}">Your account</a></p>`,
    Object.keys(faults).length === 0 ? 200 : 422,
  );
};
