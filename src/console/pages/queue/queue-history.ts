import type { QueueHistory } from '../../../support/queue/history.ts';
import { type Chart, chart } from '../../view/chart.ts';
import { type Html, html } from '../../view/html.ts';

const SECOND_MS = 1_000;

/** `3.4 ms`, `120 ms`, `2.5 s`. */
const took = (ms: number): string => {
  if (ms >= SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  return `${ms >= 10 || ms === 0 ? Math.round(ms) : ms.toFixed(1)} ms`;
};

/** The last hour as three charts. */
export const historyOf = ({ minutes, most_runs_a_minute: most }: QueueHistory): Html => {
  const isCut = minutes.some(({ runs }) => runs >= most);
  const shown = most.toLocaleString('en-US');
  const common = { minutes: minutes.map(({ minute }) => minute) };
  const charts: Chart[] = [
    {
      ...common,
      id: 'failing',
      title: 'Failed runs per minute',
      kind: 'bars',
      series: [{ label: 'Failed', values: minutes.map(({ failed }) => failed) }],
      show: String,
      empty: 'No run failed in the last hour.',
    },
    {
      ...common,
      id: 'run-times',
      title: 'How long runs took',
      kind: 'lines',
      series: [
        { label: 'Median (p50)', values: minutes.map(({ run_ms }) => run_ms?.p50 ?? null) },
        { label: 'p95', values: minutes.map(({ run_ms }) => run_ms?.p95 ?? null) },
      ],
      show: took,
      empty: 'No run finished in the last hour.',
    },
    {
      ...common,
      id: 'answer-times',
      title: 'How long webhooks waited for a response',
      kind: 'lines',
      series: (['p50', 'p95', 'p99'] as const).map(share => ({
        label: share === 'p50' ? 'Median (p50)' : share,
        values: minutes.map(({ acknowledge_ms: answer }) => answer?.[share] ?? null),
      })),
      show: took,
      empty: 'No webhook arrived in the last hour.',
    },
  ];
  return html`<h2>The last hour</h2>
    ${isCut ? html`<p class="faint">There are more than ${shown} runs a minute: only the first ${shown} of each minute are counted here.</p>` : ''}
    <div class="sides">${charts.map(chart)}</div>`;
};
