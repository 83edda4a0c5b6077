import pg from 'pg';
import type { Logger } from '../ops/log.ts';
import type { MigrationSession } from './migration-session.ts';
import { CONTRACT, PUBLIC_SCHEMA, PUBLIC_VIEWS } from './public-views.ts';

/* How the contract by SQL (public-views.ts) comes into a database, and what is said where it can't. */

/** What of it a database has, and what our role may do there. By the catalogs alone: nothing of it is read. */
type Published = Readonly<{
  role: string;
  isSchemaThere: boolean;
  mayCreateSchema: boolean;
  mayCreateViews: boolean;
  missing: readonly string[];
  /** Views that another role made, so that ours may not replace them. */
  foreign: readonly string[];
  /** What `mark` was when they were made; null: they weren't, or not by us. */
  mark: string | null;
  /** What it would be by this version. */
  ownMark: string;
}>;

const READ = `
  select current_user::text as role, n.oid is not null as "isSchemaThere",
         has_database_privilege(current_database(), 'create') as "mayCreateSchema",
         coalesce(has_schema_privilege(n.oid, 'usage') and has_schema_privilege(n.oid, 'create'), false)
           as "mayCreateViews",
         array(select name from unnest($2::text[]) as name
                where not exists (select from pg_class c
                                   where c.relnamespace = n.oid and c.relname = name)) as missing,
         array(select relname::text from pg_class
                where relnamespace = n.oid and relname = any($2) and not pg_has_role(relowner, 'usage')
                order by 1) as foreign,
         (select obj_description(c.oid, 'pg_class') from pg_class c
           where c.relnamespace = n.oid and c.relname = 'contract_version') as mark,
         $3 || encode(sha256(convert_to($4, 'UTF8')), 'hex') as "ownMark"
    from (select $1::text as name) as ours left join pg_namespace n on n.nspname = ours.name`;

const MARK = 'seam-reconciler contract';

const readPublished = async (client: Pick<pg.Pool, 'query'>): Promise<Published> => {
  const { rows } = await client.query<Published>(READ, [
    PUBLIC_SCHEMA,
    Object.keys(PUBLIC_VIEWS),
    `${MARK} ${CONTRACT.major}.${CONTRACT.minor} `,
    Object.values(PUBLIC_VIEWS).join(';'),
  ]);
  const [published] = rows;
  if (published === undefined) throw new TypeError('the database said nothing of our views');
  return published;
};

/** Which contract they are of, as their mark says; null: of none of ours. */
const minorOf = (mark: string | null): number | null => {
  const [, minor] = /^seam-reconciler contract \d+\.(\d+) /.exec(mark ?? '') ?? [];
  return minor === undefined ? null : Number(minor);
};

/** They are as this version has them, or as a newer one does, which has all that this one has. */
const isUpToDate = ({ missing, mark, ownMark }: Published): boolean =>
  missing.length === 0 && (mark === ownMark || (minorOf(mark) ?? -1) > CONTRACT.minor);

/** Why our role can't make them, and the statement that lets it; null: nothing is in the way. */
const obstacleOf = (published: Published): Readonly<{ why: string; remedy: string }> | null => {
  const { isSchemaThere, mayCreateSchema, mayCreateViews, foreign } = published;
  const role = pg.escapeIdentifier(published.role);
  if (!isSchemaThere && !mayCreateSchema) {
    return {
      why: `the role ${role} may not create a schema in this database`,
      remedy: `create schema ${PUBLIC_SCHEMA} authorization ${role}`,
    };
  }
  if (isSchemaThere && !mayCreateViews) {
    return {
      why: `the role ${role} may not create views in the schema ${PUBLIC_SCHEMA}`,
      remedy: `grant usage, create on schema ${PUBLIC_SCHEMA} to ${role}`,
    };
  }
  const [view] = foreign;
  if (view === undefined) return null;
  return {
    why: `the view ${PUBLIC_SCHEMA}.${view} belongs to another role than ${role}`,
    remedy: foreign.map(name => `alter view ${PUBLIC_SCHEMA}.${name} owner to ${role}`).join('; '),
  };
};

/**
 * Makes the views, or brings them up to this version. Those of a newer one stay: it only has more. Where our role may not
 * make them, nothing else is held up by that: it is told, with the statement that lets it.
 */
export const publishViews = async (session: MigrationSession, log?: Logger): Promise<void> => {
  const obstacle = await session.inTransaction(async client => {
    const published = await readPublished(client);
    if (isUpToDate(published)) return null;
    const found = obstacleOf(published);
    if (found !== null) return found;
    if (!published.isSchemaThere) await client.query(`create schema ${PUBLIC_SCHEMA}`);
    for (const [name, query] of Object.entries(PUBLIC_VIEWS)) {
      await client.query(`create or replace view ${PUBLIC_SCHEMA}.${name} as ${query}`);
    }
    await client.query(
      `comment on view ${PUBLIC_SCHEMA}.contract_version is ${pg.escapeLiteral(published.ownMark)}`,
    );
    return null;
  });
  if (obstacle === null) return;
  log?.warn(
    { why: obstacle.why, remedy: `${obstacle.remedy};` },
    `the views for your app (schema ${PUBLIC_SCHEMA}) were not made; everything else was. Let the database's owner carry out the remedy, then run "migrate" again`,
  );
};

/**
 * What is wrong with the views, in a sentence; null where they are there, as this version has them or a newer one. Any
 * role may ask.
 *
 * @throws whatever Postgres throws
 */
export const readViewsFault = async (client: Pick<pg.Pool, 'query'>): Promise<string | null> => {
  const published = await readPublished(client);
  if (isUpToDate(published)) return null;
  const { missing } = published;
  if (missing.length === 0) {
    return `the views for your app (schema ${PUBLIC_SCHEMA}) are of another version: run "migrate"`;
  }
  return `views for your app are missing in the schema ${PUBLIC_SCHEMA} (${missing.join(', ')}): run "migrate", which says so where its role may not make them`;
};
