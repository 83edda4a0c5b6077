import { type Html, html } from '../../view/html.ts';

/** Something that is shown this once: it is on this page, and nowhere else. */
export const secretShown = (label: string, secret: string): Html => html`
  <section class="card secret" aria-labelledby="secret-label">
    <h2 id="secret-label">${label}</h2>
    <p><code id="secret">${secret}</code></p>
    <p><button type="button" data-copy="${secret}" data-copied="Copied.">Copy</button></p>
    <p><strong>It is shown only once.</strong> Copy it before you leave this page.</p>
  </section>`;
