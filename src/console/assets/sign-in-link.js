// A sign-in link's key stands after the #, where no server and no proxy sees it: into the form with it.

const takeKey = () => {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  const field = document.querySelector('[data-key]');
  if (!key || field === null) return;
  field.value = key;
  document.querySelector('[data-key-by-hand]').hidden = true;
  // Out of the address, so that it is in no history and on no screen that is shared.
  history.replaceState(history.state, '', location.pathname + location.search);
};

takeKey();
// Another link, pasted into the address of this very page, loads nothing anew.
window.addEventListener('hashchange', takeKey);
