/*
 * What a session of ours is set to. A URL's options, the database, the role and a pooler may say otherwise, for their
 * other users' sake; what we promise must not hang on that.
 */

/** Settings of a session: the name of each as Postgres has it, and its value as `set` takes it. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What the code relies on, and why. Not here is what somebody may mean for us, too: `search_path` (it says which table
 * a USERS_TABLE without a schema is), `default_transaction_read_only` (then Postgres says that it can't be written to),
 * `row_security`, and what only makes something slower.
 */
const RELIED_ON = {
  // A 2xx, and a link that the app is told of, is on the disk.
  synchronous_commit: 'on',
  // Each statement sees what others have committed by then, and waits for their locks rather than failing.
  default_transaction_isolation: 'read committed',
  // Times come as texts that pg reads in this form only; in others it makes them null, or another day.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  // Days and hours that are counted in SQL begin for everybody at the same time.
  TimeZone: 'UTC',
  // The bodies of deliveries, whose signatures are verified again, byte by byte.
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  // Quotes and nulls in our statements and arrays mean what the standard says.
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // Numbers come back as they were stored.
  extra_float_digits: '1',
} as const satisfies SessionSettings;

/** How long a session may take, in ms; 0: for ever. */
export type SessionLimits = Readonly<{
  /** The server gives up on a statement (also while it waits for a lock). */
  statement_timeout: number;
  lock_timeout: number;
  /** A transaction of a client that has gone silent is ended. */
  idle_in_transaction_session_timeout: number;
}>;

export const sessionSettings = (limits: SessionLimits): SessionSettings => ({
  ...RELIED_ON,
  ...Object.fromEntries(Object.entries(limits).map(([name, ms]) => [name, String(ms)])),
});

/** For the startup message of a connection: the last word on a setting counts there. */
export const asOptions = (settings: SessionSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ');

/**
 * Begins a transaction that has these settings, and leaves none behind. Another client's `search_path`, too, may have
 * stayed on a connection that is shared: within it is what it is by default.
 */
export const asBeginning = (settings: SessionSettings): string =>
  [
    'begin isolation level read committed',
    ...Object.entries(settings).map(([name, value]) => `set local ${name} = '${value}'`),
    'set local search_path to default',
  ].join('; ');

/** Words of a URL that would be said in a session's beginning, where poolers refuse them, or rule our own limits out. */
const OURS_TO_SAY = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'query_timeout',
  'client_encoding',
  'replication',
];

/**
 * A URL without what is ours to say, and its own options: pg takes what a URL says for more than what it is told
 * beside it.
 *
 * @param url as parseConfig has read it
 */
export const splitUrl = (
  url: string,
): { connectionString: string; options: string | undefined } => {
  const parsed = new URL(url);
  const { searchParams } = parsed;
  const said = ['options', ...OURS_TO_SAY].filter(name => searchParams.has(name));
  if (said.length === 0) return { connectionString: url, options: undefined };
  const options = searchParams.get('options') ?? undefined;
  for (const name of said) searchParams.delete(name);
  return { connectionString: parsed.href, options };
};
