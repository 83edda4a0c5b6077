import { type Html, html } from './html.ts';
import type { Outcome } from './schema.ts';

type User = { id: string; name: string };
type LockAccount = { connectedAccountId: string; maker: string | null; state: string | null };
type Notice = { text: string; at: Date };

/** How an account stands, for the one whose it is; what a later version of the contract adds is being checked. */
const STATES: Record<string, { mark: string; words: string; needsUser: boolean }> = {
  connected: { mark: '✓', words: 'Working', needsUser: false },
  disconnected: { mark: '✕', words: 'Stopped working', needsUser: true },
  reauthorization_requested: { mark: '!', words: 'Needs you to sign in again', needsUser: true },
  being_deleted: { mark: '…', words: 'Being removed', needsUser: false },
};
const BEING_CHECKED = { mark: '…', words: 'Being checked', needsUser: false };

/** The whole document of a page. */
export const page = (
  title: string,
  user: User | null,
  body: Html,
  head: Html | null = null,
): Html =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Example app</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
    ${head}
  </head>
  <body>
    <header>
      <p><a href="/locks">Example app</a></p>
      ${user && signedIn(user)}
    </header>
    <main>${body}</main>
  </body>
</html>`;

const signedIn = ({ name }: User): Html => html`<form method="post" action="/sign-out">
        <span>${name}</span> <button class="quiet">Sign out</button>
      </form>`;

export const signInPage = (users: readonly User[]): Html => html`<h1>Sign in</h1>
  <p>This stands in for your app’s own sign-in.</p>
  <form method="post" action="/sign-in">
    <label for="user">Who are you?</label>
    <select id="user" name="user">
      ${users.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
    </select>
    <button>Sign in</button>
  </form>`;

const connectForm = (label: string): Html =>
  html`<form method="post" action="/locks/connect"><button>${label}</button></form>`;

export const locksPage = (
  accounts: readonly LockAccount[],
  notices: readonly Notice[],
): Html => html`<h1>Your locks</h1>
  ${
    accounts.length === 0
      ? html`<p>You have not connected a lock yet.</p>`
      : html`<ul class="cards">${accounts.map(accountCard)}</ul>`
  }
  ${connectForm('Connect a lock')}
  ${notices.length > 0 && noticeList(notices)}`;

const accountCard = ({ connectedAccountId, maker, state }: LockAccount): Html => {
  const { mark, words, needsUser } = STATES[state ?? ''] ?? BEING_CHECKED;
  const name = `${maker ?? 'Lock'} account`;
  const action = `/locks/${encodeURIComponent(connectedAccountId)}/reconnect`;
  return html`<li class="${needsUser ? 'card bad' : 'card'}">
      <h2>${name}</h2>
      <p><span aria-hidden="true">${mark}</span> ${words}</p>
      ${needsUser && html`<form method="post" action="${action}"><button>Reconnect<span class="hidden"> your ${name}</span></button></form>`}
    </li>`;
};

const noticeList = (notices: readonly Notice[]): Html => html`<h2>What happened</h2>
  <ul>${notices.map(
    ({ text, at }) =>
      html`<li>${text} <time datetime="${at.toISOString()}">${at.toUTCString()}</time></li>`,
  )}</ul>`;

/** From then on it takes longer than usual. */
const LONG_MS = 30_000;
/** From then on nothing is asked by itself any more. As in `waiting.js`. */
const END_MS = 5 * 60_000;

/**
 * Asks again by itself: with a script that replaces what has changed, or else by loading the page anew. Less often after
 * a while, and not for ever.
 */
export const waitingHead = (
  waitedMs: number,
): Html => html`<script src="/waiting.js" defer></script>
    ${
      waitedMs < END_MS &&
      html`<noscript><meta http-equiv="refresh" content="${waitedMs < LONG_MS ? '2' : '10'}"></noscript>`
    }`;

/** Back from Seam. What is in the live regions is read out when it changes. */
export const attemptPage = (outcome: Outcome | null, waitedMs: number): Html =>
  html`<h1>Connect your lock</h1>
  <div id="status" role="status" aria-live="polite" data-outcome="${outcome ?? 'waiting'}">${verdict(outcome, waitedMs > LONG_MS)}</div>
  <div id="paused" role="status" aria-live="polite"></div>
  ${
    outcome === null &&
    waitedMs >= END_MS &&
    html`<noscript><p><a href="">Check again</a></p></noscript>`
  }
  <p><a href="/locks">Your locks</a></p>`;

const verdict = (outcome: Outcome | null, isLong: boolean): Html => {
  switch (outcome) {
    case 'connected':
      return html`<p class="card good"><span aria-hidden="true">✓</span> Your lock account is connected.</p>`;
    case 'login_failed':
      return html`<p class="card bad"><span aria-hidden="true">✕</span> The maker of your lock did not accept the sign-in.
        Check the e-mail and the password in the maker’s own app, and then try again.</p>${connectForm('Try again')}`;
    case 'needs_attention':
      return html`<p class="card bad"><span aria-hidden="true">!</span> Your lock account was connected, but we could not add it to your locks.
        Our support has been told, and takes care of it. You need not do anything.</p>`;
    case null:
      return html`<p class="card">We’re connecting your lock …</p>
        ${
          isLong &&
          html`<p>This takes longer than usual. You can leave this page: your lock appears among your locks as soon as it is there.
          If you did not finish signing in, begin again.</p>${connectForm('Begin again')}`
        }`;
    default:
      return outcome satisfies never;
  }
};

export const faultPage = (): Html => html`<h1>That did not work</h1>
  <p role="alert" class="card bad">We can’t reach our lock service just now. Nothing was changed. Please try again in a minute.</p>
  <p><a href="/locks">Your locks</a></p>`;

export const notTheirsPage = (): Html => html`<h1>Not yours any more</h1>
  <p role="alert" class="card bad">This lock account is not among yours any more, so nothing was changed.</p>
  <p><a href="/locks">Your locks</a></p>`;

export const notFoundPage = (): Html => html`<h1>Not found</h1>
  <p>There is no such page, or it isn’t yours.</p>
  <p><a href="/locks">Your locks</a></p>`;
