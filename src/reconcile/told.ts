import { isBelieved } from '../books/owner.ts';
import type { Client } from '../db/client.ts';
import { DISCONNECTION_COUNTS_SECONDS } from '../db/timing.ts';
import { toStorable } from '../seam/storable.ts';
import { isDocumented } from './account-state.ts';
import type { Run } from './begin.ts';
import type { Facts } from './facts.ts';

/*
 * What only an event says of an account or a webview, as the objects that Seam shows don't have it. In SQL, $1 is the
 * account's id, $2 its subject, $3 the run's, $6 the run's workspace; `a` is the account's row, which may be missing.
 */

/** Whether nobody has signed in after an event, by Seam's time, as events come in any order. */
const NOT_SIGNED_IN_SINCE = (event: string): string => `
  not exists (
    select 1 from reconciler.deliveries later
     where later.subject in (
             select $2 union all select $3 union all
             select subject from reconciler.reconciliations where connected_account_id = $1)
       and later.event_type in (
             'connected_account.created', 'connected_account.connected',
             'connected_account.successful_login', 'connect_webview.login_succeeded',
             'connected_account.completed_first_sync_after_reconnection')
       and ${isBelieved('later', '$6::text')}
       and coalesce(later.occurred_at, later.received_at)
           > coalesce(${event}.occurred_at, ${event}.received_at))`;

/** A request for a new authorization whose event says that the account shows it ($5, its code) is left to the account. */
export const REAUTHORIZATION_REQUESTED = `
  exists (
    select 1 from reconciler.deliveries request
     where request.subject = $2
       and request.event_type = 'connected_account.reauthorization_requested'
       and position($5::bytea in request.body) = 0
       and ${isBelieved('request', '$6::text')} and ${NOT_SIGNED_IN_SINCE('request')})`;

/**
 * The last word that the account was disconnected. Spent once somebody has signed in, a run has seen the account
 * connected in spite of it, or a day has passed: then what Seam's object shows is all there is.
 */
export const DISCONNECTION = `
  select told.event_id as "disconnectionId", told.body as "disconnectionBody",
         coalesce(told.occurred_at, told.received_at) as "disconnectedAt"
    from reconciler.deliveries told
   where told.subject = $2 and told.event_type = 'connected_account.disconnected'
     and ${isBelieved('told', '$6::text')}
     -- A webhook comes soon; one from Seam's list may be of long ago.
     and case when told.source = 'webhook' then told.received_at
              else coalesce(told.occurred_at, told.received_at) end
         > now() - ${DISCONNECTION_COUNTS_SECONDS} * interval '1 s'
     -- A run that was at it when the event came may not have seen it.
     and not coalesce(a.last_connected_at > told.received_at + interval '10 s', false)
     -- Where Seam has shown errors since, it can show them.
     and not (coalesce(a.read_at > told.received_at, false)
              and exists (select 1 from jsonb_array_elements(a.errors) shown where shown->>'from_event' is null))
     and ${NOT_SIGNED_IN_SINCE('told')}
   order by coalesce(told.occurred_at, told.received_at) desc limit 1`;

export type Disconnection = Readonly<{
  disconnectionId: string | null;
  disconnectionBody: Buffer | null;
  disconnectedAt: Date | null;
}>;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const read = (body: Buffer): Fields => {
  const json = toStorable(JSON.parse(body.toString('utf8')));
  return isFields(json) ? json : {};
};

const textOf = (fields: Fields, key: string): string | null => {
  const value = Object.hasOwn(fields, key) ? fields[key] : null;
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};

const MOST_ERRORS = 20;

/**
 * The errors of a disconnection that we can't expect Seam's object to show, as it documents none of them; each says
 * which event it is from. None where one of them is documented: then the object decides. Pure.
 */
export const errorsTold = ({
  disconnectionId,
  disconnectionBody,
  disconnectedAt,
}: Disconnection): readonly Fields[] => {
  if (disconnectionId === null || disconnectionBody === null) return [];
  const event = read(disconnectionBody);
  const errors = event.connected_account_errors;
  if (!Array.isArray(errors) || errors.some(isDocumented)) return [];
  return errors.slice(0, MOST_ERRORS).map(error => {
    const fields = isFields(error) ? error : { message: error };
    return {
      ...fields,
      message: textOf(fields, 'message') ?? textOf(event, 'event_description'),
      created_at: textOf(fields, 'created_at') ?? disconnectedAt?.toISOString() ?? null,
      from_event: disconnectionId,
    };
  });
};

const isTold = (error: unknown): boolean => isFields(error) && Object.hasOwn(error, 'from_event');

/** Of the errors that are stored of an account: those that only an event told of, and those that Seam showed. */
export const toldAmong = (errors: readonly unknown[]): unknown[] => errors.filter(isTold);
export const shownAmong = (errors: readonly unknown[]): unknown[] =>
  errors.filter(error => !isTold(error));

/** An account with what was told of it; one that shows errors tells itself how it stands. */
export const withErrorsTold = (
  account: Facts['account'],
  told: readonly unknown[],
): Facts['account'] =>
  account === null || account === 'not_asked' || account.errors.length > 0 || told.length === 0
    ? account
    : { ...account, errors: [...told] };

const LONGEST_DESCRIPTION = 2_000;

/** How Seam's last event described the login that failed; null where it didn't. Within the run's transaction. */
export const readFailureDescription = async (client: Client, run: Run): Promise<string | null> => {
  const { rows } = await client.query<{ body: Buffer }>({
    name: 'read-failure-description',
    text: `
      select body from reconciler.deliveries failed
       where subject = $1 and event_type = 'connect_webview.login_failed'
         and ${isBelieved('failed', '$2::text')}
       order by coalesce(occurred_at, received_at) desc limit 1`,
    values: [run.subject, run.workspaceId],
  });
  const [last] = rows;
  if (last === undefined) return null;
  return (
    textOf(read(last.body), 'event_description')?.slice(0, LONGEST_DESCRIPTION).toWellFormed() ??
    null
  );
};
