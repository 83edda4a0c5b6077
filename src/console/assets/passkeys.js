// Passkeys: the browser makes one or signs with one, and its answer goes into the form, which is sent as any.

const TOLD = {
  NotAllowedError:
    'The browser made or used no passkey: it was cancelled, or took too long. Try again.',
  InvalidStateError: 'This device has a passkey for you already.',
  NotSupportedError: 'This device can’t make a passkey that works here.',
  TypeError: 'This browser is too old for passkeys. Update it, or use another one.',
};

const tell = (form, text) => {
  const place = form.querySelector('[data-passkey-told]');
  place.textContent = text;
  place.hidden = false;
};

/** Passkeys are bound to one address: where this page was opened at another one, the browser refuses. */
const faultOf = (form, error) =>
  error.name === 'SecurityError'
    ? `Passkeys only work at ${form.dataset.passkeyOrigin}: open this page there.`
    : (TOLD[error.name] ?? 'The passkey couldn’t be used. Try again.');

const ask = async ({ create, get }) =>
  create === undefined
    ? navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(get) })
    : navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(create),
      });

const run = async form => {
  const response = await fetch(form.dataset.passkey, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(new FormData(form)),
  });
  if (response.ok) {
    const credential = await ask(await response.json());
    form.elements.credential.value = JSON.stringify(credential.toJSON());
  }
  // Where it was refused, the form has no answer in it, and the page that comes says why.
  form.submit();
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = false;
  form.nextElementSibling.hidden = true;
  const button = form.querySelector('button');
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    run(form)
      .catch(error => tell(form, faultOf(form, error)))
      .finally(() => {
        button.disabled = false;
      });
  });
}
