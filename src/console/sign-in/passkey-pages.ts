import type { RelyingParty } from '../../operators/passkeys/relying-party.ts';
import { assetUrl } from '../assets.ts';
import { type Html, href, html } from '../view/html.ts';
import { bareLayout } from '../view/layout.ts';

/**
 * A form that the browser's passkey fills in; hidden until its script runs, because nothing else can do that.
 *
 * @param of.action where it goes with the answer
 * @param of.options where what the browser is asked for comes from
 */
export const passkeyForm = (
  { origin }: RelyingParty,
  of: { action: string; options: string; fields: Html; button: string; isMain: boolean },
): Html => html`
  <form method="post" action="${of.action}" class="stack" data-passkey="${of.options}" data-passkey-origin="${origin}" hidden>
    ${of.fields}<input type="hidden" name="credential" value="">
    <p class="fault" role="alert" data-passkey-told hidden></p>
    <button type="submit" class="${of.isMain ? 'main' : 'plain'}">${of.button}</button>
  </form>
  <p class="faint">Passkeys need JavaScript, which is off in this browser.</p>
  <script type="module" src="${assetUrl('passkeys.js')}"></script>`;

const nextField = (next: string): Html => html`<input type="hidden" name="next" value="${next}">`;

/** On the page for signing in, beside the password. */
export const passkeyButton = (rp: RelyingParty, next: string): Html =>
  passkeyForm(rp, {
    action: href(['sign-in', 'passkey']),
    options: href(['sign-in', 'passkey', 'options']),
    fields: nextField(next),
    button: 'Sign in with a passkey',
    isMain: false,
  });

/** After the password. @param rp null: at this address no browser uses a passkey */
export const secondStepPage = (rp: RelyingParty | null, next: string): Html =>
  bareLayout(
    'Sign in',
    html`<h1>Now your passkey</h1>
    <p>Your password is right. You have a passkey, so it takes that, too.</p>
    ${
      rp === null
        ? html`<p class="fault" role="alert">Passkeys don’t work at this address. Whoever runs this console has to set CONSOLE_URL, or can make you a sign-in link on the command line.</p>`
        : passkeyForm(rp, {
            action: href(['sign-in', 'second-step']),
            options: href(['sign-in', 'second-step', 'options']),
            fields: nextField(next),
            button: 'Use your passkey',
            isMain: true,
          })
    }
    <p class="faint">Lost your passkey? Ask an admin to remove it, or for a sign-in link.</p>
    <p><a href="${href(['sign-in'], { next })}">Sign in another way</a></p>`,
  );
