// Rows that are selected: how many, all of the page, ranges.

const BOXES = 'input[type="checkbox"][name="subject"]';
const boxesOf = form => [...form.querySelectorAll(BOXES)];
const formsWithRows = () =>
  [...document.querySelectorAll('form')].filter(form => form.querySelector(BOXES) !== null);

const count = form => {
  const boxes = boxesOf(form);
  const selected = boxes.filter(box => box.checked).length;
  // Nothing can be done with nothing: then its bar isn't in sight.
  form.querySelector('.selection')?.toggleAttribute('data-some', selected > 0);
  for (const button of form.querySelectorAll('[data-selected]')) {
    button.textContent = button.dataset.selected.replace('#', String(selected));
    button.disabled = selected === 0;
  }
  for (const told of form.querySelectorAll('[data-selected-count]')) {
    const text = selected === 0 ? 'None selected' : `${selected} selected`;
    // Said aloud where it changes, and only then.
    if (told.textContent !== text) told.textContent = text;
  }
  for (const all of form.querySelectorAll('[data-select-all]')) {
    const isAll = selected > 0 && selected === boxes.length;
    if (all instanceof HTMLInputElement) {
      all.checked = isAll;
      all.indeterminate = selected > 0 && !isAll;
    } else {
      all.textContent = isAll ? 'Select none' : `Select all ${boxes.length} on this page`;
    }
  }
};

const setAll = (form, isSelected) => {
  const boxes = boxesOf(form);
  for (const box of boxes) box.checked = isSelected;
  // Before its button is out of sight.
  const isInBar = document.activeElement?.closest('.selection') != null;
  if (!isSelected && isInBar) (last?.isConnected ? last : boxes[0])?.focus({ preventScroll: true });
  count(form);
};

/** A box over those of a table. (Without scripts it could do nothing.) */
const addBox = form => {
  const heading = form.querySelector('thead th');
  if (heading === null || heading.querySelector('input') !== null) return;
  if (form.querySelector('tbody td.select') === null) return;
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.dataset.selectAll = '';
  box.autocomplete = 'off';
  // By keyboard: the button below the list, or Shift with x.
  box.tabIndex = -1;
  box.setAttribute('aria-label', 'Select all on this page');
  heading.replaceChildren(box);
};

const prepare = () => {
  for (const form of formsWithRows()) {
    addBox(form);
    for (const hidden of form.querySelectorAll('[data-select-all]')) hidden.hidden = false;
    count(form);
  }
};

/** The box that was pressed last: where a range begins. */
let last = null;

const selectRange = (form, box) => {
  const boxes = boxesOf(form);
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].toSorted((a, b) => a - b);
  if (from < 0) return;
  for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
};

document.addEventListener('click', event => {
  const target = event.target instanceof Element ? event.target : null;
  const form = target?.closest('form') ?? null;
  if (target === null || form === null) return;
  if (target.matches(BOXES)) {
    if (event.shiftKey && last !== null) selectRange(form, target);
    last = target;
    count(form);
  }
  if (target.matches('button[data-select-all]')) {
    setAll(
      form,
      boxesOf(form).some(box => !box.checked),
    );
  }
});
document.addEventListener('change', event => {
  const form = event.target instanceof Element ? event.target.closest('form') : null;
  if (form === null) return;
  if (event.target.matches('input[data-select-all]')) setAll(form, event.target.checked);
  else if (event.target.matches(BOXES)) count(form);
});

document.addEventListener('DOMContentLoaded', prepare);
document.addEventListener('htmx:afterSettle', prepare);
// Back brings what was selected, too.
window.addEventListener('pageshow', prepare);
