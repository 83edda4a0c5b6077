import { type Difference, differencesOf } from '../../../audit-log/differences.ts';
import type { ChangeRecord } from '../../../audit-log/read.ts';
import type { UndoOf } from '../../../support/undo/undo.ts';
import { CHANGE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { when } from '../../view/words.ts';

/** What people did, as a table. */
export const changesTable = (
  changes: readonly ChangeRecord[],
  caption: string,
  { withTarget, undos }: { withTarget: boolean; undos?: ReadonlyMap<number, UndoOf> },
): Html => html`<div class="table records cards" tabindex="0" role="region" aria-label="${caption}">
  <table>
    <caption>${caption}</caption>
    <thead><tr>
      <th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th>
      ${withTarget ? html`<th scope="col">Target</th>` : ''}
      <th scope="col">Before → after</th><th scope="col">Why</th>
    </tr></thead>
    <tbody>${changes.map(change => changeRow(change, withTarget, undos?.get(change.id)))}</tbody>
  </table>
</div>`;

const FACES = {
  app: 'app',
  console: 'in the console',
  api: 'through the API',
  cli: 'on the command line',
} as const;

const changeRow = (
  change: ChangeRecord,
  withTarget: boolean,
  undo: UndoOf | undefined,
): Html => html`<tr>
  <td data-label="When">${when(change.at)}</td>
  <th scope="row">${change.actor_name} <small>(${change.owner_name === null ? '' : `token of ${change.owner_name}, `}${change.role}, ${FACES[change.face]})</small></th>
  <td data-label="What">${whatWasDone(change.action)}${
    change.bulk_run_id === null
      ? ''
      : html` <small><a href="${href(['bulk-runs', change.bulk_run_id])}">bulk run ${change.bulk_run_id}</a></small>`
  }${undo === undefined || undo.does === null ? '' : undoLink(undo)}</td>
  ${withTarget ? html`<td data-label="Target">${targetLink(change.target)}</td>` : ''}
  <td data-label="Before → after">${differences(change)}</td>
  <td class="note" data-label="Why">${shortened(change.why ?? '')}</td>
</tr>`;

/** Leads to a page that says what undoing it does. */
const undoLink = ({ audit_id, label }: UndoOf): Html =>
  html` <a class="undo" href="${href(['audit-log', audit_id, 'undo'])}">${label}…<span class="hidden"> (change ${audit_id})</span></a>`;

/** What a newer version wrote is shown as it is. */
const whatWasDone = (action: string): string =>
  Object.hasOwn(CHANGE_WORDS, action) ? CHANGE_WORDS[action as keyof typeof CHANGE_WORDS] : action;

const differences = (change: ChangeRecord): Html | null => {
  const all = differencesOf(change);
  return all.length === 0 ? null : html`<ul class="pairs">${all.map(difference)}</ul>`;
};

const difference = ({ name, before, after }: Difference): Html =>
  html`<li><span class="faint">${name.replaceAll('_', ' ')}:</span> ${
    before === null
      ? ''
      : html`${shortened(before)} <span aria-hidden="true">→</span><span class="hidden">became</span> `
  }${after === null ? 'nothing' : shortened(after)}</li>`;

const SHOWN = 300;
const shortened = (text: string): string => {
  const shown = [...text.slice(0, 2 * SHOWN)];
  return shown.length <= SHOWN ? text : `${shown.slice(0, SHOWN).join('')}…`;
};

/** The page of what something was done to, where it has one. */
const targetLink = (target: string): Html => {
  const to = pageOf(target);
  return to === null ? html`${target}` : html`<a href="${to}">${shortTarget(target)}</a>`;
};

/** `connect_webview:connect_webview_1` says twice what it is; one that is planned has no number yet. */
const shortTarget = (target: string): string =>
  target === 'bulk_runs'
    ? 'bulk runs'
    : target.replace(/^(connect_webview|connected_account):(?=\1_)/, '');

const pageOf = (target: string): string | null => {
  const [kind = '', id = ''] = target.split(/:(.*)/s);
  switch (kind) {
    case 'connect_webview':
    case 'connected_account':
    case 'delivery':
      return href(['connections', target]);
    case 'operator':
      return href(['operators', id]);
    case 'token':
      return href(['tokens']);
    case 'bulk_runs':
      return href(['bulk-runs']);
    case 'bulk_run':
      return href(['bulk-runs', id]);
    case 'endpoint':
      return href(['endpoints', id]);
    case 'queue':
      return href(['queue']);
    default:
      return null;
  }
};
