import { FRESH_MINUTES } from '../../../operators/fresh.ts';
import { type Html, href, html } from '../../view/html.ts';

/**
 * In place of a form, for who signed in too long ago for it.
 *
 * @param todo what the form does: `change your passkeys`
 * @param next where they are, to come back to
 */
export const signInAgain = (todo: string, next: string): Html => html`
  <p>You signed in more than ${FRESH_MINUTES} minutes ago. To ${todo}, sign in again.</p>
  <p><a class="button main" href="${href(['sign-in'], { next })}">Sign in again</a></p>`;
