import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { assetUrl } from '../../console/assets.ts';
import { type Html, html } from '../../console/view/html.ts';

/** A path of the pretend app: parts are encoded, so none of them can lead elsewhere. */
export const appPath = (...parts: readonly string[]): string =>
  `/app${parts.map(part => `/${encodeURIComponent(part)}`).join('')}`;

const STYLE = readFileSync(new URL('./pretend.css', import.meta.url));
const STYLE_PATH = appPath('pretend.css');

/** The one asset of its own; the rest it shares with the console. */
export const sendStyle: RequestHandler = (_request, response) => {
  response.type('css').send(STYLE);
};
export const stylePath = STYLE_PATH;

/** Nothing inline runs, and a form leads nowhere but here and to these places. */
const policy = (places: readonly string[]): string =>
  `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${["'self'", ...places].join(' ')}; base-uri 'none'; frame-ancestors 'none'`;

/** For a page whose form ends with the user being sent elsewhere, if anywhere. */
export const leadingTo = (urls: readonly (string | null)[]) => {
  const there = urls.flatMap(url => (url !== null && URL.canParse(url) ? [new URL(url)] : []));
  // An app may be opened by a scheme of its own, which has no origin.
  const places = there.map(({ origin, protocol }) => (origin === 'null' ? protocol : origin));
  return { 'content-security-policy': policy([...new Set(places)]) };
};

export const security: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': policy([]),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  next();
};

/**
 * The whole document of a page.
 *
 * @param whose whose page it plays: the app's, or a lock maker's
 */
export const pretendLayout = (title: string, whose: 'app' | 'maker', body: Html): Html =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · sandbox</title>
    <link rel="icon" href="${assetUrl('icon.svg')}">
    <link rel="stylesheet" href="${assetUrl('console.css')}">
    <link rel="stylesheet" href="${STYLE_PATH}">
  </head>
  <body class="pretend ${whose}">
    <header class="pretend-bar"><p><strong>Sandbox.</strong> ${
      whose === 'app'
        ? 'This page stands in for your app.'
        : 'This page stands in for a Seam Connect Webview.'
    }</p></header>
    <main id="main" tabindex="-1">${body}</main>
  </body>
</html>`;
