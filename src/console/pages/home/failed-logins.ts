import type { FailedLogins } from '../../../support/finding/failed-logins.ts';
import { failedTimes, providerName } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { ago, when } from '../../view/words.ts';
import { folded } from './folded.ts';

/* A person's sign-ins that failed, as one. */

/** What is known of them, as a sentence. */
export const failedLoginsWords = (found: FailedLogins): Html => {
  const provider = providerName(found.provider);
  return html`<strong>${failedTimes(found.times)}</strong> for user <code>${found.user_id}</code>${
    found.times === 1 ? '' : html` since ${when(found.since)}`
  }, the last ${ago(found.last_at)}${provider === null ? '' : ` with ${provider}`}${
    found.description === null ? '.' : html`. Seam says: “${found.description}”`
  } ${found.succeeded_since ? 'They have signed in since.' : 'They haven’t signed in since.'}`;
};

const row = (found: FailedLogins): Html => html`<tr class="leads">
    <th scope="row"><a class="whole" href="${href(['connections', found.subject])}">${found.user_id}</a></th>
    <td class="number" data-label="Failed">${found.times}</td>
    <td data-label="First">${ago(found.since)}</td>
    <td data-label="Last">${ago(found.last_at)}</td>
    <td data-label="Provider">${providerName(found.provider) ?? html`<span class="faint">unknown</span>`}</td>
    <td data-label="Seam says">${found.description ?? html`<span class="faint">nothing</span>`}</td>
  </tr>`;

/** The people who tried again and again. @param found null where it would take too long to tell */
export const failedLoginsTable = (found: readonly FailedLogins[] | null): Html | null => {
  if (found === null) {
    return html`<p class="calm">Counting repeated sign-in failures takes too long just now.</p>`;
  }
  const people = (rows: readonly FailedLogins[]): string => `${rows.length} more`;
  const title = 'Sign-ins that failed again and again';
  return folded({ id: 'failed-logins', title, rows: found }, table, people);
};

const table = (
  rows: readonly FailedLogins[],
  label: string,
): Html => html`<div class="table wide cards" tabindex="0" role="region" aria-label="${label}">
    <table>
      <caption>In the last month: the user may need help</caption>
      <thead><tr>
        <th scope="col">User</th>
        <th scope="col" class="number">Failed</th>
        <th scope="col">First</th>
        <th scope="col">Last</th>
        <th scope="col">Provider</th>
        <th scope="col">Seam says</th>
      </tr></thead>
      <tbody>${rows.map(row)}</tbody>
    </table></div>`;
