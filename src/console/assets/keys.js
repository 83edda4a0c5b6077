// What keys do, beside what the browser does with them. They are listed under "?" (view/shortcuts.ts).

/** After `g`, the letter of a page is waited for so long. */
const GO_MS = 2_000;

const tell = text => document.dispatchEvent(new CustomEvent('tell', { detail: text }));

const TYPED = `textarea, select, [contenteditable],
  input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])`;
const isTyping = target => target instanceof HTMLElement && target.closest(TYPED) !== null;
const isDialogOpen = () => document.querySelector('dialog[open]') !== null;

/** The links of a list's rows; the one with the focus is the row that keys are for. */
const rowLinks = () => [...document.querySelectorAll('main .leads a.whole')];
const currentRow = () => document.activeElement?.closest('.leads') ?? null;

const step = by => {
  const links = rowLinks();
  if (links.length === 0) return;
  const at = links.findIndex(link => link.closest('.leads') === currentRow());
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
  links[next].focus();
};

const select = event => {
  const box = currentRow()?.querySelector('input[type="checkbox"]');
  // With the key Shift, as with the mouse: all from the last one to this one.
  box?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: event.shiftKey }));
};

/** Where the cases are, below whatever path the console is. */
const CASES = new URL('../../connections/', import.meta.url).pathname;
const isCase = path => path.startsWith(CASES) && /^[^/]+$/.test(path.slice(CASES.length));

const dismiss = () => {
  const row = currentRow()?.querySelector('a.whole')?.href;
  if (row !== undefined && isCase(new URL(row).pathname)) {
    const to = new URL(row);
    to.pathname += '/dismiss';
    location.assign(to);
    return;
  }
  const link = document.querySelector('main a[href*="/dismiss"]');
  if (link === null)
    tell('There is nothing here to dismiss. In a list, choose a row with j and k.');
  else link.click();
};

const follow = (rel, what) => {
  const link = document.querySelector(`main a[rel~="${rel}"]`);
  if (link === null) tell(`There is no ${what} one.`);
  else link.click();
};

const press = selector => document.querySelector(selector)?.click();

const SHORTCUTS = {
  '/': () => document.getElementById('search')?.focus(),
  '?': () => document.getElementById('shortcuts')?.showModal(),
  p: () => press('[data-pause-updates]'),
  j: () => step(1),
  k: () => step(-1),
  x: select,
  X: select,
  e: dismiss,
  '[': () => follow('prev', 'previous'),
  ']': () => follow('next', 'next'),
};

/** When `g` was pressed, in the time of events. */
let wentAt = Number.NEGATIVE_INFINITY;

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // Their own choice, on the page of their account.
  if (document.body.dataset.singleKeys === 'off') return;
  if (isTyping(event.target) || isDialogOpen()) return;
  const isGoing = event.timeStamp - wentAt < GO_MS;
  wentAt = event.key === 'g' && !isGoing ? event.timeStamp : Number.NEGATIVE_INFINITY;
  const page = isGoing ? document.querySelector(`[data-go="${CSS.escape(event.key)}"]`) : null;
  const act = page === null ? SHORTCUTS[event.key] : () => page.click();
  if (act === undefined || (isGoing && page === null)) return;
  event.preventDefault();
  act(event);
});

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('[data-shortcuts]') : null;
  if (button !== null) SHORTCUTS['?']();
});
