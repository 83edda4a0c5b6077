// Times by the clock of whoever reads them, unless they have chosen a zone (then the server tells them so already).

const REFRESH_MS = 5_000;
const isOfBrowser = document.documentElement.dataset.zone === 'browser';
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
const clock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `26 Nov 2026, 12:25:10 UTC` becomes the same moment here, and says UTC to whoever points at it. */
const convert = () => {
  if (!isOfBrowser || zone === 'UTC') return;
  for (const time of document.querySelectorAll('time[datetime]:not([data-zoned])')) {
    time.dataset.zoned = '';
    const at = new Date(time.dateTime);
    if (time.title.endsWith(' UTC')) {
      time.title = `${clock.format(at)} (${time.title})`;
    } else if (time.textContent.endsWith(' UTC')) {
      time.title = time.textContent;
      time.textContent = clock.format(at);
    }
  }
};

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];
const duration = ms => {
  const [unit, size] = UNITS.find(each => ms >= each[1]) ?? UNITS.at(-1);
  return `${Math.max(1, Math.floor(ms / size))} ${unit}`;
};

/** A part that shows nothing new is left as it is; but what was 3 min ago is 4 min ago by now. */
const age = () => {
  for (const time of document.querySelectorAll('main time[title]')) {
    const passed = Date.now() - Date.parse(time.dateTime);
    const text = time.textContent;
    const isPast = text.endsWith(' ago') || text === 'just now';
    if (!isPast && !text.startsWith('in ')) continue;
    const ago = passed < 1_000 ? 'just now' : `${duration(passed)} ago`;
    const next = isPast ? ago : `in ${duration(-passed)}`;
    if (next !== text) time.textContent = next;
  }
};

/* Typed times. */

const LOCAL = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/;
const two = number => String(number).padStart(2, '0');

/** By the clock here, with its offset: so an address with it says the same to everybody. */
const withOffset = typed => {
  const text = typed.trim();
  if (!LOCAL.test(text)) return typed;
  const whole = text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T');
  const minutes = -new Date(whole).getTimezoneOffset();
  if (Number.isNaN(minutes)) return typed;
  const size = Math.abs(minutes);
  return `${whole}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
};

document.addEventListener('formdata', event => {
  if (!isOfBrowser) return;
  for (const field of event.target.querySelectorAll('input[data-moment]')) {
    const typed = event.formData.get(field.name);
    if (typeof typed === 'string') event.formData.set(field.name, withOffset(typed));
  }
});

const PICKED = 'input:is([data-moment], [data-picks]):not([data-picker])';

/** A calendar beside a field in which a time can also be typed. */
const addPicker = field => {
  field.dataset.picker = '';
  const picker = document.createElement('input');
  picker.type = 'datetime-local';
  picker.className = 'picker';
  // Six stops of the key Tab; by keyboard a time is typed.
  picker.tabIndex = -1;
  picker.setAttribute('aria-label', `Pick a time: ${field.labels?.[0]?.textContent ?? field.name}`);
  const typed = field.value.slice(0, 16);
  if (LOCAL.test(typed) && typed.length === 16) picker.value = typed.replace(' ', 'T');
  picker.addEventListener('input', () => {
    field.value = picker.value;
  });
  field.after(picker);
};

const prepare = () => {
  convert();
  age();
  for (const field of document.querySelectorAll(PICKED)) {
    addPicker(field);
  }
  for (const field of document.querySelectorAll('input[data-browser-zone]')) field.value = zone;
  if (!isOfBrowser) return;
  for (const told of document.querySelectorAll('[data-zone-name]')) told.textContent = zone;
};

document.addEventListener('DOMContentLoaded', prepare);
document.addEventListener('htmx:afterSwap', prepare);
setInterval(age, REFRESH_MS);
