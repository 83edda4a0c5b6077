import type pg from 'pg';
import type { AlertLimits } from '../config/alerts.ts';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import type { Vitals } from '../model/vitals.ts';
import { type Before, evaluate, type Finding } from './evaluate.ts';
import type { AlertKey, Facts } from './given.ts';
import { owe, type Told } from './notices.ts';

/** Two that judge at once would each find what the other opens. */
const ONE_AT_A_TIME = `select pg_advisory_xact_lock(hashtextextended('seam-reconciler:alerts', 0)), now()`;

/**
 * Figures that are older say nothing of now: whoever measured stood still, or the database was away. How long something
 * has been so would be counted up to now.
 */
const MOST_OLD_MS = 60_000;

/** More can't be wrong: a bound all the same. */
const MOST_OPEN = 1_000;

type Open = AlertKey & Readonly<{ id: number; seenAt: Date }>;

const readOpen = async (client: Client): Promise<Open[]> => {
  const { rows } = await client.query<Open>(
    `select id::float8 as id, rule, about, seen_at as "seenAt" from reconciler.alerts
      where ended_at is null order by id limit $1`,
    [MOST_OPEN],
  );
  return rows;
};

const readLately = async (client: Client): Promise<AlertKey[]> => {
  const { rows } = await client.query<AlertKey>(
    `select rule, about from reconciler.alerts where ended_at > now() - interval '1 hour' limit $1`,
    [MOST_OPEN],
  );
  return rows;
};

type Begun = Extract<Finding, { change: 'begin' }>;

const begin = async (client: Client, found: readonly Begun[]): Promise<void> => {
  for (const { rule, about, sentence, since } of found) {
    await client.query(
      `insert into reconciler.alerts (rule, about, sentence, began_at) values ($1, $2, $3, $4)
           on conflict (rule, about) where ended_at is null do nothing`,
      [rule, about, sentence, since],
    );
  }
};

/** One that another transaction has locked is passed by: nobody's lock keeps the others from being told. */
const goOn = async (client: Client, found: readonly Finding[]): Promise<void> => {
  const still = found.filter(each => each.change === 'continue');
  if (still.length === 0) return;
  await client.query(
    `update reconciler.alerts a set seen_at = now(), sentence = f.sentence
       from unnest($1::bigint[], $2::text[]) as f(id, sentence)
       join (select id from reconciler.alerts where id = any($1) and ended_at is null
                for update skip locked) free using (id)
      where a.id = f.id`,
    [still.map(({ id }) => id), still.map(({ sentence }) => sentence)],
  );
};

/** @returns those that ended; one that is locked ends another time */
const end = async (client: Client, ids: readonly number[]): Promise<ReadonlySet<number>> => {
  if (ids.length === 0) return new Set();
  const { rows } = await client.query<{ id: number }>(
    `update reconciler.alerts a set ended_at = now()
       from (select id from reconciler.alerts where id = any($1) and ended_at is null
                for update skip locked) free
      where a.id = free.id returning a.id::float8 as id`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
};

/** What is judged, and whom it is told to. */
export type Judging = Readonly<{
  /** Null: only what the facts say. */
  vitals: Vitals | null;
  /** But for the time, which is the database's. */
  facts: Omit<Facts, 'now'>;
  limits: AlertLimits;
  channels: readonly Told[];
  pending: Before['pending'];
  /** So long a message waits for what begins, or is over, with it. */
  gatherMs: number;
}>;

/** What has come of it. */
export type Judged = Readonly<{
  begun: readonly AlertKey[];
  over: readonly AlertKey[];
  pending: Before['pending'];
}>;

/**
 * Opens alerts, goes on with those that stand, and closes those that are over; and owes the channels the messages, in
 * one transaction. Of several processes that do so at once, one waits for the other.
 */
export const judge = (
  pool: pg.Pool,
  { vitals, facts, limits, channels, pending, gatherMs }: Judging,
): Promise<Judged> =>
  inTransactionWithRetries(pool, async client => {
    const { rows } = await client.query<{ now: Date }>(ONE_AT_A_TIME);
    const now = rows[0]?.now ?? new Date();
    const isOld =
      vitals !== null && now.getTime() - new Date(vitals.measuredAt).getTime() > MOST_OLD_MS;
    if (isOld) return { begun: [], over: [], pending };
    const open = await readOpen(client);
    const before = { open, lately: await readLately(client), pending };
    const judged = evaluate(vitals, before, { ...facts, now }, limits);
    const begun = judged.findings.filter(each => each.change === 'begin');
    const over = judged.findings.flatMap(each => (each.change === 'over' ? [each.id] : []));
    await begin(client, begun);
    await goOn(client, judged.findings);
    const gone = await end(client, over);
    const ended = open.filter(({ id }) => gone.has(id));
    await owe(client, { open: await readOpen(client), ended, channels, now, gatherMs });
    return { begun, over: ended, pending: judged.pending };
  });
