import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AT_THE_END, INVARIANTS, type Invariant } from './invariants.ts';
import type { WorkspaceIds, World } from './world.ts';

/** Something that must not be, as it was first seen. */
export type Breach = Readonly<{ invariant: string; what: string }>;

const EVERY_MS = 700;
const SHOWN_OF_EACH = 3;

const breachesOf = async (
  client: pg.ClientBase,
  invariants: readonly Invariant[],
): Promise<Breach[]> => {
  const found: Breach[] = [];
  for (const { name, sql } of invariants) {
    const { rows } = await client.query<{ what: string }>(`${sql} limit ${SHOWN_OF_EACH}`);
    found.push(...rows.map(({ what }) => ({ invariant: name, what })));
  }
  return found;
};

type Coverage = { workspace: string; from: Date; until: Date };
type Gap = { workspace: string; from: Date; until: Date };

/** "Every event until then is accounted for": whatever Seam has made before then is stored, or lies in a gap that is told. */
const uncovered = async (
  client: pg.ClientBase,
  world: World,
  workspaces: WorkspaceIds,
): Promise<Breach[]> => {
  const { rows: coverage } = await client.query<Coverage>(
    `select workspace, covered_from as "from", covered_until as until from reconciler.backfills`,
  );
  const { rows: gaps } = await client.query<Gap>(
    `select workspace, gap_from as "from", gap_until as until from reconciler.backfill_gaps`,
  );
  const { rows: stored } = await client.query<{ id: string }>(
    'select event_id as id from reconciler.deliveries',
  );
  const ids = new Set(stored.map(({ id }) => id));
  const aged = new Set([...world.accounts.values()].filter(a => a.isAged).map(a => a.id));
  return world.events.flatMap(event => {
    if (ids.has(event.eventId) || (event.accountId !== null && aged.has(event.accountId)))
      return [];
    const at = Date.parse(JSON.parse(event.body).created_at);
    const workspace = workspaces[event.workspace];
    const isIn = (span: Gap): boolean =>
      span.workspace === workspace && at > span.from.getTime() && at < span.until.getTime();
    if (!coverage.some(isIn) || gaps.some(isIn)) return [];
    const what = `${event.eventId} (${event.eventType}) of ${new Date(at).toISOString()} is not stored`;
    return [{ invariant: 'what coverage says is accounted for is stored', what }];
  });
};

type Looked = Readonly<{ pool: pg.Pool; world: World; workspaces: WorkspaceIds }>;

/** One look at everything, in one snapshot. @throws where the database is away */
export const look = async (
  { pool, world, workspaces }: Looked,
  when: 'while it runs' | 'at the end',
): Promise<Breach[]> => {
  const client = await pool.connect();
  let failure: Error | undefined;
  // What was asked fails, too; unheard, a connection that is cut would end this program.
  const onCut = (error: Error): void => {
    failure = error;
  };
  client.on('error', onCut);
  try {
    await client.query('begin isolation level repeatable read read only');
    const invariants = when === 'at the end' ? [...INVARIANTS, ...AT_THE_END] : INVARIANTS;
    const found = [
      ...(await breachesOf(client, invariants)),
      ...(await uncovered(client, world, workspaces)),
    ];
    await client.query('commit');
    return found;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    client.off('error', onCut);
    client.release(failure);
  }
};

const isOurFault = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code?.startsWith('42') === true;

/** What it has seen so far, and in how many looks. */
export type Watch = Readonly<{ breaches: readonly Breach[]; looks: () => number }> &
  AsyncDisposable;

/** Looks again and again until it is disposed of; passes over the moments without a database. */
export const startWatch = (looked: Looked): Watch => {
  const breaches: Breach[] = [];
  const stopped = new AbortController();
  let looks = 0;
  const lookOnce = async (): Promise<void> => {
    try {
      const found = await look(looked, 'while it runs');
      looks++;
      for (const breach of found) {
        if (!breaches.some(({ invariant }) => invariant === breach.invariant))
          breaches.push(breach);
      }
    } catch (error) {
      // Killed, cut, or not there yet: the next look will tell. A query that can't be right is our own fault.
      if (isOurFault(error)) {
        breaches.push({ invariant: 'the invariants can be asked', what: String(error) });
      }
    }
  };
  const going = (async () => {
    while (!stopped.signal.aborted) {
      await lookOnce();
      await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    breaches,
    looks: () => looks,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await going;
    },
  };
};
