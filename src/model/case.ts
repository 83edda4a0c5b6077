import type { ReconciliationState } from './outcome.ts';
import { type Subject, subjectOf } from './subject.ts';

/*
 * A case is a connection: an account with its webviews, or a webview that led to none. Its subjects are how we look at
 * it; one of them leads: it says how the case stands.
 */

/** The state that says most of a case goes first: what needs a person, then what is under way, then what is so. */
export const STATES_BY_WEIGHT = [
  'failed',
  'retrying',
  'pending',
  'linked',
  'dismissed',
  'no_action',
] as const satisfies ReconciliationState[];

/** What a case is called by, in addresses and in what people keep of it: its account, where there is one. */
export const caseOf = (about: { subject: string; connectedAccountId: string | null }): Subject =>
  about.connectedAccountId === null
    ? (about.subject as Subject)
    : subjectOf('connected_account', about.connectedAccountId);
