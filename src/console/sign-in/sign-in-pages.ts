import type { RelyingParty } from '../../operators/passkeys/relying-party.ts';
import { assetUrl } from '../assets.ts';
import { type Html, href, html } from '../view/html.ts';
import { bareLayout } from '../view/layout.ts';
import { passkeyButton } from './passkey-pages.ts';

const faultOf = (fault: string | undefined): Html | string =>
  fault === undefined ? '' : html`<div class="fault" role="alert" id="fault"><p>${fault}</p></div>`;

/** How one may sign in. */
export type Ways = Readonly<{
  company: boolean;
  passwords: boolean;
  /** Null where there are none: passwords are switched off, or no browser uses one at this address. */
  passkeys: RelyingParty | null;
}>;

const passwordForm = (
  { company }: Ways,
  next: string,
  { name, isFaulty }: { name: string; isFaulty: boolean },
): Html => {
  const described = isFaulty ? html` aria-describedby="fault" aria-invalid="true"` : '';
  return html`
    <form method="post" action="${href(['sign-in'])}" class="stack">
      <input type="hidden" name="next" value="${next}">
      <label for="name">Name</label>
      <input id="name" name="name" value="${name}" autocomplete="username" required maxlength="100"${described}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"${described}>
      <button type="submit" class="${company ? 'plain' : 'main'}">Sign in</button>
    </form>
    <p class="faint">No password yet, or forgot it? Ask an admin for a sign-in link.</p>`;
};

export const signInPage = (
  ways: Ways,
  next: string,
  { fault, note, name = '' }: { fault?: string; note?: string; name?: string } = {},
): Html =>
  bareLayout(
    'Sign in',
    html`<h1>Sign in</h1>
    ${note === undefined ? '' : html`<p class="notice" role="status">${note}</p>`}
    ${faultOf(fault)}
    ${
      ways.company
        ? html`<p><a class="button main" href="${href(['sign-in', 'company'], { next })}">Sign in with your company account</a></p>`
        : ''
    }
    ${ways.company && ways.passwords ? html`<h2>Or with a name and password</h2>` : ''}
    ${ways.passwords ? passwordForm(ways, next, { name, isFaulty: fault !== undefined }) : ''}
    ${ways.passkeys === null ? '' : html`<h2>Or with a passkey</h2>${passkeyButton(ways.passkeys, next)}`}`,
  );

/**
 * The key is in the part of the address that only the browser sees: a script puts it into the field. Without
 * scripts it is pasted there.
 *
 * @param isOpen false: there is nothing to press any more
 */
export const signInLinkPage = (isOpen: boolean, next: string, fault?: string): Html =>
  bareLayout(
    'Sign in',
    html`<h1>Sign in</h1>
    ${faultOf(fault)}
    ${
      !isOpen
        ? html`<p><a href="${href(['sign-in'])}">Sign in another way</a></p>`
        : html`<form method="post" action="${href(['sign-in', 'link'])}" class="stack">
      <input type="hidden" name="next" value="${next}">
      <p>This link signs you in once.</p>
      <div class="stack" data-key-by-hand>
        <label for="key">Your sign-in link</label>
        <input id="key" name="key" autocomplete="off" autocapitalize="none" spellcheck="false" required maxlength="2000" aria-describedby="key-hint" data-key>
        <p class="faint" id="key-hint">Paste the whole link here, as it was given to you.</p>
      </div>
      <button type="submit" class="main">Sign in with this link</button>
    </form>`
    }
    <script src="${assetUrl('sign-in-link.js')}" defer></script>`,
  );

/** Why nobody was signed in, and what to do. */
export const notSignedInPage = (title: string, sentence: string, next: string): Html =>
  bareLayout(
    title,
    html`<h1>${title}</h1>
    <p class="fault" role="alert">${sentence}</p>
    <p><a class="button" href="${href(['sign-in'], { next })}">Back to sign-in</a></p>`,
  );

/**
 * A form of somebody who isn't signed in any more.
 *
 * @param isKept whether what they typed is in the form again once they have signed in
 * @param written what they typed, where it can't be kept for them
 */
export const sessionOverPage = (
  next: string,
  { isKept = false, written = null }: { isKept?: boolean; written?: Html | null } = {},
): Html =>
  bareLayout(
    'Your session has ended',
    html`<h1>Your session is over</h1>
    <p class="fault" role="alert">You are no longer signed in, so nothing was done. ${isKept ? 'What you wrote is kept: sign in, and it is in the form again.' : 'Sign in and try again.'}</p>
    <p><a class="button main" href="${href(['sign-in'], { next })}">Sign in</a></p>
    ${written}`,
  );

/** Signed out here; the browser goes on to the company's provider by itself. */
export const signedOutPage = (url: string): Html =>
  bareLayout(
    'Signed out',
    html`<h1>You are signed out here</h1>
    <p>Next, your company’s sign-in signs you out, too.</p>
    <p><a class="button main" href="${url}">Sign out of your company account</a></p>
    <p><a href="${href(['sign-in'])}">Sign in again</a></p>`,
  );
