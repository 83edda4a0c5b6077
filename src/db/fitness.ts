import type pg from 'pg';

/** What a database is, as far as we depend on it. */
export type Traits = Readonly<{
  /** As the server writes it: 18.1. */
  version: string;
  /** 180001. */
  versionNumber: number;
  encoding: string;
  /** It follows another server, and can only be read. */
  isReplica: boolean;
  /** Also where a setting says so: of the server, the database or our role. */
  isReadOnly: boolean;
}>;

/** What is wrong with a database or with what we may do in it, and what to do about that: a sentence each. */
export type Unfit = Readonly<{ detail: string; remedy: string }>;

const OLDEST_VERSION = 15;

const READ = `
  select current_setting('server_version') as "version",
         current_setting('server_version_num')::int as "versionNumber",
         current_setting('server_encoding') as "encoding",
         pg_is_in_recovery() as "isReplica",
         current_setting('transaction_read_only') = 'on' as "isReadOnly"`;

/** Asks the database what it is, in one statement that needs no right and no table. */
export const readTraits = async (client: Pick<pg.Pool | pg.Client, 'query'>): Promise<Traits> => {
  const { rows } = await client.query<Traits>(READ);
  const [traits] = rows;
  if (traits === undefined) throw new TypeError('the database said nothing of itself');
  return traits;
};

/** Pure: why nothing of ours can be kept in such a database at all; null where it can. */
export const unfitFor = (traits: Traits): Unfit | null => {
  const { version, versionNumber, encoding } = traits;
  if (versionNumber < OLDEST_VERSION * 10_000) {
    return {
      detail: `PostgreSQL ${version} is too old`,
      remedy: `Use PostgreSQL ${OLDEST_VERSION} or newer.`,
    };
  }
  if (encoding !== 'UTF8') {
    return {
      detail: `this database's encoding is ${encoding}, which can't hold every name and id`,
      remedy: `Make one with: create database <name> encoding 'UTF8' template template0.`,
    };
  }
  return unwritable(traits);
};

/** Pure: why nothing can be written there now; null where it can be. */
export const unwritable = ({ isReplica, isReadOnly }: Traits): Unfit | null => {
  if (isReplica) {
    return {
      detail: 'this database is a replica and can only be read',
      remedy: 'Use the address of the primary: a failover may have moved it.',
    };
  }
  if (!isReadOnly) return null;
  return {
    detail: 'this database can only be read: default_transaction_read_only is on',
    remedy:
      'Switch it off for the server, the database or our role. Some hosts switch it on when the disk is full.',
  };
};
