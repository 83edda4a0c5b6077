import { QUIET_SECONDS, SWEEP_GRACE_SECONDS } from '../db/timing.ts';

/*
 * The one place that writes what is owed of a reconciliation and how it stands: what comes after `set` in each
 * statement that does so, for `reconciler.reconciliations r`. state-machine.ts says what each leads from and to,
 * the database refuses what contradicts itself (db/constraints.ts). Parameters are SQL: `$1`, or an expression.
 */

const NOT_DISMISSED = 'dismissed_by = null, dismissed_why = null';
const IS_OWED = 'r.observed_generation < r.generation';
/** The tries begin anew. */
const PENDING = `state = 'pending', reason = null, attempts = 0, ${NOT_DISMISSED}`;
const ANEW = `${PENDING}, unavailable_since = null`;
/** It has a patience of its own, which other trouble doesn't use up. */
const OF_ITS_OWN = 'seam_forbidden';
const NOTHING_OWED = 'observed_generation = r.generation, requested_by = null';

/** The caller puts it into the queue now; should that be lost, the sweep does. */
export const IN_A_MOMENT = `now() + interval '${SWEEP_GRACE_SECONDS} s'`;

/**
 * News was counted (`told`; of a subject that was not there before `excluded` is inserted as it is). What was
 * waiting out a backoff or had been given up is due now, or soon, where it was looked at a moment ago.
 */
export const TOLD = `
  generation = r.generation + excluded.generation, ${ANEW},
  due_at = greatest(now(), r.settled_at + interval '${QUIET_SECONDS} s'),
  sweep_at = excluded.sweep_at, updated_at = now()`;

/**
 * A look is asked for (`asked`). Who asked is written down, so that the run says so whichever job brings it,
 * also where the hint to the queue is lost.
 */
export const asked = (by: string): string => `
  generation = r.generation + 1, ${ANEW}, requested_by = ${by},
  due_at = now(), sweep_at = ${IN_A_MOMENT}, updated_at = now()`;

/**
 * As `asked`, for a time to come: it is handed out by the sweep. A look that is owed already is not put off.
 *
 * @param unavailableSince since when Seam counts as failing us on it
 */
export const askedFor = (by: string, at: string, unavailableSince = 'null'): string => `
  generation = r.generation + 1, ${PENDING}, unavailable_since = ${unavailableSince}, requested_by = ${by},
  due_at = case when ${IS_OWED} then least(r.due_at, ${at}) else ${at} end,
  sweep_at = case when ${IS_OWED} then least(r.sweep_at, ${at}) else ${at} end,
  updated_at = now()`;

/**
 * What a run came to (`settled`, `failed_for_now`, `gave_up`), as `Conclusion` has it.
 *
 * @param of.observedGeneration that is dealt with; null: none
 * @param of.dueInMs when it is due next; null: nothing changes about that
 */
export const concluded = (
  of: Readonly<
    Record<
      | 'state'
      | 'reason'
      | 'attempts'
      | 'isUnavailable'
      | 'observedGeneration'
      | 'dueInMs'
      | 'isSettled',
      string
    >
  >,
): string => `
  state = ${of.state}, reason = ${of.reason}, attempts = ${of.attempts},
  unavailable_since = case when not ${of.isUnavailable} then null
                           when (reason = '${OF_ITS_OWN}') <> (${of.reason} = '${OF_ITS_OWN}') then now()
                           else coalesce(unavailable_since, now()) end,
  observed_generation = greatest(observed_generation, coalesce(${of.observedGeneration}, 0)),
  due_at = coalesce(now() + ${of.dueInMs} * interval '1 ms', due_at),
  sweep_at = coalesce(now() + ${of.dueInMs} * interval '1 ms' + interval '${SWEEP_GRACE_SECONDS} s', sweep_at),
  dismissed_by = case when ${of.state} = 'dismissed' then dismissed_by end,
  dismissed_why = case when ${of.state} = 'dismissed' then dismissed_why end,
  settled_at = case when ${of.isSettled} then now() end, leased_until = null, updated_at = now()`;

/** Another case of its account, or a person, says how it stands (`closed`). */
export const closed = (state: string): string => `
  state = ${state}, reason = null, attempts = 0, unavailable_since = null, ${NOT_DISMISSED}, ${NOTHING_OWED},
  updated_at = now()`;

/** Nobody here can take the look (`set_aside`): seen to again in so many seconds, should somebody be there since. */
export const setAside = (againInSeconds: string, isNew: string): string => `
  state = 'retrying', reason = 'workspace_unknown', sweep_at = now() + ${againInSeconds} * interval '1 s',
  updated_at = case when ${isNew} then now() else updated_at end`;

/** A person has done with it (`dismissed`): nothing is owed of it any more. */
export const dismissed = (by: string, why: string): string => `
  state = 'dismissed', ${NOTHING_OWED}, dismissed_by = ${by}, dismissed_why = ${why}, updated_at = now()`;

/** It needs attention again, for the reason that it failed for (`reopened`). */
export const REOPENED = `state = 'failed', ${NOT_DISMISSED}, updated_at = now()`;

/** A link or an unlinking by hand was taken back (`restored`). */
export const restored = (
  of: Readonly<Record<'state' | 'reason' | 'dismissedBy' | 'dismissedWhy', string>>,
): string => `
  state = ${of.state}, reason = ${of.reason}, dismissed_by = ${of.dismissedBy},
  dismissed_why = ${of.dismissedWhy}, ${NOTHING_OWED}, updated_at = now()`;

/** What kept it waiting is over: it is due now, and the sweep hands it out. Nothing else changes. */
export const dueNow = (by: string): string => `
  due_at = now(), sweep_at = ${IN_A_MOMENT}, requested_by = ${by}`;

/**
 * What kept it from succeeding may be over (`tried_once`): it is looked at once more, now. Its tries do not begin anew:
 * where it fails for the same reason it is given up, or waits, as it would have.
 */
export const triedOnce = (by: string): string => `
  generation = r.generation + 1, state = 'retrying', requested_by = ${by},
  due_at = now(), sweep_at = now(), updated_at = now()`;

/** The sweep has it in hand: no other touches it for so long. */
export const sweptFor = (seconds: number): string => `
  sweep_at = now() + interval '${seconds} s'`;

/** The sweep is to see to it now. */
export const SWEPT_NOW = 'sweep_at = now()';

/** A run has it to itself. */
export const leased = (runId: string, seconds: string): string => `
  newest_run_id = ${runId}, leased_until = now() + ${seconds} * interval '1 s', requested_by = null`;

/** A run has let go of it, and changed nothing. */
export const RELEASED = 'leased_until = null';
