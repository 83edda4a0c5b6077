import type { ProcessStatus } from '../../../metrics/processes.ts';
import { type Html, html } from '../../view/html.ts';
import { ago, mark } from '../../view/words.ts';

/** The processes that run, and how they are. */
export const processesOf = (processes: readonly ProcessStatus[]): Html => {
  const works = processes.some(({ worker, lost }) => worker !== null && !lost);
  return html`<h2>Workers</h2>
    ${works ? '' : html`<p class="fault">No worker of this version has reported in the last half minute. Unless one of an older version is running, nothing is checked.</p>`}
    ${processes.length === 0 ? '' : table(processes)}`;
};

const table = (processes: readonly ProcessStatus[]): Html => html`
  <div class="table wide" tabindex="0" role="region" aria-label="Processes">
    <table>
      <caption>Processes of this installation, and those lost in the last day</caption>
      <thead class="whole"><tr>
        <th scope="col">Process</th><th scope="col">Health</th><th scope="col" class="number">In progress</th>
        <th scope="col">Last run finished</th><th scope="col">Last seen</th><th scope="col">Started</th><th scope="col">Version</th>
      </tr></thead>
      <tbody>${processes.map(row)}</tbody>
    </table>
  </div>`;

const row = (process: ProcessStatus): Html => {
  const { kind, host, pid, version, started_at, seen_at, worker } = process;
  return html`<tr>
    <th scope="row"><code>${kind === 'serve' && worker !== null ? 'serve --work' : kind}</code> on ${host}, process ${pid}</th>
    <td>${healthOf(process)}</td>
    <td class="number">${worker === null ? '–' : `${worker.running} of ${worker.concurrency}`}</td>
    <td>${worker === null || worker.progress_at === null ? '–' : ago(worker.progress_at)}</td>
    <td>${ago(seen_at)}</td>
    <td>${ago(started_at)}</td>
    <td>${version}</td>
  </tr>`;
};

const healthOf = ({ lost, worker, seen_at }: ProcessStatus): Html => {
  if (lost) {
    return html`${mark('bad', '×', 'Lost')} ${ago(seen_at)}: killed, frozen, or cut off from the database`;
  }
  if (worker !== null && worker.trouble !== null) {
    return html`${mark('bad', '!', 'Unhealthy')}: ${worker.trouble}`;
  }
  return mark('good', '✓', 'Healthy');
};
