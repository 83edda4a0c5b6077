import { isBelieved } from '../books/owner.ts';
import type { Facts } from './facts.ts';

/*
 * What was erased of a person stays so, whoever asks for a check: a replay, a retry, drift. Only what came since
 * brings anything back: an event that nobody had stored then.
 */

/** Of whom what is known was erased, and stays so. */
export type Erased = Readonly<{ webview: boolean; account: boolean }>;

/**
 * SQL: whether a row (an account's or a reconciliation's) is as it was erased, with nothing newer in the
 * deliveries of these subjects that its workspace believes: another's word brings nobody back.
 *
 * @param row its alias
 * @param subjects a query of subjects
 */
export const isErased = (row: string, subjects: string): string => `
  (${row}.erased_at is not null and not exists (
     select from reconciler.deliveries newer
      where newer.subject in (${subjects}) and newer.received_at > ${row}.erased_at
        and ${isBelieved('newer', `${row}.workspace_id`)}))`;

/** SQL: the subjects that an account is told of by. @param accountId SQL */
export const subjectsOfAccount = (accountId: string): string => `
  select 'connected_account:' || ${accountId} union all
  select subject from reconciler.reconciliations where connected_account_id = ${accountId}`;

/** What may be stored of what Seam showed of somebody who was erased. Pure. */
export const withoutPerson = (facts: Facts, erased: Erased): Facts => {
  const { webview, account } = facts;
  const isSeen = <T extends object>(seen: T | null | 'not_asked'): seen is T =>
    seen !== null && seen !== 'not_asked';
  return {
    ...facts,
    webview:
      erased.webview && isSeen(webview)
        ? { ...webview, customMetadata: {}, customerKey: null }
        : webview,
    account:
      erased.account && isSeen(account)
        ? {
            ...account,
            userIdentifier: {},
            customMetadata: {},
            displayName: null,
            imageUrl: null,
            timeZone: null,
            customerKey: null,
            errors: errorCodesOf(account.errors),
            warnings: codesOf(account.warnings),
          }
        : account,
  };
};

/** The same of errors, one for each: one without a code that can be told is an error all the same. Pure. */
export const errorCodesOf = (errors: readonly unknown[]): object[] =>
  errors.map(error => ({ ...codesOf([error])[0], ...flagOf(error), ...eventOf(error) }));

/** Which event told of it, where Seam's object doesn't show it: the mark of told.ts. */
const eventOf = (error: unknown): object =>
  typeof error === 'object' && error !== null && 'from_event' in error
    ? /^[\w-]{1,100}$/.test(String(error.from_event))
      ? { from_event: error.from_event }
      : {}
    : {};

const flagOf = (error: unknown): object =>
  typeof error === 'object' && error !== null && 'is_connected_account_error' in error
    ? { is_connected_account_error: error.is_connected_account_error === true }
    : {};

/** Of what Seam says is wrong with an account, the codes: how it stands goes by them. Pure. */
export const codesOf = (troubles: readonly unknown[]): object[] =>
  troubles.flatMap(trouble => {
    if (typeof trouble !== 'object' || trouble === null) return [];
    const codes = Object.entries(trouble).filter(
      ([key, value]) => /^(error|warning)_code$/.test(key) && /^[a-z_]{1,100}$/.test(String(value)),
    );
    return codes.length === 0 ? [] : [Object.fromEntries(codes)];
  });
