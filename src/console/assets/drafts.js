// What somebody types into a form is kept while they type: on the server, as their draft; and in this tab for as long as
// the server doesn't have it. Without this, the server keeps what a form that came to nothing had in it.

const WAIT_MS = 1_000;
const AGAIN_MS = 15_000;
/** Where the console is; another one of the same host has drafts of its own. */
const HOME = new URL('../..', import.meta.url).pathname;
const ALL = `draft ${HOME} `;
const OWN = `${ALL}${document.body.dataset.operator ?? ''} `;
const timers = new WeakMap();

const isTyped = field =>
  field.name !== '' &&
  !field.readOnly &&
  (field instanceof HTMLTextAreaElement ||
    (field instanceof HTMLInputElement &&
      !['hidden', 'password', 'checkbox', 'radio', 'submit', 'button', 'file'].includes(
        field.type,
      )));
const typedIn = form => [...form.elements].filter(isTyped);

/** Whether something stands in it that the page didn't come with. */
const isBegun = form => typedIn(form).some(field => field.value !== field.defaultValue);

const formOf = target =>
  target instanceof Element ? (target.closest('form[data-draft]') ?? target.form) : null;
const isOurs = form => form instanceof HTMLFormElement && form.dataset.draft !== undefined;

/** What is told of its draft, below the form. */
const tellBelow = (form, text) => {
  let told = form.querySelector('[data-draft-told]');
  if (told === null) {
    told = document.createElement('p');
    told.className = 'faint draft-told';
    told.setAttribute('data-draft-told', '');
    told.setAttribute('role', 'status');
    form.append(told);
  }
  if (told.textContent !== text) told.textContent = text;
};

// In this tab, until the server has it.
const placeOf = form => OWN + form.dataset.draft;
const dropHere = form => sessionStorage.removeItem(placeOf(form));
const keepHere = (form, isSent = false) => {
  const fields = typedIn(form).map(({ name, value }) => [name, value]);
  sessionStorage.setItem(placeOf(form), JSON.stringify({ fields, isSent }));
};
const keptHere = form => {
  const kept = sessionStorage.getItem(placeOf(form));
  return kept === null ? null : JSON.parse(kept);
};

const bodyOf = form => {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const field = form.elements.namedItem(name);
    const isSecret = field instanceof HTMLInputElement && field.type === 'password';
    if (typeof value === 'string' && !isSecret) body.append(name, value);
  }
  body.set('draft', form.dataset.draft);
  body.set('action', form.getAttribute('action') ?? '');
  body.set('page', location.pathname + location.search);
  return body;
};

const stop = form => {
  clearTimeout(timers.get(form));
  timers.delete(form);
};
const later = (form, ms) => {
  stop(form);
  timers.set(
    form,
    setTimeout(() => save(form), ms),
  );
};

const send = (path, body, more = {}) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    ...more,
  });

const TOLD = {
  kept: 'Draft saved.',
  sent: 'This form was sent already. What you type in it now is kept in this tab only.',
  away: 'The server can’t be reached. What you typed is kept in this tab.',
  over: 'Your session is over. What you typed is kept in this tab: sign in again to go on.',
  refused: 'This is too long for a draft. It is kept in this tab only.',
};

const outcomeOf = async answer => {
  const { ok, status, redirected } = answer;
  if (ok && !redirected) return (await answer.json()).kept ? 'kept' : 'sent';
  if (status === 403 || redirected) return 'over';
  return status < 500 ? 'refused' : 'away';
};

const save = async (form, more = {}) => {
  stop(form);
  let outcome = 'away';
  const body = bodyOf(form);
  try {
    outcome = await outcomeOf(await send(`${HOME}drafts`, body, more));
  } catch (error) {
    console.warn('a draft isn’t on the server yet', error);
  }
  if (form.dataset.sent === 'yes') return;
  // Only what the server has; what was typed meanwhile is on its way.
  if (outcome === 'kept' && body.toString() === bodyOf(form).toString()) dropHere(form);
  if (outcome === 'away') later(form, AGAIN_MS);
  tellBelow(form, TOLD[outcome]);
};

document.addEventListener('input', ({ target }) => {
  const form = formOf(target);
  if (!isOurs(form) || !isTyped(target)) return;
  keepHere(form);
  later(form, WAIT_MS);
});

// Whoever leaves the page leaves what they typed behind.
const saveAll = () => {
  for (const form of document.querySelectorAll('form[data-draft]')) {
    if (timers.has(form)) save(form, { keepalive: true });
  }
};
document.addEventListener('visibilitychange', () => {
  if (document.hidden) saveAll();
});
window.addEventListener('pagehide', saveAll);

// What is being sent is kept here until there is an answer.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.getAttribute('action') === `${HOME}sign-out`) forgetAll(() => true);
  if (!isOurs(form)) return;
  // Also where htmx sends it in the browser's stead.
  stop(form);
  if (!event.defaultPrevented && !event.submitter?.matches('[data-discard]') && isBegun(form))
    keepHere(form, true);
});
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  // Not what the event is about: of a form that the answer took out of the page, that is what it stood in.
  const form = detail.requestConfig?.elt;
  if (!isOurs(form) || detail.requestConfig.verb !== 'post') return;
  if (detail.xhr.status > 0 && detail.xhr.status < 500) dropHere(form);
  else later(form, WAIT_MS);
});

const forgetAll = isMeant => {
  for (const place of Object.keys(sessionStorage)) {
    if (place.startsWith(ALL) && isMeant(place)) sessionStorage.removeItem(place);
  }
};

/** A page that an answer has brought: then what was sent has arrived, unless the page says that something failed. */
const hasArrived = () => {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation?.type === 'navigate' && document.body.dataset.operator !== undefined;
};
const forgetSent = () =>
  forgetAll(
    place =>
      place.startsWith(OWN) && JSON.parse(sessionStorage.getItem(place) ?? '{}').isSent === true,
  );

const fillIn = (form, { fields }) => {
  for (const [name, value] of fields) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLElement && isTyped(field)) field.value = value;
  }
};
const unfold = form => {
  for (const fold of [...form.querySelectorAll('details'), form.closest('details')]) {
    if (fold !== null) fold.open = true;
  }
};

/** What the server never had is in its form again. */
const bringBack = () => {
  for (const form of document.querySelectorAll('form[data-draft]')) {
    const kept = keptHere(form);
    if (kept === null || isBegun(form)) continue;
    fillIn(form, kept);
    if (isBegun(form)) {
      unfold(form);
      tellBelow(form, 'What you typed in this tab is here again.');
      later(form, WAIT_MS);
    } else dropHere(form);
  }
};

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-discard]') : null;
  if (!isOurs(button?.form)) return;
  event.preventDefault();
  const { form } = button;
  stop(form);
  const body = bodyOf(form);
  body.set('draft', button.value);
  try {
    const { ok, url } = await send(button.formAction, body);
    if (!ok) throw new Error('it wasn’t discarded');
    dropHere(form);
    location.assign(url);
  } catch (error) {
    console.warn('a draft wasn’t discarded', error);
    tellBelow(form, TOLD.away);
  }
});

// A part of the page that is being written in stays as it is.
const keepsWriting = event => {
  const part = event.target instanceof Element ? event.target.closest('[data-live]') : null;
  if (part !== null && [...part.querySelectorAll('form[data-draft]')].some(isBegun)) {
    event.preventDefault();
  }
};
document.addEventListener('htmx:beforeRequest', event => {
  if (event.detail.requestConfig?.verb === 'get') keepsWriting(event);
});
document.addEventListener('htmx:afterSettle', bringBack);

document.addEventListener('DOMContentLoaded', () => {
  if (document.body.dataset.operator === undefined) return;
  // Whoever was signed in here before: what they typed isn't for whoever is now.
  forgetAll(place => !place.startsWith(OWN));
  if (hasArrived()) forgetSent();
  bringBack();
});
