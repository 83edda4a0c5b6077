import type pg from 'pg';
import { readTraits, unwritable } from '../db/fitness.ts';
import { describeLack, readRights, remedyOfLack } from '../db/rights.ts';
import { QueueFault } from './errors.ts';

/** BullMQ's Relay, which isn't used here; and what only `migrate` writes. */
const UNNEEDED = [
  '% on relay%',
  ...['insert', 'update', 'delete'].map(right => `${right} on migration`),
];

/** BullMQ makes a sequence for each queue, and temporary tables. */
const MORE = `
  select has_database_privilege(current_database(), 'temporary') as "mayMakeTemporary",
         exists (select from pg_class where relnamespace = to_regnamespace($1) and relkind = 'S'
                    and relname like 'bullmq\\_jid\\_%') as "hasQueues"`;

/**
 * Asks whether our role may do in BullMQ's schema what BullMQ does there.
 *
 * @returns what is wrong with it though it works for now; null: nothing
 * @throws QueueFault when the queue can't work there; whatever the connection throws
 */
export const examinePostgres = async (
  client: Pick<pg.Pool, 'query'>,
  schema: string,
): Promise<QueueFault | null> => {
  const unfit = unwritable(await readTraits(client));
  if (unfit !== null) throw new QueueFault(unfit.detail, unfit.remedy);
  const { role, lacking } = await readRights(client, {
    schema,
    tables: null,
    privileges: ['select', 'insert', 'update', 'delete'],
    except: UNNEEDED,
    functions: null,
    sequences: true,
    create: true,
  });
  const { rows } = await client.query<{ mayMakeTemporary: boolean; hasQueues: boolean }>(MORE, [
    schema,
  ]);
  const [more] = rows;
  const temporary = more?.mayMakeTemporary === true ? [] : ['temporary on this database'];
  const lack = describeLack({ lacking: [...lacking, ...temporary] });
  if (lack === null) return null;
  const fault = new QueueFault(`the queue can't work in Postgres: ${lack}`, remedyOfLack(role));
  const isOnlyForMore = lacking.join() === `create on schema ${schema}` && temporary.length === 0;
  if (isOnlyForMore && more?.hasQueues === true) return fault;
  throw fault;
};
