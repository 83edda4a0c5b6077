import type { CasePlan, Trouble } from './cases.ts';
import { minutesBefore, timesOf } from './moments.ts';
import { makerOf, personOf } from './people.ts';

/* What Seam shows of a case: its webview and its account. Pure. */

/** What Seam calls things of a case, and the workspace that they are in. */
export type CaseIds = Readonly<{ webview: string; account: string | null; workspace: string }>;

type Codes = Readonly<{ errors: readonly string[]; warnings: readonly string[] }>;

const TROUBLES = {
  lost_access: { errors: ['account_disconnected'], warnings: [] },
  asked_to_sign_in: { errors: [], warnings: ['account_reauthorization_requested'] },
  devices_elsewhere: { errors: ['devices_connected_to_other_account'], warnings: [] },
  being_deleted: { errors: [], warnings: ['being_deleted'] },
} as const satisfies Record<NonNullable<Trouble>, Codes>;

/** An account's errors and warnings, as Seam has them. */
export const troublesOf = ({ number, trouble }: CasePlan, now: number) => {
  const { errors, warnings }: Codes =
    trouble === null ? { errors: [], warnings: [] } : TROUBLES[trouble];
  const each = {
    message: 'Told by the lock maker.',
    created_at: minutesBefore(now, timesOf(number).troubled),
  };
  return {
    errors: errors.map(error_code => ({ error_code, is_connected_account_error: true, ...each })),
    warnings: warnings.map(warning_code => ({ warning_code, ...each })),
  };
};

/** What an app put into the webview's metadata. */
export const metadataOf = ({
  number,
  reason,
  prefix,
}: CasePlan): Record<string, string | boolean> => {
  if (reason === 'metadata_id_missing') return { plan: 'premium' };
  if (reason === 'metadata_id_invalid') return { id: true };
  const { id } = personOf(number);
  // Whom nobody knows: of another app's table, or with a tenant's prefix.
  return {
    id: reason === 'user_not_found' && prefix === '' ? `old-app-${number}` : `${prefix}${id}`,
  };
};

/** How the user signed in at the maker: by e-mail, by telephone, or by a name. */
export const identifierOf = (number: number): Record<string, string> => {
  const { email, phone } = personOf(number);
  if (number % 9 === 4) return { phone };
  if (number % 9 === 7) return { username: email.split('@')[0] ?? email };
  return { email: number % 6 === 0 ? email.replace('guests', 'locks') : email };
};

const statusOf = ({ failedLogins, reason }: CasePlan): string => {
  if (failedLogins > 0) return 'failed';
  return reason === 'webview_pending' ? 'pending' : 'authorized';
};

export const webviewRow = (plan: CasePlan, ids: CaseIds, now: number) => {
  const { connected, looked } = timesOf(plan.number);
  return {
    connect_webview_id: ids.webview,
    workspace_id: ids.workspace,
    status: statusOf(plan),
    login_successful: ids.account !== null,
    connected_account_id: ids.account,
    custom_metadata: metadataOf(plan),
    selected_provider: makerOf(plan.number).key,
    authorized_at: ids.account === null ? null : minutesBefore(now, connected),
    failure_description: plan.failedLogins > 0 ? 'The password was wrong.' : null,
    seam_created_at: minutesBefore(now, connected + 12),
    read_by_run: 1,
    read_at: minutesBefore(now, looked),
  };
};

/** @param account its id */
export const accountRow = (plan: CasePlan, account: string, workspace: string, now: number) => {
  const { number, accountState } = plan;
  const { connected, looked, troubled } = timesOf(number);
  const person = personOf(number);
  const maker = makerOf(number);
  const isWell = accountState === 'connected';
  return {
    connected_account_id: account,
    workspace_id: workspace,
    account_type: maker.key,
    account_type_display_name: maker.name,
    display_name: number % 8 === 5 ? `${person.name}’s lock` : person.email,
    user_identifier: identifierOf(number),
    custom_metadata: metadataOf(plan),
    ...troublesOf(plan, now),
    accepted_capabilities: ['lock'],
    time_zone: number % 2 === 0 ? 'Europe/Berlin' : 'America/Los_Angeles',
    customer_key: number % 11 === 0 ? `customer-${number}` : null,
    seam_created_at: minutesBefore(now, connected),
    state: accountState,
    state_since: minutesBefore(now, isWell ? connected : troubled),
    last_connected_at: minutesBefore(now, isWell ? looked : troubled),
    times_disconnected: plan.outages + (accountState === 'disconnected' ? 1 : 0),
    deleted_at: accountState === 'deleted' ? minutesBefore(now, troubled) : null,
    read_by_run: 1,
    read_at: minutesBefore(now, looked),
  };
};
