// What the pages do beyond plain forms and links; all of it works without this, too.

/** Where the console is: `/support/`, or below another path. */
const HOME = new URL('../..', import.meta.url).pathname;
const REFRESH_MS = 5_000;
let isPaused = false;

/** Says it to whoever looks and whoever listens. Other scripts of a page have it said by an event, `tell`. */
const tell = text => {
  const status = document.getElementById('status');
  const told = document.createElement('p');
  told.textContent = text;
  status?.replaceChildren(told);
};

document.addEventListener('tell', event => tell(event.detail));

/** Whether somebody is at work in there: then it is left as it is. */
const isInUse = part => {
  const selection = document.getSelection();
  const isSelecting =
    selection !== null && !selection.isCollapsed && selection.intersectsNode?.(part) === true;
  const selected =
    isSelecting ||
    (selection?.anchorNode && !selection.isCollapsed && part.contains(selection.anchorNode));
  return (
    Boolean(selected) ||
    (part.contains(document.activeElement) && document.activeElement !== document.body) ||
    part.querySelector('details[open], dialog[open], input:checked') !== null
  );
};

const refresh = () => {
  if (isPaused || document.hidden || document.querySelector('dialog[open]') !== null) return;
  for (const part of document.querySelectorAll('[data-live]')) {
    if (!isInUse(part)) part.dispatchEvent(new Event('refresh'));
  }
};

const showPaused = () => {
  for (const button of document.querySelectorAll('[data-pause-updates]')) {
    button.hidden = document.querySelector('[data-live]') === null;
    button.textContent = isPaused ? 'Resume updates' : 'Pause updates';
    button.setAttribute('aria-pressed', String(isPaused));
  }
};

const togglePaused = () => {
  isPaused = !isPaused;
  showPaused();
  tell(isPaused ? 'Updates are paused.' : 'Updates are on again.');
  refresh();
};

document.addEventListener('click', async event => {
  const target = event.target instanceof Element ? event.target.closest('button, a') : null;
  if (target === null) return;
  if (target.matches('[data-pause-updates]')) togglePaused();
  if (target.matches('[data-copy]')) tell(await copy(target.dataset));
});

/** What a button has to copy; where the browser lets no page do that, it says so. */
const copy = async ({ copy: text, copied }) => {
  try {
    // Without CONSOLE_URL a link is a path: this browser knows where it found it.
    const whole = text.startsWith('/') ? new URL(text, location.href).href : text;
    await navigator.clipboard.writeText(whole);
    return copied ?? 'Link copied.';
  } catch (error) {
    console.warn('nothing was copied', error);
    return 'Your browser didn’t let this page copy. Select the text and copy it yourself.';
  }
};

// What only works with scripts.
const showForScripts = () => {
  for (const hidden of document.querySelectorAll('[data-shortcuts], [data-copy]')) {
    hidden.hidden = false;
  }
};

// Whoever signs out in one tab takes away what the others show, also those that don't refresh.
const signedOut = new BroadcastChannel(`signed-out ${HOME}`);
const goToSignIn = () =>
  location.assign(
    `${HOME}sign-in?over=yes&next=${encodeURIComponent(location.pathname + location.search)}`,
  );
signedOut.addEventListener('message', goToSignIn);
document.addEventListener('submit', event => {
  if (event.target.getAttribute('action') === `${HOME}sign-out`) signedOut.postMessage('');
});

// A form is sent once, however often its button is pressed. (The server sees to it, too.) Until the answer is there, its
// button says so.
/** What buttons say while nothing is on its way. */
const idle = new WeakMap();
const begin = (form, button) => {
  form.dataset.sent = 'yes';
  if (!(button instanceof HTMLButtonElement)) return;
  idle.set(button, [...button.childNodes]);
  button.setAttribute('aria-busy', 'true');
  button.textContent = 'Sending…';
};
const end = form => {
  delete form.dataset.sent;
  // Also one that stands elsewhere and belongs to it.
  for (const button of document.querySelectorAll('button[aria-busy]')) {
    if (button.form !== form) continue;
    button.replaceChildren(...(idle.get(button) ?? []));
    button.removeAttribute('aria-busy');
  }
};
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post') return;
  // Another script sees to it, and may find that nothing is to be sent yet: a passkey that wasn't used.
  if (event.defaultPrevented && !form.hasAttribute('hx-post')) return;
  if (form.dataset.sent === 'yes') event.preventDefault();
  else begin(form, event.submitter);
});
// A page that Back brings again may be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-sent]')) end(form);
});

document.addEventListener('htmx:afterRequest', ({ detail: { elt } }) => {
  if (elt instanceof HTMLFormElement && elt.isConnected) end(elt);
});

// A part that shows what the server has now is not sent again.
document.addEventListener('htmx:configRequest', event => {
  const { elt, verb, headers } = event.detail;
  if (verb === 'get' && elt.dataset.tag) headers['if-none-match'] = `"${elt.dataset.tag}"`;
});

// After something was done in place: the result is where the focus is.
document.addEventListener('htmx:afterSettle', event => {
  showPaused();
  showForScripts();
  if (event.detail.requestConfig?.verb === 'post') {
    const status = document.getElementById('status');
    status?.setAttribute('tabindex', '-1');
    status?.focus();
  }
});
// No answer came. A form may be sent again: its number sees to it that nothing is done twice.
let isOutOfReach = false;
document.addEventListener('htmx:sendError', event => {
  const { requestConfig } = event.detail;
  if (requestConfig.verb === 'post') {
    tell('The server couldn’t be reached. Try again: nothing is done twice.');
  } else if (!isOutOfReach) {
    tell('The server can’t be reached, so this page may be out of date. It keeps trying.');
  }
  isOutOfReach = true;
});
document.addEventListener('htmx:afterOnLoad', event => {
  const isOfPost = event.detail.requestConfig.verb === 'post'; // What that did is told already.
  if (isOutOfReach && !isOfPost) tell('The server is back. This page is up to date again.');
  isOutOfReach = false;
});
// Pages of errors are shown as well: they say what to do.
document.addEventListener('htmx:beforeSwap', event => {
  const { status } = event.detail.xhr;
  const isOfPost = event.detail.requestConfig.verb === 'post';
  if (status >= 400 && isOfPost) event.detail.shouldSwap = true;
  // The session is over: the page for signing in, as a whole.
  const { responseURL } = event.detail.xhr;
  if (responseURL !== '' && new URL(responseURL).pathname === `${HOME}sign-in`) {
    event.detail.shouldSwap = false;
    signedOut.postMessage('');
    goToSignIn();
  }
});

document.addEventListener('DOMContentLoaded', () => {
  showForScripts();
  showPaused();
  setInterval(refresh, REFRESH_MS);
  document.addEventListener('visibilitychange', refresh);
});
