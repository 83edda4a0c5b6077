import { writeFile } from 'node:fs/promises';
import type pg from 'pg';
import { readBooks } from '../chaos/books.ts';
import { checkRuns } from '../chaos/check-runs.ts';
import { checkTold } from '../chaos/check-told.ts';
import type { Rig } from '../chaos/rig.ts';
import { until } from '../fixtures/wait.ts';
import { auditKey, checkModel, type Ending } from './check-model.ts';
import { MAY_WAIT } from './invariants.ts';
import type { Site } from './site.ts';
import { type Breach, look } from './watch.ts';

/** Longer than what the app has failed to take rests at most (5 minutes). */
const LIMIT_MS = 420_000;
const COMMAND_TRIES = 10;

/** What still goes on, in words; empty: all is settled. */
const UNSETTLED = `
  select subject || ' is ' || state || ' (' || coalesce(reason, '') || ')' as what from reconciler.reconciliations
   where observed_generation < generation
     and (state <> 'retrying' or reason not in ${MAY_WAIT})
  union all select 'run ' || n.id || ' of ' || n.subject || ' was left' from reconciler.runs n
    join reconciler.reconciliations r on r.subject = n.subject and r.newest_run_id = n.id
   where n.finished_at is null and r.observed_generation = r.generation
  union all select event_id || ' is to be counted' from reconciler.uncounted
  union all select 'bulk run ' || id from reconciler.bulk_runs where state = 'running'
  union all select 'hold for ' || reason from reconciler.workspace_holds
  union all select 'recovery of ' || reason from reconciler.recoveries
  union all select connected_account_id || ' is lent' from reconciler.account_changes where until > now()
  union all select 'message ' || message_id || ' has no place' from reconciler.outbox
  union all select 'message ' || position || ' is still to be sent' from reconciler.sendings where state = 'waiting'
  union all select 'endpoint ' || id || ' is disabled' from reconciler.endpoints where disabled_at is not null
  limit 5`;

/** Faults are over, clocks right, nothing is paused; what may be done by command is done; then it is waited for. */
export const settleAll = async (site: Site, members: readonly string[]): Promise<Breach[]> => {
  const { pool, people, signal } = site;
  for (const member of members) await writeFile(site.clockFile(member), '0');
  const breaches = [
    ...(await untilResumed(site)),
    ...(await typeUntilDone(site, ['backfill', '--since', '1h', '--json'], [0])),
    ...(await untilSettled(pool, signal)),
    ...(await typeUntilDone(site, ['drift', '--fix', '--json'], [0, 5])),
    ...(await untilSettled(pool, signal)),
  ];
  const { stdout, said } = await people.type(['drift', '--json']);
  return [...breaches, ...checkDrift(stdout, said)];
};

const untilResumed = async (site: Site): Promise<Breach[]> => {
  try {
    await until('every pause to be taken back', () => resumeAll(site), LIMIT_MS);
    return [];
  } catch (error) {
    site.signal.throwIfAborted();
    return [{ invariant: 'a pause can be taken back', what: String(error) }];
  }
};

const resumeAll = async ({ people, pool }: Site): Promise<boolean> => {
  const { rows } = await pool.query<{ id: string | null }>(
    'select workspace_id as id from reconciler.pauses',
  );
  for (const { id } of rows) {
    await people.ask({
      serve: 0,
      method: 'POST',
      path: '/queue/resume',
      body: { workspace_id: id },
    });
  }
  return rows.length === 0;
};

const typeUntilDone = async (
  { people }: Site,
  args: readonly string[],
  codes: readonly number[],
): Promise<Breach[]> => {
  let said = '';
  for (let tries = 0; tries < COMMAND_TRIES; tries++) {
    const ended = await people.type(args);
    if (ended.code !== null && codes.includes(ended.code)) return [];
    said = `${ended.code}: ${ended.said}`;
  }
  return [
    { invariant: 'commands work once all is well', what: `${args.join(' ')} ended with ${said}` },
  ];
};

const untilSettled = async (pool: pg.Pool, signal: AbortSignal): Promise<Breach[]> => {
  let left: string[] = [];
  try {
    await until(
      'everything to settle',
      async () => {
        signal.throwIfAborted();
        const { rows } = await pool.query<{ what: string }>(UNSETTLED);
        left = rows.map(({ what }) => what);
        return left.length === 0;
      },
      LIMIT_MS,
    );
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return left.map(what => ({ invariant: 'everything settles', what: `${what}: ${error}` }));
  }
};

/** After `--fix` and its checks, a comparison finds nothing more that it could fix. */
const checkDrift = (stdout: string, said: string): Breach[] => {
  const invariant = 'a comparison finds nothing left to fix';
  let told: unknown;
  try {
    told = JSON.parse(stdout);
  } catch {
    return [{ invariant, what: `it said no JSON: ${stdout} ${said}` }];
  }
  const findings = (told as { findings?: { kind: string; is?: string }[] }).findings ?? [];
  return findings
    .filter(({ is }) => is === 'mendable')
    .map(finding => ({ invariant, what: JSON.stringify(finding) }));
};

/** Everything that must hold in the end: the invariants, the model, runs one at a time, what the app was told, and no process that crashed. */
export const checkEnding = async (site: Site, rig: Rig): Promise<Breach[]> => {
  const { world, pool, workspaces, records, senders, complaints } = site;
  const books = await readBooks(pool);
  const runs = checkRuns(books);
  const messages = [...senders.a.messages, ...senders.b.messages];
  const crashed = [...rig.serves, ...rig.works].flatMap(member => member.complaints);
  return [
    ...(await look({ pool, world, workspaces }, 'at the end')),
    ...checkModel(world, records, await readEnding(site)),
    ...runs.problems.map(({ id, what }) => ({
      invariant: 'one run of a subject at a time',
      what: `${id}: ${what}`,
    })),
    ...checkTold(books, rig.app.heard).map(({ kind, id, what }) => ({
      invariant: 'the app is told all that was committed, in order, and nothing else',
      what: `${kind} ${id}: ${what}`,
    })),
    ...messages
      .filter(message => !message.acknowledged)
      .map(({ eventId, refusals }) => ({
        invariant: 'every webhook is taken in the end',
        what: `${eventId}: ${refusals.join(', ')}`,
      })),
    ...crashed.map(what => ({ invariant: 'no process ends by itself', what })),
    ...complaints.map(what => ({ invariant: 'every answer is one of ours', what })),
  ];
};

const readEnding = async ({ pool, senders }: Site): Promise<Ending> => {
  const read = async <Row extends object>(sql: string): Promise<Row[]> =>
    (await pool.query<Row>(sql)).rows;
  const links = await read<{ account: string; user: string }>(
    `select connected_account_id as account, user_id as "user" from reconciler.links where unlinked_at is null`,
  );
  const stored = await read<{ id: string; digest: string }>(
    `select event_id as id, encode(sha256(body), 'hex') as digest from reconciler.deliveries`,
  );
  const notes = await read<{ note: string; times: number }>(
    `select text as note, count(*)::int as times from reconciler.notes group by 1`,
  );
  const audit = await read<{ action: string; target: string; why: string | null }>(
    'select action, target, why from reconciler.audit_log',
  );
  const messages = [...senders.a.messages, ...senders.b.messages];
  return {
    links: new Map(links.map(each => [each.account, each.user])),
    stored: new Map(stored.map(each => [each.id, each.digest])),
    notes: new Map(notes.map(each => [each.note, each.times])),
    audit: new Set(audit.map(each => auditKey(each.action, each.target, each.why))),
    acknowledged: new Set(messages.filter(m => m.acknowledged).map(m => m.eventId)),
  };
};
