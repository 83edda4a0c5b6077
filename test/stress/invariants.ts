import { type Invariant, TELLING, TOLD_AT_THE_END } from './told-invariants.ts';

export type { Invariant };

const R = 'reconciler.';

/** No wait of a plan is longer (retry.ts): what is due later was told so by a clock that is off. */
const LONGEST_WAIT = `interval '20 minutes'`;

/** What waits by design: for its app, for its user, for Seam to do or not to do what it said. */
export const MAY_WAIT = `('user_not_found', 'webview_pending', 'account_not_ready', 'deletion_pending')`;

/** Looked at from outside, in one snapshot, again and again while everything goes on, and at the end. */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'what is owed says so',
    sql: `select subject || ' is ' || state || ' at ' || observed_generation || '/' || generation as what
            from ${R}reconciliations
           where (state in ('pending', 'retrying')) <> (observed_generation < generation)
              or observed_generation > generation or (state = 'retrying' and reason is null)`,
  },
  {
    name: 'what is owed is due within the plan',
    sql: `select subject || ' is due at ' || due_at || ', swept at ' || sweep_at as what
            from ${R}reconciliations
           where observed_generation < generation
             and (due_at > now() + ${LONGEST_WAIT}
                  or sweep_at > greatest(due_at, now()) + ${LONGEST_WAIT}
                     and reason is distinct from 'workspace_unknown')`,
  },
  {
    name: 'what is dismissed has who and why, in the audit log too',
    sql: `select subject || ' was dismissed by ' || coalesce(dismissed_by, 'nobody') as what
            from ${R}reconciliations r
           where state = 'dismissed'
             and (dismissed_by is null or dismissed_why is null or not exists (
               select from ${R}audit_log a
                where a.target in (r.subject, 'connected_account:' || r.connected_account_id)
                  and a.action = 'dismiss'))`,
  },
  {
    name: 'who has a case is whom the audit log says',
    sql: `select s.subject || ' is ' || coalesce(s.operator_id::text, 'nobody') || '''s' as what
            from ${R}assignments s
           where (select jsonb_build_array(a.after->'operator_id') from ${R}audit_log a
                   where a.target = s.subject and a.action = 'assign' order by a.id desc limit 1)
                 is distinct from jsonb_build_array(s.operator_id)`,
  },
  {
    name: 'what is snoozed was snoozed by someone, and not woken since',
    sql: `select s.subject || ' is snoozed by ' || s.by as what from ${R}snoozes s
           where (select a.action from ${R}audit_log a
                   where a.target = s.subject and a.action in ('snooze', 'end_snooze')
                   order by a.id desc limit 1) is distinct from 'snooze'`,
  },
  {
    name: 'an account is linked to one user',
    sql: `select connected_account_id || ' is linked ' || count(*) || ' times' as what from ${R}links
           where unlinked_at is null group by connected_account_id having count(*) > 1`,
  },
  {
    name: 'a link that ended says when and why, and began before',
    sql: `select format('link %s of %s began %s, ended %s because %s', id, connected_account_id, linked_at, unlinked_at,
                        unlinked_because) as what
            from ${R}links
           where (unlinked_at is null) <> (unlinked_because is null) or unlinked_at < linked_at`,
  },
  {
    name: 'links of an account follow one another',
    sql: `select format('link %s of %s began %s, the one before ended %s', id, connected_account_id, linked_at, before) as what
            from (select id, connected_account_id, linked_at,
                         lag(coalesce(unlinked_at, 'infinity'))
                           over (partition by connected_account_id order by id) as before
                    from ${R}links) l
           where before > linked_at`,
  },
  {
    name: 'who is linked is a user',
    sql: `select 'link ' || id || ' is to ' || user_id as what from ${R}links l
           where not exists (select from ${R}users u where u.id = l.user_id)`,
  },
  {
    name: 'a link that a person changed has its audit row',
    sql: `select 'link ' || id || ' has none' as what from ${R}links l
           where (linked_by_audit is not null
                  and not exists (select from ${R}audit_log a where a.id = l.linked_by_audit))
              or (unlinked_by_audit is not null
                  and not exists (select from ${R}audit_log a where a.id = l.unlinked_by_audit))`,
  },
  {
    name: 'a run has an end and an outcome, or neither',
    sql: `select 'run ' || id || ' of ' || subject as what from ${R}runs
           where (finished_at is null) <> (outcome is null) or finished_at < started_at`,
  },
  {
    name: 'a run is of a generation that there is',
    sql: `select 'run ' || n.id || ' of ' || n.subject || ' is of ' || n.generation as what
            from ${R}runs n join ${R}reconciliations r using (subject) where n.generation > r.generation`,
  },
  {
    name: 'what is to be counted is stored',
    sql: `select event_id || ' is to be counted and is not stored' as what from ${R}uncounted u
           where not exists (select from ${R}deliveries d where d.event_id = u.event_id)`,
  },
  {
    // But what is the word of another workspace, which is kept and changes nothing.
    name: 'what is stored has a case, or is to be counted',
    sql: `select event_id || ' of ' || subject || ' is forgotten' as what from ${R}deliveries d
           where d.set_aside is null
             and not exists (select from ${R}reconciliations r where r.subject = d.subject)
             and not exists (select from ${R}uncounted u where u.event_id = d.event_id)`,
  },
  {
    name: 'coverage ends now at the latest',
    sql: `select workspace || ': from ' || covered_from || ' until ' || covered_until as what
            from ${R}backfills where covered_until > now() or covered_from > covered_until`,
  },
  {
    name: 'a bulk run has the items that it was planned with',
    sql: `select 'bulk run ' || b.id || ' has ' || count(i.position) || ' of ' || b.total as what
            from ${R}bulk_runs b left join ${R}bulk_items i on i.bulk_run_id = b.id
           group by b.id having count(i.position) <> b.total`,
  },
  {
    name: 'a bulk run that is done has done all',
    sql: `select 'bulk run ' || b.id || ' is done, and item ' || i.position || ' is ' || i.state as what
            from ${R}bulk_runs b join ${R}bulk_items i on i.bulk_run_id = b.id
           where b.state = 'done' and i.state in ('waiting', 'asked')`,
  },
  {
    name: 'an account is lent for half a minute at most',
    sql: `select connected_account_id || ' is lent until ' || until as what from ${R}account_changes
           where until > now() + interval '31 seconds'`,
  },
  {
    name: 'what was asked for once is done once',
    sql: `select action || ' of ' || target || ' (' || why || '), ' || count(*) || ' times' as what
            from ${R}audit_log
           where why like 'stress %' and bulk_run_id is null and action in ('dismiss', 'link', 'snooze', 'update_account')
           group by action, target, why having count(*) > 1`,
  },
  ...TELLING,
];

/** What must hold besides once everything has been let settle. */
export const AT_THE_END: readonly Invariant[] = [
  {
    name: 'everything that was stored is counted',
    sql: `select event_id || ' is still to be counted' as what from ${R}uncounted`,
  },
  {
    name: 'nothing is owed but what waits by design',
    sql: `select subject || ' is ' || state || ' (' || coalesce(reason, '') || ')' as what
            from ${R}reconciliations
           where observed_generation < generation
             and (state <> 'retrying' or reason not in ${MAY_WAIT})`,
  },
  {
    name: 'what is called linked is',
    sql: `select subject || ' is called linked, and ' || connected_account_id || ' is not' as what
            from ${R}reconciliations r
           where state = 'linked' and not exists (
             select from ${R}links l
              where l.connected_account_id = r.connected_account_id and l.unlinked_at is null)`,
  },
  {
    // Where Seam names somebody else by now, or has no such account any more, an open case says so.
    name: 'what is linked to whom Seam names has no other case open',
    sql: `select r.subject || ' is ' || r.state || ' (' || r.reason || '), and ' || r.connected_account_id
                 || ' is linked to ' || l.user_id as what
            from ${R}reconciliations r
            join ${R}links l on l.connected_account_id = r.connected_account_id and l.unlinked_at is null
            join ${R}connected_accounts a
              on a.connected_account_id = r.connected_account_id and a.custom_metadata->>'id' = l.user_id
           where r.state in ('failed', 'retrying') and r.reason <> 'account_not_found'
             and exists (select from ${R}reconciliations o
                          where o.connected_account_id = r.connected_account_id and o.state = 'linked')`,
  },
  {
    name: 'no bulk run goes on, nor any recovery or hold',
    sql: `select 'bulk run ' || id || ' is running' as what from ${R}bulk_runs where state = 'running'
          union all select 'recovery of ' || reason from ${R}recoveries
          union all select 'hold for ' || reason from ${R}workspace_holds`,
  },
  {
    name: 'no account is lent',
    sql: `select connected_account_id || ' is lent until ' || until as what
            from ${R}account_changes where until > now()`,
  },
  {
    name: 'no run of what is settled is left open',
    sql: `select 'run ' || n.id || ' of ' || n.subject || ' is open and the newest of a settled case' as what
            from ${R}runs n join ${R}reconciliations r on r.subject = n.subject and r.newest_run_id = n.id
           where n.finished_at is null and r.observed_generation = r.generation`,
  },
  ...TOLD_AT_THE_END,
];
