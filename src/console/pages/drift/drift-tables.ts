import { may } from '../../../access/actor.ts';
import type { DriftComparison, DriftFinding } from '../../../support/drift/read.ts';
import { FINDING_TITLES, type Finding, findingWords } from '../../../support/drift/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';

type Kinds = DriftComparison['findings'];

const fixForm = (visit: Visit, finding: Finding | null, label: Html | string): Html =>
  html`<form method="post" action="${href(['drift', 'fix'])}">${formFields(visit)}<input type="hidden" name="finding" value="${finding ?? ''}">${button(visit, label, 'fix_audit')}</form>`;

/** What was found, a row a kind; those first that a button fixes. */
export const kindsTable = (visit: Visit, findings: Kinds): Html => {
  if (findings.length === 0) return html`<p class="calm">All accounts agree with Seam.</p>`;
  const fixable = findings.filter(({ mend }) => mend === 'fix');
  const chosen = findings.filter(({ mend }) => mend === 'choice');
  return html`
    ${table(visit, 'One right answer: fixing checks them again, and that sets them right', fixable)}
    ${table(visit, 'For a person to decide', chosen)}`;
};

const table = (visit: Visit, caption: string, rows: Kinds): Html | '' =>
  rows.length === 0
    ? ''
    : html`<div class="table" tabindex="0" role="region" aria-label="${caption}">
    <table class="reasons kinds">
      <caption>${caption}</caption>
      <thead><tr>
        <th scope="col">What was found</th>
        <th scope="col" class="number">Accounts</th>
        <th scope="col"><span class="hidden">What to do</span></th>
      </tr></thead>
      <tbody>${rows.map(row => kindRow(visit, row))}</tbody>
    </table></div>`;

const kindRow = (
  visit: Visit,
  { finding, count, to_fix: toFix, mend, sentence, remedy }: Kinds[number],
): Html =>
  html`<tr>
      <th scope="row"><strong>${FINDING_TITLES[finding]}</strong><br><small>${sentence}${mend === 'fix' ? '' : ` ${remedy}`}</small></th>
      <td class="number">${count.toLocaleString('en')}</td>
      <td class="end"><div class="row">
        <a class="button" href="${href(['drift', finding])}">Review<span class="hidden">: ${FINDING_TITLES[finding]}</span></a>
        ${toFix !== null && toFix > 0 ? fixForm(visit, finding, html`Fix all<span class="hidden">: ${FINDING_TITLES[finding]}</span>`) : ''}
      </div></td>
    </tr>`;

/** The accounts of one kind, a page of them; each leads to its case, where it is decided. */
export const findingsTable = (
  visit: Visit,
  finding: Finding,
  findings: readonly DriftFinding[],
  next: string | null,
  left: Readonly<{ isToFix: boolean; isWithheld: boolean }>,
): Html => {
  const { sentence, remedy, isFixable } = findingWords(finding);
  return html`<p><a href="${href(['drift'])}">Drift from Seam</a></p>
    <h1>${FINDING_TITLES[finding]}</h1>
    <p>${sentence}${isFixable ? '' : ` ${remedy}`}</p>
    ${left.isWithheld ? html`<p>Too many accounts are missing, so none was ended. <a href="${href(['drift'])}">Drift from Seam</a> says why, and lets them end.</p>` : ''}
    ${left.isToFix ? fixForm(visit, finding, 'Fix all of these') : ''}
    ${findings.length === 0 ? html`<p class="calm">No account was found to be so.</p>` : rowsTable(visit, findings)}
    ${next === null ? '' : html`<p><a class="button" href="${href(['drift', finding], { after: next })}">More</a></p>`}`;
};

const rowsTable = (visit: Visit, findings: readonly DriftFinding[]): Html => html`
  <div class="table records" tabindex="0" role="region" aria-label="Accounts">
    <table>
      <caption>Accounts, in the order of their ids</caption>
      <thead><tr>
        <th scope="col">Account</th><th scope="col">Linked to</th><th scope="col">Metadata names</th><th scope="col">What to do</th>
      </tr></thead>
      <tbody>${findings.map(row => findingRow(visit, row))}</tbody>
    </table>
  </div>`;

const findingRow = (visit: Visit, row: DriftFinding): Html => {
  const id = html`<code>${row.connected_account_id}</code>`;
  return html`<tr>
    <th scope="row">${row.subject === null ? id : html`<a href="${href(['connections', row.subject])}">${id}</a>`}${row.workspace_id === null ? '' : html`<br><small>${row.workspace_id}</small>`}</th>
    <td>${row.linked_user_id ?? '–'}</td>
    <td>${row.claimed_user_id ?? '–'}</td>
    <td>${todoOf(visit, row)}</td>
  </tr>`;
};

/** Whose owner is not known: a person names them. The others are decided in their case. */
const WITHOUT_OWNER: readonly Finding[] = [
  'linked_to_nobody',
  'names_nobody',
  'metadata_invalid',
  'no_metadata',
];

const todoOf = ({ actor }: Visit, { finding, change, subject, asked_at }: DriftFinding): Html => {
  if (asked_at !== null) return html`Checked again ${ago(asked_at)}`;
  if (change !== null) return html`Fixing would ${change}.`;
  if (subject === null) return html`Nothing was heard of it yet.`;
  return WITHOUT_OWNER.includes(finding) && may(actor, 'link')
    ? html`<a href="${href(['connections', subject, 'link'])}">Link it by hand</a>`
    : html`<a href="${href(['connections', subject])}">Open its case</a>`;
};
