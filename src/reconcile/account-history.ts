/* SQL of record.ts: $4 is what Seam showed of the account, $22 how it stands. */

/** SQL: now, where an account is seen to work. */
export const SEEN_AT_WORK = `case when $22::text in ('connected', 'reauthorization_requested') then now() end`;

/** SQL: since when Seam says that an account stands so; not in some future. */
export const TOLD_SINCE = `
             case when $4::jsonb->>'stateSince' is not null
                  then least(($4::jsonb->>'stateSince')::timestamptz, now()) end`;

/**
 * SQL: since when an account stands as it does (where Seam doesn't say, since we have seen it so), when it was last
 * seen at work, and how often it was disconnected. Written on a change only, but for what a row of an older version
 * lacks. Nothing is guessed: the row before may have no state.
 */
export const ACCOUNT_HISTORY = `
           state_since = case
             when connected_accounts.state <> excluded.state then coalesce(${TOLD_SINCE}, now())
             else coalesce(connected_accounts.state_since, ${TOLD_SINCE}) end,
           last_connected_at = coalesce(${SEEN_AT_WORK}, connected_accounts.last_connected_at,
             case when connected_accounts.state in ('connected', 'reauthorization_requested')
                  then connected_accounts.read_at end),
           times_disconnected = case
             when excluded.state <> 'disconnected' then connected_accounts.times_disconnected
             when connected_accounts.state = 'disconnected' then greatest(connected_accounts.times_disconnected, 1)
             else connected_accounts.times_disconnected + 1 end`;
