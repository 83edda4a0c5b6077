import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import type { Reply, Visit } from '../../view/route.ts';

/** Whether keys do something by themselves. Source: https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts */
export const singleKeysForm = (visit: Visit): Html => html`<h2 id="keys">Keyboard shortcuts</h2>
    <p>Single keys (such as <kbd>j</kbd>, <kbd>x</kbd>, <kbd>e</kbd>, <kbd>g</kbd> <kbd>h</kbd>) act at once. If you use speech input, or press keys by accident, switch them off: <kbd>Ctrl</kbd> <kbd>K</kbd> and the arrow keys still work. It holds for you in this browser.</p>
    <form method="post" action="${href(['account', 'keys'])}" class="stack">
      ${formFields(visit)}
      <p class="check"><input type="checkbox" id="single-keys" name="single_keys" value="on" autocomplete="off"${visit.hasSingleKeys ? html` checked` : ''}>
        <label for="single-keys">Single keys act</label></p>
      <button type="submit">Save shortcuts</button>
    </form>`;

export const saveSingleKeys = ({ form }: Visit): Reply => {
  const singleKeys = form.get('single_keys') === 'on';
  const text = singleKeys
    ? 'Single keys are on in this browser. Press ? to see them.'
    : 'Single keys are off in this browser.';
  return { kind: 'redirect', to: href(['account']), notice: { text }, singleKeys };
};
