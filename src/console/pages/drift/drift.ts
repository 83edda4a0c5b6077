import { SupportError } from '../../../access/errors.ts';
import { fixDrift } from '../../../support/drift/fix.ts';
import {
  type Drift,
  type DriftComparison,
  listFindings,
  readDrift,
} from '../../../support/drift/read.ts';
import { isFinding } from '../../../support/drift/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { ago, when } from '../../view/words.ts';
import { findingsTable, kindsTable } from './drift-tables.ts';

const PAGE_SIZE = 50;
const WHY_FAULT = 'Say why the accounts may end: who has checked, and how.';

/** Of the one that hasn't finished. */
const progressOf = (unfinished: DriftComparison): Html => {
  const { scheduled, failure, under_way, started_at, listed } = unfinished;
  const begun = html`${ago(started_at)}, ${listed.toLocaleString('en')} accounts so far`;
  if (!scheduled) {
    return html`<p>A comparison was started by hand ${begun}, and hasn't finished. <code>drift --resume</code> continues it.</p>`;
  }
  if (failure !== null) {
    return html`<p>A comparison has stopped: begun ${begun}. <strong>${failure}</strong> It continues automatically.</p>`;
  }
  return under_way
    ? html`<p>A comparison is under way: begun ${begun}.</p>`
    : html`<p>A comparison was interrupted: begun ${begun}. It continues automatically once a worker runs.</p>`;
};

const stateOf = ({ finished, unfinished }: Drift): Html => html`
  ${unfinished === null ? '' : progressOf(unfinished)}
  ${
    finished === null || finished.finished_at === null
      ? html`<p class="calm">No comparison has finished yet. One runs every night, unless it is switched off.</p>`
      : html`<p>The latest comparison ${finished.scheduled ? 'ran automatically' : 'was started by hand'} and finished ${ago(finished.finished_at)} (${when(finished.finished_at)}). Seam listed ${finished.listed.toLocaleString('en')} accounts; ${finished.right.toLocaleString('en')} are as they should be.${finished.left_out === null ? '' : html` <strong>${finished.left_out}</strong>`}</p>`
  }`;

const withheldOf = (
  visit: Visit,
  { finished, withheld }: Drift,
  fault: string | null,
): Html | '' => {
  if (finished === null || finished.withheld === null) return '';
  const invalid = fault === null ? '' : html` aria-invalid="true" aria-describedby="why-fault"`;
  return html`<div class="card stopped">
    <p><strong>Too many accounts are missing.</strong> ${finished.withheld}</p>
    <form method="post" action="${href(['drift', 'end-missing'])}" class="stack">
      ${formFields(visit)}
      <label for="why">Why may they end? Say who has checked, and how.</label>
      <textarea id="why" name="why" rows="2" maxlength="2000" required${invalid}></textarea>
      ${fault === null ? '' : html`<p id="why-fault">${fault}</p>`}
      <div class="row">${button(visit, `Let ${withheld.toLocaleString('en')} end`, 'fix_audit', { kind: 'danger' })}</div>
    </form>
  </div>`;
};

const show = async (visit: Visit, fault: string | null = null): Promise<Reply> => {
  const drift = await readDrift(visit.desk, visit.actor);
  const { finished } = drift;
  return page(
    'drift',
    'Drift',
    html`<h1>Drift from Seam</h1>
      ${fault === null ? '' : html`<div class="fault" role="alert"><p>Nothing was ended:</p><ul><li><a href="#why">${fault}</a></li></ul></div>`}
      ${stateOf(drift)}
      ${withheldOf(visit, drift, fault)}
      ${finished === null ? '' : kindsTable(visit, finished.findings)}`,
    fault === null ? 200 : 422,
  );
};

const showKind = async (visit: Visit): Promise<Reply> => {
  const finding = visit.params.finding ?? '';
  if (!isFinding(finding)) {
    throw new SupportError('not_found', `There is no finding "${finding}".`);
  }
  const after = visit.query.get('after') ?? undefined;
  const { findings, next } = await listFindings(visit.desk, visit.actor, {
    finding,
    after: after?.slice(0, 600).replaceAll('\0', ''),
    limit: PAGE_SIZE,
  });
  const { finished, withheld } = await readDrift(visit.desk, visit.actor);
  const found = finished?.findings.find(one => one.finding === finding);
  const left = {
    isToFix: (found?.to_fix ?? 0) > 0,
    isWithheld: finding === 'gone' && withheld > 0,
  };
  return page('drift', 'Drift', findingsTable(visit, finding, findings, next, left));
};

const fix = async ({ desk, actor, form }: Visit): Promise<Reply> => {
  const { asked } = await fixDrift(desk, actor, { finding: form.get('finding') || undefined });
  return toDrift(asked);
};

const endMissing = async (visit: Visit): Promise<Reply> => {
  const why = (visit.form.get('why') ?? '').trim().slice(0, 2_000);
  if (why === '') return show(visit, WHY_FAULT);
  const { asked } = await fixDrift(visit.desk, visit.actor, {
    finding: 'gone',
    endMissing: true,
    why,
  });
  return toDrift(asked);
};

const toDrift = (asked: number): Reply => {
  const text =
    asked === 0
      ? 'Nothing is left to fix automatically.'
      : `${asked.toLocaleString('en')} to be checked again, within seconds.`;
  return { kind: 'redirect', to: href(['drift']), notice: { text } };
};

export const DRIFT_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/drift', needs: 'view', handle: visit => show(visit) },
  { method: 'get', path: '/drift/:finding', needs: 'view', handle: showKind },
  { method: 'post', path: '/drift/fix', needs: 'fix_audit', handle: fix },
  { method: 'post', path: '/drift/end-missing', needs: 'fix_audit', handle: endMissing },
];
