import type { FailedLogins } from '../../support/finding/failed-logins.ts';
import { failedTimes, providerName } from '../../support/words/words.ts';
import { type Html, href, html } from '../view/html.ts';
import { ago, when } from '../view/words.ts';

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
    <td class="number">${found.times}</td>
    <td>${ago(found.since)}</td>
    <td>${ago(found.last_at)}</td>
    <td>${providerName(found.provider) ?? html`<span class="faint">unknown</span>`}</td>
    <td>${found.description ?? html`<span class="faint">nothing</span>`}</td>
  </tr>`;

/** The people who tried again and again. @param found null where it would take too long to tell */
export const failedLoginsTable = (found: readonly FailedLogins[] | null): Html | null => {
  if (found === null) {
    return html`<p class="calm">Counting repeated sign-in failures takes too long just now.</p>`;
  }
  if (found.length === 0) return null;
  const caption = 'Sign-ins that failed again and again in the last month: the user may need help';
  return html`<div class="table wide" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>
        <th scope="col">User</th>
        <th scope="col" class="number">Failed</th>
        <th scope="col">First</th>
        <th scope="col">Last</th>
        <th scope="col">Provider</th>
        <th scope="col">Seam says</th>
      </tr></thead>
      <tbody>${found.map(row)}</tbody>
    </table></div>`;
};
