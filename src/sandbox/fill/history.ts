import { type CaseIds, metadataOf } from './at-seam.ts';
import type { CasePlan, Trouble } from './cases.ts';
import { minutesBefore, timesOf } from './moments.ts';

/* What happened to a case: what Seam told of it, and the looks that followed. Pure. */

/** An event, and how long ago. */
export type Heard = Readonly<{ type: string; minutes: number }>;

const EVENT_OF_TROUBLE = {
  lost_access: 'connected_account.disconnected',
  devices_elsewhere: 'connected_account.disconnected',
  asked_to_sign_in: 'connected_account.reauthorization_requested',
  being_deleted: null,
} as const satisfies Record<NonNullable<Trouble>, string | null>;

const lastOf = ({ number, accountState, trouble }: CasePlan): Heard[] => {
  const type =
    accountState === 'deleted'
      ? 'connected_account.deleted'
      : trouble === null
        ? null
        : EVENT_OF_TROUBLE[trouble];
  return type === null ? [] : [{ type, minutes: timesOf(number).troubled }];
};

/** What Seam told, the earliest first. */
export const heardOf = (plan: CasePlan): Heard[] => {
  const { number, accountState, failedLogins, outages } = plan;
  const { connected, troubled } = timesOf(number);
  if (accountState === null) {
    return Array.from({ length: failedLogins }, (_, index) => ({
      type: 'connect_webview.login_failed',
      minutes: connected - index * 7,
    }));
  }
  const between = (share: number): number => troubled + (connected - troubled) * share;
  const lostAndBack = Array.from({ length: outages }, (_, index) => [
    { type: 'connected_account.disconnected', minutes: between(0.8 - index * 0.3) },
    { type: 'connected_account.connected', minutes: between(0.7 - index * 0.3) },
  ]).flat();
  return [
    { type: 'connect_webview.login_succeeded', minutes: connected },
    { type: 'connected_account.created', minutes: connected - 0.1 },
    { type: 'connected_account.completed_first_sync', minutes: connected - 3 },
    ...lostAndBack,
    ...lastOf(plan),
  ];
};

/** @param subject what it is put down to */
export const deliveryRow = (
  plan: CasePlan,
  ids: CaseIds,
  { type, minutes }: Heard,
  subject: string,
  now: number,
) => {
  const at = minutesBefore(now, minutes);
  const event_id = `evt_${ids.webview}_${type.replaceAll('.', '_')}_${Math.round(minutes * 60)}`;
  const ofAccount = {
    connected_account_id: ids.account,
    connected_account_custom_metadata: metadataOf(plan),
  };
  const body = {
    event_id,
    event_type: type,
    workspace_id: ids.workspace,
    created_at: at,
    occurred_at: at,
    connect_webview_id: ids.webview,
    ...(ids.account === null ? {} : ofAccount),
  };
  return {
    event_id,
    event_type: type,
    subject,
    workspace_id: ids.workspace,
    occurred_at: at,
    received_at: minutesBefore(now, minutes - 0.02),
    body: `\\x${Buffer.from(JSON.stringify(body)).toString('hex')}`,
    // Nobody signed them: as those that Seam lists.
    signature: {},
    source: 'backfill',
  };
};

const outcomeOf = ({ reason, state, accountState }: CasePlan, isFirst: boolean): string => {
  if (reason !== null) return 'failed';
  if (state === 'no_action') return accountState === 'deleted' ? 'account_deleted' : 'login_failed';
  return isFirst ? 'linked' : 'account_updated';
};

/** A look after each event, and the latest. */
export const runRows = (plan: CasePlan, heard: readonly Heard[], subject: string, now: number) => {
  const { number, reason } = plan;
  const later = [...heard.slice(1).map(({ minutes }) => minutes - 0.05), timesOf(number).looked];
  const times = later.toSorted((one, other) => other - one);
  return times.map((minutes, index) => ({
    subject,
    generation: 1,
    trigger: index < heard.length - 1 ? 'delivery' : reason === null ? 'sweep' : 'backoff',
    started_at: minutesBefore(now, minutes),
    finished_at: minutesBefore(now, minutes - 0.01),
    outcome: outcomeOf(plan, index === 0),
    reason,
    detail: reason === null ? null : 'made up by “sandbox fill”',
    seam_request_id: `request_fill_${number}_${index}`,
  }));
};
