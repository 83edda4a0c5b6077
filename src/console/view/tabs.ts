import { type Html, html } from './html.ts';

/** Links to the same page, seen otherwise. */
export const tabs = (
  label: string,
  links: readonly { label: string; to: string; isCurrent: boolean }[],
): Html =>
  html`<nav class="tabs" aria-label="${label}"><ul data-roving>${links.map(
    link =>
      html`<li><a href="${link.to}"${link.isCurrent ? html` aria-current="page"` : ''}>${link.label}</a></li>`,
  )}</ul></nav>`;
