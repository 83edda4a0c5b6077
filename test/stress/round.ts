import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueKind } from '../chaos/faults.ts';
import { createInjector } from '../chaos/injector.ts';
import { openRig } from '../chaos/rig.ts';
import type { ChaosSeam } from '../chaos/seam-front.ts';
import { createSender } from '../chaos/sender.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { KNOWN_USERS, type Operation } from './operations.ts';
import { openPeople } from './people.ts';
import { perform, playHistory } from './perform.ts';
import { checkEnding, settleAll } from './settle.ts';
import type { Record, Site } from './site.ts';
import { type Breach, startWatch } from './watch.ts';
import { openWorld, type WorkspaceIds, type World } from './world.ts';

/** What a round has shown. */
export type Round = Readonly<{
  breaches: readonly Breach[];
  /** Operations of each kind that were carried out. */
  counts: Readonly<globalThis.Record<string, number>>;
  webhooks: number;
  /** What people were told, by status; 0: no answer. */
  answers: Readonly<globalThis.Record<number, number>>;
  looks: number;
  tookMs: number;
  /** Of each process, where something was amiss. */
  lastLines: Readonly<globalThis.Record<string, readonly string[]>>;
}>;

const CLOCK = new URL('./clock.mjs', import.meta.url).href;
const SECRETS = { a: SECRET, b: OTHER_SECRET } as const;
/** People and commands that are at it at the same time. */
const AT_ONCE = 12;

const workspacesAt = async (
  seam: ChaosSeam,
): Promise<{ ids: WorkspaceIds; settings: globalThis.Record<string, string> }> => {
  const ids = { a: seam.workspaceId, b: 'stress_workspace_b' };
  const keys = { a: seam.apiKey, b: await seam.addWorkspace(ids.b) };
  const list = (['a', 'b'] as const).map(name => ({
    workspace_id: ids[name],
    name,
    api_key: keys[name],
    webhook_secrets: [SECRETS[name]],
  }));
  return { ids, settings: { SEAM_WORKSPACES: JSON.stringify(list), BACKFILL_EVERY_MINUTES: '1' } };
};

/**
 * Carries out the operations against real processes, a real Postgres and a real queue, looks at the books from
 * outside meanwhile, lets everything settle and checks it all. Leaves nothing running, however it ends.
 *
 * @throws when interrupted, or when what it needs can't be started
 */
export const playRound = async (
  operations: readonly Operation[],
  { queue, seed, interrupted }: { queue: QueueKind; seed: string; interrupted: AbortSignal },
): Promise<Round> => {
  const startedAt = performance.now();
  const failing = new AbortController();
  const signal = AbortSignal.any([interrupted, failing.signal]);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-clocks-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const clockFile = (member: string): string => path.join(folder, member.replace(' ', '-'));
  const made: { ids: WorkspaceIds; world: World }[] = [];
  const rig = stack.use(
    await openRig({
      queue,
      seed,
      users: KNOWN_USERS,
      signal,
      serve: async seam => {
        const { ids, settings } = await workspacesAt(seam);
        const world = openWorld(seam, ids, KNOWN_USERS);
        made.push({ ids, world });
        for (const each of operations) {
          if (each.kind === 'history') await playHistory(world, each);
        }
        return settings;
      },
      own: member => ({
        NODE_OPTIONS: `--import=${CLOCK}`,
        STRESS_CLOCK_FILE: clockFile(member),
      }),
    }),
  );
  const { pool, urls } = rig;
  const { world, ids } = insistOnMade(made);
  const senderOf = (name: 'a' | 'b') =>
    createSender({ urls, secret: SECRETS[name], seed, signal, onAcknowledged: () => undefined });
  const senders = { a: senderOf('a'), b: senderOf('b') };
  const injector = createInjector({
    rig,
    signal,
    onOver: () => undefined,
    onFailure: error => failing.abort(error),
  });
  const records: Record[] = [];
  const site: Site = {
    world,
    people: await openPeople(urls, rig.env, signal),
    senders,
    injector,
    pool,
    workspaces: ids,
    clockFile,
    signal,
    records,
    complaints: [],
  };
  const members = [...rig.serves, ...rig.works];
  try {
    const watch = startWatch({ pool, world, workspaces: ids });
    stack.use(watch);
    await performAll(site, operations);
    await Promise.all([injector.done(), senders.a.done(), senders.b.done()]);
    signal.throwIfAborted();
    const unsettled = await settleAll(
      site,
      members.map(({ name }) => name),
    );
    await watch[Symbol.asyncDispose]();
    const ending = await checkEnding(site, rig);
    const breaches = [...watch.breaches, ...unsettled, ...ending];
    await Promise.all(members.map(member => member.stop()));
    return {
      breaches: unlessSeen(breaches, watch.looks()),
      counts: countBy(operations, ({ kind }) => kind),
      webhooks: senders.a.messages.length + senders.b.messages.length,
      answers: countBy(records, ({ told }) => told?.status ?? 0),
      looks: watch.looks(),
      tookMs: performance.now() - startedAt,
      lastLines:
        breaches.length === 0
          ? {}
          : Object.fromEntries(members.map(({ name, lastLines }) => [name, [...lastLines]])),
    };
  } catch (error) {
    throw failing.signal.aborted ? failing.signal.reason : error;
  } finally {
    failing.abort(new Error('it is over'));
    await injector.done();
  }
};

const insistOnMade = <T>([made]: readonly T[]): T => {
  if (made === undefined) throw new Error('the rig has not asked what Seam has');
  return made;
};

/** In their order and at their distance; what takes its time goes on beside what follows. */
const performAll = async (site: Site, operations: readonly Operation[]): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  for (const operation of operations) {
    await sleep(operation.afterMs, undefined, { signal: site.signal });
    while (underWay.size >= AT_ONCE) await Promise.race(underWay);
    const doing = perform(site, operation)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => void underWay.delete(doing));
    underWay.add(doing);
    if (failure !== undefined) break;
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
};

/** A round in which nobody could look proves nothing. */
const unlessSeen = (breaches: readonly Breach[], looks: number): readonly Breach[] =>
  looks > 0
    ? breaches
    : [
        ...breaches,
        { invariant: 'the invariants can be asked', what: 'not once, in the whole round' },
      ];

const countBy = <T, K extends string | number>(
  list: readonly T[],
  keyOf: (item: T) => K,
): globalThis.Record<K, number> => {
  const counts = {} as globalThis.Record<K, number>;
  for (const item of list) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
};
