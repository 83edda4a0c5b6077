// While an attempt has no outcome: asks for this same page again, and takes over what it says by now. Every second at
// first, less often after half a minute, and after five minutes only when somebody asks for it.
const LONG_MS = 30_000;
const END_MS = 5 * 60_000;

const status = () => document.getElementById('status');
const isWaiting = () => status().dataset.outcome === 'waiting';
let since = Date.now();

/** Who was signed out meanwhile is led to the sign-in: then this page says nothing any more. */
const leave = () => location.reload();

const ask = async () => {
  const response = await fetch(location.href);
  if (response.redirected || response.status === 404) return leave();
  if (!response.ok) return;
  const now = new DOMParser().parseFromString(await response.text(), 'text/html');
  const news = now.getElementById('status');
  if (news === null || news.innerHTML === status().innerHTML) return;
  // Its contents only: a live region that is itself replaced is not read out.
  status().dataset.outcome = news.dataset.outcome;
  status().innerHTML = news.innerHTML;
};

const pause = () => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Check again';
  button.onclick = () => {
    document.getElementById('paused').replaceChildren();
    since = Date.now();
    void goOn();
  };
  const words = document.createElement('p');
  words.textContent = 'This page has stopped checking by itself.';
  document.getElementById('paused').replaceChildren(words, button);
};

const goOn = async () => {
  await ask().catch(() => undefined);
  if (!isWaiting()) return;
  const waitedMs = Date.now() - since;
  if (waitedMs >= END_MS) pause();
  else setTimeout(goOn, waitedMs < LONG_MS ? 1_000 : 5_000);
};

if (isWaiting()) setTimeout(goOn, 1_000);
