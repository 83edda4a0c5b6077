// While an attempt has no outcome: asks for this same page again, and takes over what it says by now.
const status = () => document.getElementById('status');

const ask = async () => {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const now = new DOMParser().parseFromString(await response.text(), 'text/html');
  const news = now.getElementById('status');
  if (news === null || news.innerHTML === status().innerHTML) return;
  // Its contents only: a live region that is itself replaced is not read out.
  status().dataset.outcome = news.dataset.outcome;
  status().innerHTML = news.innerHTML;
};

const goOn = async () => {
  await ask().catch(() => undefined);
  if (status().dataset.outcome === 'waiting') setTimeout(goOn, 1000);
};

if (status().dataset.outcome === 'waiting') setTimeout(goOn, 1000);
