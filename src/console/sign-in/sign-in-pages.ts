import { assetUrl } from '../assets.ts';
import { type Html, href, html } from '../view/html.ts';
import { bareLayout } from '../view/layout.ts';

const faultOf = (fault: string | undefined): Html | string =>
  fault === undefined ? '' : html`<div class="fault" role="alert" id="fault"><p>${fault}</p></div>`;

/** @param hasCompany whether the company's own account may be used, too */
export const signInPage = (
  hasCompany: boolean,
  next: string,
  { fault, note, name = '' }: { fault?: string; note?: string; name?: string } = {},
): Html => {
  const described = fault === undefined ? '' : html` aria-describedby="fault" aria-invalid="true"`;
  return bareLayout(
    'Sign in',
    html`<h1>Sign in</h1>
    ${note === undefined ? '' : html`<p class="notice" role="status">${note}</p>`}
    ${faultOf(fault)}
    ${
      hasCompany
        ? html`<p><a class="button main" href="${href(['sign-in', 'company'], { next })}">Sign in with your company account</a></p>
    <h2>Or with a name and password</h2>`
        : ''
    }
    <form method="post" action="${href(['sign-in'])}" class="stack">
      <input type="hidden" name="next" value="${next}">
      <label for="name">Name</label>
      <input id="name" name="name" value="${name}" autocomplete="username" required maxlength="100"${described}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"${described}>
      <button type="submit" class="${hasCompany ? 'plain' : 'main'}">Sign in</button>
    </form>
    <p class="faint">No password yet, or forgot it? Ask an admin for a sign-in link.</p>`,
  );
};

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
        ? html`<p><a href="${href(['sign-in'])}">Sign in with a name and password</a></p>`
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

/** A form of somebody who isn't signed in any more. */
export const sessionOverPage = (next: string): Html =>
  bareLayout(
    'Your session has ended',
    html`<h1>Your session is over</h1>
    <p class="fault" role="alert">You are no longer signed in, so nothing was done. Sign in and try again.</p>
    <p><a class="button main" href="${href(['sign-in'], { next })}">Sign in</a></p>`,
  );
