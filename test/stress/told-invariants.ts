/** Something that must hold at every moment, whatever has just been killed. */
export type Invariant = Readonly<{
  name: string;
  /** Selects what breaks it, in words: one column, `what`. */
  sql: string;
}>;

const R = 'reconciler.';

/** Of what the app is told, at every moment: it is written in the transaction of the change. */
export const TELLING: readonly Invariant[] = [
  {
    name: 'the app is told whose an account is',
    sql: `select coalesce(t.about, l.connected_account_id) || ' is told as ' || coalesce(t.user_id, 'nobody')
                 || '''s, and is ' || coalesce(l.user_id, 'nobody') || '''s' as what
            from (select * from ${R}links where unlinked_at is null) l
            full join (select * from ${R}told where about like 'connected_account:%') t
              on t.about = 'connected_account:' || l.connected_account_id
           where t.user_id is distinct from l.user_id`,
  },
  {
    // That it works goes without saying, and one that is being deleted is told of when it is gone.
    name: 'the app is told how an account stands',
    sql: `select a.connected_account_id || ' is told as ' || coalesce(t.state, 'nothing') || ', and is ' || a.state as what
            from ${R}connected_accounts a
            left join ${R}told t on t.about = 'connected_account:' || a.connected_account_id
           where case when t.state is null then a.state not in ('connected', 'deleted', 'being_deleted')
                      else a.state not in (t.state, 'being_deleted') end`,
  },
  {
    name: 'messages about a connection are numbered without a gap',
    sql: `select about || ' has ' || count(m.sequence) || ' messages up to ' || coalesce(max(m.sequence), 0)
                 || ', and was told ' || coalesce(t.sequence, 0) as what
            from ${R}told t
            full join (select about, sequence from ${R}messages
                       union all select about, sequence from ${R}outbox) m using (about)
           group by about, t.sequence
          having t.sequence is null or coalesce(max(m.sequence), 0) <> t.sequence
              or count(m.sequence) <> t.sequence or count(distinct m.sequence) <> t.sequence`,
  },
  {
    name: 'what is of one connection is sent one after the other',
    sql: `select 'message ' || later.position || ' of ' || later.about || ' was sent before ' || earlier.position as what
            from ${R}sendings earlier join ${R}sendings later using (endpoint_id, about)
           where earlier.state = 'waiting' and later.state = 'delivered' and earlier.position < later.position`,
  },
];

export const TOLD_AT_THE_END: readonly Invariant[] = [
  {
    name: 'the app has been told all there is',
    sql: `select 'message ' || message_id || ' has no place' as what from ${R}outbox
          union all select 'message ' || position || ' of ' || about || ' is ' || state from ${R}sendings
                     where state <> 'delivered'
          union all select 'endpoint ' || id || ' is disabled' from ${R}endpoints where disabled_at is not null`,
  },
];
