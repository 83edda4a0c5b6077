// A row of links is one stop of the key Tab: within it the arrow keys go on. (Without scripts each link is a stop.)

const ITEMS = 'a[href], button:not(:disabled), summary';
const MOVES = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowLeft: at => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Rows that belong together are one: the outermost counts. */
const GROUPS = '[data-roving]:not([data-roving] *)';
const groupOf = target =>
  target instanceof Element && target.matches(ITEMS) ? target.closest(GROUPS) : null;

/** What unfolds in a group is not of its row: there the key Tab goes on as ever. */
const isOfRow = item => item.matches('summary') || item.closest('details') === null;
const itemsOf = group =>
  [...group.querySelectorAll(ITEMS)].filter(item => isOfRow(item) && item.checkVisibility());

/** The one that the key Tab comes to; the others are reached from there. */
const setStop = (group, stop) => {
  for (const item of itemsOf(group)) {
    item.tabIndex = item === stop ? 0 : -1;
    item.setAttribute('aria-describedby', 'roving-told');
  }
};

const prepare = () => {
  for (const group of document.querySelectorAll(GROUPS)) {
    const items = itemsOf(group);
    if (items.length < 2) continue;
    const isIn = items.includes(document.activeElement);
    setStop(
      group,
      isIn ? document.activeElement : (items.find(item => item.ariaCurrent !== null) ?? items[0]),
    );
  }
};

document.addEventListener('focusin', ({ target }) => {
  const group = groupOf(target);
  if (group !== null && itemsOf(group).includes(target)) setStop(group, target);
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const group = groupOf(event.target);
  const move = MOVES[event.key];
  if (group === null || move === undefined) return;
  const items = itemsOf(group);
  const at = items.indexOf(event.target);
  if (at < 0) return;
  event.preventDefault();
  items[move(at, items.length - 1)].focus();
});

document.addEventListener('DOMContentLoaded', prepare);
document.addEventListener('htmx:afterSettle', prepare);
