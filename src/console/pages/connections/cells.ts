import { type CappedCount, cappedText } from '../../../model/capped-count.ts';
import type { ReconciliationState } from '../../../model/outcome.ts';
import { type ConnectionRow, personOf } from '../../../support/finding/connection-row.ts';
import { reasonTitle } from '../../../support/words/reason-words.ts';
import { areDevicesElsewhere, STANDING_WORDS } from '../../../support/words/standing-words.ts';
import { ACCOUNT_STATE_WORDS, STATE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { ago, stateBadge } from '../../view/words.ts';

/* What a row of connections shows, the same wherever there are rows. */

/** `1 connection`, `128 connections`. */
export const connectionsText = (count: CappedCount): string =>
  `${cappedText(count)} ${count.number === 1 ? 'connection' : 'connections'}`;

/** What happened to it, in a few words. */
const whatOf = (row: ConnectionRow): string => {
  if (row.reason !== null) return reasonTitle(row.reason);
  if (row.provisional) return 'Linked provisionally: not confirmed by Seam yet';
  const { account_state: account } = row;
  if (account !== null && account !== 'connected')
    return `Account: ${ACCOUNT_STATE_WORDS[account]}`;
  const isElsewhere = areDevicesElsewhere(row.account_troubles);
  return isElsewhere ? STANDING_WORDS.devices_elsewhere.title : '';
};

/** Since when an account is out of service. */
const sinceOf = ({ reason, account_state: account, account_state_since: since }: ConnectionRow) =>
  reason !== null || since === null || account === null || account === 'connected'
    ? null
    : html`<br><small>${ago(since)}</small>`;

const personText = (row: ConnectionRow): string =>
  row.user_name ?? row.user_email ?? personOf(row) ?? 'no known user';

/** Ends with an id, so that no two rows are called the same. */
const accountText = (row: ConnectionRow): string =>
  [row.account_type, row.account_identifier, row.connected_account_id ?? row.subject]
    .filter(part => part !== null)
    .join(' ');

/** A row in words, for whoever hears only one of its parts. */
export const rowName = (row: ConnectionRow): string =>
  [whatOf(row), personText(row), accountText(row)].filter(part => part !== '').join(', ');

/** An address of e-mail that is too long for its place goes on after its @. */
const breakable = (text: string): Html => {
  const [name = '', ...rest] = text.split('@');
  return html`${name}${rest.map(part => html`<wbr>@${part}`)}`;
};

const lines = (others: readonly string[]): Html | string =>
  others.length === 0 ? '' : html`<br><small>${breakable(others.join(' · '))}</small>`;

const personCell = (row: ConnectionRow): Html => {
  const id = personOf(row);
  if (id === null) return html`<td data-label="User"><span class="faint">unknown</span></td>`;
  const known = [row.user_name, row.user_email, id].filter(line => line !== null);
  const [first = id, ...others] = known;
  const isClaim = row.user_id === null;
  return html`<td data-label="User">${breakable(first)}${lines(others)}${
    isClaim ? html` <small>(not linked)</small>` : ''
  }</td>`;
};

const accountCell = (row: ConnectionRow): Html => {
  const { connected_account_id: id, account_type: type, account_identifier: identifier } = row;
  if (id === null) {
    const webview = row.connect_webview_id;
    return html`<td data-label="Lock account"><span class="faint">none yet</span>${webview === null ? '' : html`<br><small>${webview}</small>`}</td>`;
  }
  const [first = id, ...others] = [type, identifier].filter(line => line !== null);
  return html`<td data-label="Lock account">${breakable(first)}${lines(others)}</td>`;
};

/** The headings of the cells below. */
export const CELL_HEADINGS: Html = html`<th scope="col">State</th><th scope="col">What happened</th><th scope="col">User</th><th scope="col">Lock account</th>`;

/**
 * State (the link to the case, which all of the row leads to), what happened, user, lock account.
 *
 * @param to the address of the case, where it says of which list it is
 */
export const connectionCells = (
  row: ConnectionRow,
  to: string = href(['connections', row.case]),
): Html => {
  const badge = Object.hasOwn(STATE_WORDS, row.state)
    ? stateBadge(row.state as ReconciliationState, row.account_state, row.account_troubles)
    : html`${row.state}`;
  return html`<th scope="row"><a class="whole" href="${to}">${badge}<span class="hidden">: ${rowName(row)}</span></a></th>
    <td data-label="What happened">${whatOf(row)}${sinceOf(row)}</td>${personCell(row)}${accountCell(row)}`;
};
