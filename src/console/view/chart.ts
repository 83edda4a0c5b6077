import { type Html, html } from './html.ts';

/** One line of a chart, or its bars. */
type Series = Readonly<{
  label: string;
  /** Null where there is none: the line has a gap. */
  values: readonly (number | null)[];
}>;

export type Chart = Readonly<{
  /** Of its elements, unique on the page. */
  id: string;
  title: string;
  kind: 'lines' | 'bars';
  /** Of each value, the same number as each series has. */
  minutes: readonly string[];
  /** At most three. */
  series: readonly Series[];
  /** How a value is written. */
  show: (value: number) => string;
  /** What is said where nothing happened. */
  empty: string;
}>;

const WIDTH = 600;
const HEIGHT = 120;

/** `14:02`, in UTC as everything here. */
const clock = (instant: string): string => instant.slice(11, 16);

/** The next of 1, 2, 5, 10, 20, … that is not less. */
export const roundUp = (value: number): number => {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find(step => step * power >= value) ?? 10);
};

/**
 * A picture made here, with its numbers as a table for whoever can't see it. The colours are the style
 * sheet's; the lines differ in their dashes, too.
 */
export const chart = (given: Chart): Html => {
  const { id, title, minutes, series, show, empty } = given;
  const values = series.flatMap(({ values: own }) => own.filter(value => value !== null));
  const isEmpty = values.every(value => value === 0);
  const highest = roundUp(Math.max(0, ...values));
  return html`<figure class="figure" aria-labelledby="${id}-title">
    <figcaption>
      <h3 id="${id}-title">${title}</h3>
      ${isEmpty ? html`<p class="faint">${empty}</p>` : legend(given)}
    </figcaption>
    ${isEmpty ? '' : picture(given, highest)}
    ${
      isEmpty
        ? ''
        : html`<details>
            <summary>As a table<span class="hidden">: ${title}</span></summary>
            <div class="table" tabindex="0" role="region" aria-label="${title} as a table">
              <table>
                <caption>${title}, latest minute first (UTC)</caption>
                <thead><tr><th scope="col">Minute</th>${series.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}</tr></thead>
                <tbody>${minutes.map((minute, index) => tableRow(minute, index, series, show)).toReversed()}</tbody>
              </table>
            </div>
          </details>`
    }
  </figure>`;
};

/** Minutes in which nothing happened are left out. */
const tableRow = (
  minute: string,
  index: number,
  series: readonly Series[],
  show: (value: number) => string,
): Html | null => {
  const own = series.map(({ values }) => values[index] ?? null);
  if (own.every(value => value === null || value === 0)) return null;
  return html`<tr><th scope="row"><time datetime="${minute}">${clock(minute)}</time></th>${own.map(
    value => html`<td class="number">${value === null ? '–' : show(value)}</td>`,
  )}</tr>`;
};

/** What each line is, how it stands, and how high it got. */
const legend = ({ series, minutes, show, kind }: Chart): Html => {
  const items = series.map(({ label, values }, index) => {
    const top = Math.max(0, ...values.filter(value => value !== null));
    const at = minutes[values.indexOf(top)] ?? '';
    const latest = values.findLast(value => value !== null) ?? 0;
    const sample = html`<svg class="sample" viewBox="0 0 24 8" aria-hidden="true"><path class="line-${index + 1}" d="M0 4H24"/></svg>`;
    return html`<li>${kind === 'lines' ? sample : ''} ${label}: latest ${show(latest)}, highest ${show(top)} at ${clock(at)}</li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
};

const picture = ({ id, title, kind, minutes, series, show }: Chart, highest: number): Html => {
  const told = series
    .map(({ label, values }) => {
      const latest = values.findLast(value => value !== null);
      return `${label}: ${latest === undefined ? 'no values' : `latest ${show(latest)}`}`;
    })
    .join('; ');
  return html`<p class="axis"><span>${show(highest)}</span></p>
    <svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-name ${id}-told">
      <title id="${id}-name">${title}</title>
      <desc id="${id}-told">From ${clock(minutes[0] ?? '')} to ${clock(minutes.at(-1) ?? '')} UTC. ${told}. All values are in the table below.</desc>
      <path class="grid" d="M0 1H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 1}H${WIDTH}"/>
      ${series.map(({ values }, index) =>
        kind === 'bars'
          ? html`<path class="bars" d="${bars(values, highest)}"/>`
          : html`<path class="line-${index + 1}" d="${line(values, highest)}"/><path class="line-${index + 1} dot" d="${dots(values, highest)}"/>`,
      )}
    </svg>
    <p class="axis"><span>${clock(minutes[0] ?? '')}</span><span>${clock(minutes.at(-1) ?? '')} UTC</span></p>`;
};

const round = (value: number): number => Math.round(value * 10) / 10;

const pointOf = (value: number, index: number, count: number, highest: number): string => {
  const step = WIDTH / Math.max(1, count - 1);
  return `${round(index * step)} ${round(HEIGHT - (value / highest) * HEIGHT)}`;
};

const line = (values: readonly (number | null)[], highest: number): string =>
  values
    .map((value, index) => {
      if (value === null) return '';
      const isFirst = (values[index - 1] ?? null) === null;
      return `${isFirst ? 'M' : 'L'}${pointOf(value, index, values.length, highest)}`;
    })
    .join('');

/** A value alone among gaps makes no line: it is a line of no length, with round ends. */
const dots = (values: readonly (number | null)[], highest: number): string =>
  values
    .map((value, index) => {
      const isAlone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
      if (value === null || !isAlone) return '';
      return `M${pointOf(value, index, values.length, highest)}h0.1`;
    })
    .join('');

const bars = (values: readonly (number | null)[], highest: number): string => {
  const step = WIDTH / Math.max(1, values.length);
  return values
    .map((value, index) => {
      if (value === null || value === 0) return '';
      const height = round(Math.max(2, (value / highest) * HEIGHT));
      return `M${round(index * step)} ${HEIGHT}v${-height}h${round(step * 0.8)}v${height}z`;
    })
    .join('');
};
