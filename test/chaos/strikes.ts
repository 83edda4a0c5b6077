import type { AppFaultKind } from './app-faults.ts';
import type { FaultKind, Target } from './faults.ts';
import type { Member } from './member.ts';
import type { Rig } from './rig.ts';
import type { SeamFaultKind } from './seam-faults.ts';

/** What a strike may use. */
type Means = Readonly<{
  rig: Rig;
  target: Target;
  /** Waits as long as the fault is to last. */
  last: () => Promise<void>;
  /** Says that the fault is over; what comes after it (a start) is recovery. */
  over: () => void;
}>;

type Strike = (means: Means) => Promise<void>;

const memberAt = ({ serves, works }: Rig, target: Target): Member => {
  const member = [...serves, ...works].find(({ name }) => name === target);
  if (member === undefined) throw new Error(`${target} is no process of ours`);
  return member;
};

const killMember: Strike = async ({ rig, target, last, over }) => {
  const member = memberAt(rig, target);
  await member.kill();
  await last();
  over();
  member.start();
};

const freezeMember: Strike = async ({ rig, target, last, over }) => {
  const member = memberAt(rig, target);
  member.freeze();
  try {
    await last();
  } finally {
    member.thaw();
  }
  over();
};

/** Kills a server, and starts it again on the same port. */
const killServer =
  (server: (rig: Rig) => { kill: () => Promise<void>; start: () => Promise<void> }): Strike =>
  async ({ rig, last, over }) => {
    const { kill, start } = server(rig);
    await kill();
    await last();
    over();
    await start();
  };

/** Somebody holds the rows of those subjects that were last written to. */
const holdRows: Strike = async ({ rig, last, over }) => {
  const held = await rig.postgres.hold(
    `select subject from reconciler.reconciliations order by updated_at desc limit 5
        for update skip locked`,
  );
  try {
    await last();
  } finally {
    await held[Symbol.asyncDispose]();
  }
  over();
};

const redisOf = (rig: Rig) => {
  if (rig.redis === null) throw new Error('there is no Redis here');
  return rig.redis;
};

const tellRedis =
  (...command: [string, ...string[]]): Strike =>
  async ({ rig, over }) => {
    await redisOf(rig).tell(...command);
    over();
  };

const misbehave =
  (kind: SeamFaultKind): Strike =>
  async ({ rig, last, over }) => {
    rig.seam.misbehave(kind);
    try {
      await last();
    } finally {
      rig.seam.misbehave(null);
    }
    over();
  };

const AGEING_MS = 1_000;
const AGED = `update reconciler.workspace_holds set since = now() - interval '20 min' where since > now() - interval '10 min'`;

/** The same, and what waits for Seam has waited for longer than anybody is patient. */
const misbehaveForLong =
  (kind: SeamFaultKind): Strike =>
  async means => {
    // Postgres may be away: then it is done a second later.
    const age = (): void => void means.rig.pool.query(AGED).catch(() => undefined);
    const ageing = setInterval(age, AGEING_MS);
    try {
      await misbehave(kind)(means);
    } finally {
      clearInterval(ageing);
    }
  };

const misbehaveAsApp =
  (kind: AppFaultKind): Strike =>
  async ({ rig, last, over }) => {
    rig.app.misbehave(kind);
    try {
      await last();
    } finally {
      rig.app.misbehave(null);
    }
    over();
  };

/** What each fault does. Every strike ends by itself and leaves its target working. */
export const STRIKES = {
  kill_serve: killMember,
  kill_work: killMember,
  freeze_serve: freezeMember,
  freeze_work: freezeMember,
  freeze_work_long: freezeMember,
  kill_postgres: killServer(rig => rig.postgres),
  cut_postgres: async ({ rig, over }) => {
    await rig.postgres.cut();
    over();
  },
  hold_rows: holdRows,
  kill_redis: killServer(redisOf),
  flush_redis: tellRedis('FLUSHALL'),
  cut_redis: tellRedis('CLIENT', 'KILL', 'TYPE', 'normal'),
  seam_429: misbehave('seam_429'),
  seam_401: misbehave('seam_401'),
  seam_500: misbehave('seam_500'),
  seam_hang: misbehave('seam_hang'),
  seam_reset: misbehave('seam_reset'),
  seam_html: misbehave('seam_html'),
  seam_truncated: misbehave('seam_truncated'),
  seam_wrong_shape: misbehave('seam_wrong_shape'),
  refused_key: misbehaveForLong('seam_401'),
  away_seam: misbehaveForLong('seam_500'),
  kill_app: killServer(rig => rig.app),
  app_500: misbehaveAsApp('app_500'),
  app_429: misbehaveAsApp('app_429'),
  app_410: misbehaveAsApp('app_410'),
  app_507: misbehaveAsApp('app_507'),
  app_redirect: misbehaveAsApp('app_redirect'),
  app_hang: misbehaveAsApp('app_hang'),
  app_reset: misbehaveAsApp('app_reset'),
  app_forget: misbehaveAsApp('app_forget'),
  app_slow: misbehaveAsApp('app_slow'),
} as const satisfies Record<FaultKind, Strike>;
