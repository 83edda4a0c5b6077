// Ctrl-K: goes to a page, does what this page has a button for, or searches. What it offers stands on the page as well.

const MOST_SHOWN = 12;
const dialog = document.getElementById('palette');
const field = document.getElementById('palette-text');
const list = document.getElementById('palette-list');

const labelOf = element =>
  (element.getAttribute('aria-label') ?? element.textContent).replaceAll(/\s+/g, ' ').trim();

const of = (group, selector) =>
  [...document.querySelectorAll(selector)]
    .filter(each => !each.disabled && !each.hidden)
    .map(element => ({ group, label: labelOf(element), element }));

/** What can be chosen now: what this page is for goes first. */
const choices = () => {
  const all = [
    ...of('Here', 'main .actions :is(a, button), main a.button:not(.whole)'),
    ...of('Go to', '.menu a'),
    ...of('Go to', '.views a, main .tabs a, .who a'),
  ];
  // The same words twice lead to the same.
  return all.filter(({ label }, n) => all.findIndex(each => each.label === label) === n);
};

const search = text => ({ group: 'Search', label: `Search for “${text}”`, text });

const matching = (text, all) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ label }) => words.every(word => label.toLowerCase().includes(word)));
  return [...found.slice(0, MOST_SHOWN), ...(words.length === 0 ? [] : [search(text.trim())])];
};

let offered = [];
let shown = [];
let chosen = 0;

const choose = n => {
  chosen = shown.length === 0 ? 0 : (n + shown.length) % shown.length;
  for (const [index, option] of [...list.children].entries()) {
    option.setAttribute('aria-selected', String(index === chosen));
  }
  const option = list.children[chosen];
  if (option === undefined) field.removeAttribute('aria-activedescendant');
  else field.setAttribute('aria-activedescendant', option.id);
  option?.scrollIntoView({ block: 'nearest' });
};

const optionOf = ({ group, label }, n) => {
  const option = document.createElement('li');
  const kind = document.createElement('small');
  kind.textContent = group;
  option.append(label, ' ', kind);
  option.id = `palette-${n}`;
  option.setAttribute('role', 'option');
  option.dataset.choice = String(n);
  return option;
};

const show = () => {
  shown = matching(field.value, offered);
  list.replaceChildren(...shown.map(optionOf));
  field.setAttribute('aria-expanded', String(shown.length > 0));
  choose(0);
};

const open = () => {
  if (dialog.open || document.querySelector('dialog[open]') !== null) return;
  offered = choices();
  field.value = '';
  show();
  dialog.showModal();
};

/** What somebody has yet to write in: then it takes them there, and does nothing by itself. */
const toFillIn = ({ form }) => form?.querySelector('textarea, input:not([type="hidden"])');

const act = ({ element, text }) => {
  dialog.close();
  if (text !== undefined) {
    const form = document.querySelector('form[role="search"]');
    form.elements.namedItem('q').value = text;
    form.requestSubmit();
    return;
  }
  if (!element.isConnected) return;
  const first = element instanceof HTMLButtonElement ? toFillIn(element) : null;
  if (first) first.focus();
  else if (element.matches('.danger')) element.focus();
  else element.click();
};

const MOVES = {
  ArrowDown: () => choose(chosen + 1),
  ArrowUp: () => choose(chosen - 1),
  Enter: () => {
    const choice = shown[chosen];
    if (choice !== undefined) act(choice);
  },
};

if (dialog !== null) {
  document.addEventListener('keydown', event => {
    const isAsked = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    if (!isAsked || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  field.addEventListener('input', show);
  field.addEventListener('keydown', event => {
    const move = event.isComposing ? undefined : MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  });
  list.addEventListener('click', event => {
    const choice = shown[event.target.closest('[data-choice]')?.dataset.choice];
    if (choice !== undefined) act(choice);
  });
  for (const button of document.querySelectorAll('[data-palette]')) {
    button.hidden = false;
    button.addEventListener('click', open);
  }
}
