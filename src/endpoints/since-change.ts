/**
 * SQL: how long ago a change took place that endpoint `e` is told of by message `m` for the first time. Null where it has
 * taken it before, or is told of what was before it: then how long that took says nothing.
 */
export const CHANGED_SECONDS_AGO = `
  case when m.at > e.created_at and not exists (
         select from reconciler.send_attempts a
          where a.endpoint_id = e.id and a.position = m.position and a.fault is null)
       then extract(epoch from clock_timestamp() - m.at)::float8 end`;
