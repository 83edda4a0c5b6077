import { type Html, html } from './html.ts';

const WIDTH = 120;
const HEIGHT = 28;

/** A sentence for those who can't see the bars. */
const tell = (hours: readonly number[]): string => {
  const total = hours.reduce((sum, each) => sum + each, 0);
  if (total === 0) return 'No run failed for this reason in the last day.';
  const most = Math.max(...hours);
  const hoursAgo = hours.length - 1 - hours.lastIndexOf(most);
  const when = hoursAgo === 0 ? 'this hour' : `${hoursAgo} h ago`;
  return `${total.toLocaleString('en')} failed runs in the last day, most of them ${when} (${most.toLocaleString('en')}).`;
};

/** Failed runs by hour as small bars, the present hour last. */
export const spark = (hours: readonly number[]): Html => {
  const most = Math.max(1, ...hours);
  const step = WIDTH / Math.max(1, hours.length);
  const bars = hours.map((each, n) => {
    const height = each === 0 ? 1 : Math.max(3, Math.round((each / most) * HEIGHT));
    const kind = each === 0 ? 'none' : 'some';
    return html`<rect class="${kind}" x="${(n * step).toFixed(1)}" y="${HEIGHT - height}" width="${(step - 1).toFixed(1)}" height="${height}"></rect>`;
  });
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true" focusable="false">${bars}</svg><span class="hidden">${tell(hours)}</span>`;
};
