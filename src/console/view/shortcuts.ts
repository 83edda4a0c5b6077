import { type Html, href, html } from './html.ts';
import { SECTIONS, type Section } from './route.ts';

/** What keys do (assets/keys.js, assets/palette.js), in the order in which they are listed. */
export const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search'],
  [['Ctrl', 'K'], 'Go to a page or do something here, by its name'],
  [['j'], 'Next row of the list'],
  [['k'], 'Previous row of the list'],
  [['Enter'], 'Open the row'],
  [['x'], 'Select the row; with Shift, all from the last one'],
  [['e'], 'Dismiss the row, or the case on the page'],
  [['['], 'Previous case or page'],
  [[']'], 'Next case or page'],
  [['←', '→'], 'Move along a row of links, such as the menu or tabs'],
  [['p'], 'Pause or resume updates'],
  [['?'], 'Show these shortcuts'],
  [['Esc'], 'Close'],
];

/** After `g`: where each letter leads. */
export const GO_KEYS = {
  attention: 'h',
  mine: 'm',
  connections: 'c',
  bulk: 'b',
  queue: 'q',
  alerts: 'l',
  drift: 'd',
  endpoints: 'e',
  audit: 'a',
  operators: 'o',
} as const satisfies Record<Section, string>;

const row = (keys: readonly string[], what: string): Html =>
  html`<tr><th scope="row">${keys.map((key, n) => html`${n === 0 ? '' : ' '}<kbd>${key}</kbd>`)}</th><td>${what}</td></tr>`;

const table = (caption: string, rows: readonly Html[]): Html => html`<table>
          <caption>${caption}</caption>
          <thead class="hidden"><tr><th scope="col">Key</th><th scope="col">What it does</th></tr></thead>
          <tbody>${rows}</tbody>
        </table>`;

/** The list of them, and the palette. @param sections those that whoever looks can go to @param hasSingleKeys whether they want keys that act by themselves */
export const dialogs = (
  sections: readonly Section[],
  hasSingleKeys: boolean,
): Html => html`<dialog id="shortcuts" class="shortcuts" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title" tabindex="-1" autofocus>Keyboard shortcuts</h2>
      <div class="sides">
        ${table(
          'On a page',
          SHORTCUTS.map(([keys, what]) => row(keys, what)),
        )}
        ${table(
          'Go to',
          sections.map(section => row(['g', GO_KEYS[section]], SECTIONS[section].label)),
        )}
      </div>
      <p>${
        hasSingleKeys
          ? 'Single keys can be switched off'
          : 'You have switched single keys off in this browser: only Ctrl K, the arrow keys and Esc act'
      }: <a href="${href(['account'])}#keys">Your account</a>.</p>
      <form method="dialog"><button type="submit">Close</button></form>
    </dialog>
    <dialog id="palette" class="palette" aria-label="Go to, or do">
      <label class="hidden" for="palette-text">A page, something to do here, or what to search for</label>
      <input id="palette-text" class="palette-text" type="text" role="combobox" aria-expanded="false" aria-controls="palette-list" aria-autocomplete="list"
        placeholder="A page, something to do here, or what to search for" autocomplete="off" maxlength="500">
      <ul id="palette-list" role="listbox" aria-label="Matches"></ul>
    </dialog>`;
