import type pg from 'pg';
import type { AlertSettings } from '../config/alerts.ts';
import type { Vitals } from '../model/vitals.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { OnStep } from '../ops/steps.ts';
import { openChannels } from './channels/channels.ts';
import type { Before } from './evaluate.ts';
import type { Facts, RegisteredFact } from './given.ts';
import { type Judged, type Judging, judge } from './judge.ts';
import { readJumps } from './jumps.ts';
import { type AlertSender, sendDue } from './send.ts';

type LoopOptions = Parameters<typeof startLoop>[0];

/** What alerts are made from, and with. */
export type AlertOptions = Readonly<{
  pool: pg.Pool;
  alerts: AlertSettings;
  privateNetworks: readonly string[];
  consoleUrl: string | null;
  labelOf: Facts['labelOf'];
  /** Asks Seam what is registered: one for each workspace that is served. */
  askWebhooks: (signal: AbortSignal) => Promise<readonly RegisteredFact[]>;
  onTried: AlertSender['onTried'];
  random: () => number;
  log: Logger;
  onStep: OnStep;
  /** So long a message waits for what begins, or is over, with it. */
  gatherMs?: number;
  /** How often what is due is sent. */
  sendEveryMs?: number;
}>;

/** What begins within so long is one message. */
const GATHER_MS = 15_000;
/** After a failure, and where nothing was measured here. */
const JUDGE_INTERVAL_MS = 10_000;
/** How often what is due is sent. */
const SEND_INTERVAL_MS = 5_000;
const JUMPS_FOR_MS = 60_000;
/** So often Seam is asked what is registered, by all processes together: none of them knows what the others do. */
const WEBHOOKS_INTERVAL_MS = 30 * 60_000;

/** How many processes run, themselves included. */
const countProcesses = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from reconciler.processes where seen_at > now() - interval '1 min'`,
  );
  return Math.max(1, rows[0]?.count ?? 1);
};

/** Judges what was measured, and tells the channels. */
export type Alerts = Readonly<{
  /** Is told what this process has just measured for all: alerts are opened and closed by it at once. */
  measured: (vitals: Vitals) => void;
}> &
  AsyncDisposable;

/**
 * Begins to send what is due to the channels; what is wrong is found by what was `measured`. Without a channel, alerts are opened
 * and closed all the same, for the console.
 */
export const startAlerts = (options: AlertOptions): Alerts => {
  const { pool, alerts, log, labelOf, random, gatherMs = GATHER_MS } = options;
  const channels = openChannels(alerts.channels, options.privateNetworks);
  const { onTried, onStep, sendEveryMs = SEND_INTERVAL_MS } = options;
  const links = { consoleUrl: options.consoleUrl, runbooksUrl: alerts.runbooksUrl };
  const sender = { pool, channels, links, random, log, onStep, onTried };
  const judging = (of: Pick<Judging, 'vitals' | 'facts' | 'pending'>): Promise<Judged> =>
    judge(pool, { ...of, limits: alerts.limits, channels, gatherMs });

  let jumps: Facts['jumps'] = null;
  let jumpsGoodUntil = Number.NEGATIVE_INFINITY;
  const readJumpsAtTimes = async (): Promise<Facts['jumps']> => {
    if (performance.now() < jumpsGoodUntil) return jumps;
    jumps = await readJumps(pool);
    jumpsGoodUntil = performance.now() + JUMPS_FOR_MS;
    return jumps;
  };
  const tell = (judged: Judged): void => {
    for (const { rule, about } of judged.begun) log.warn({ rule, about }, 'an alert began');
    for (const { rule, about } of judged.over) log.info({ rule, about }, 'an alert is over');
  };

  const stack = new Disposables();
  const loop = (name: string, intervalMs: LoopOptions['intervalMs'], turn: LoopOptions['turn']) =>
    stack.use(startLoop({ name, intervalMs, log, turn }));
  // Each by itself: one that takes long, message after message, keeps no other waiting.
  for (const channel of channels) {
    const own = { ...sender, channels: [channel] };
    loop(`telling ${channel.name} of alerts`, sendEveryMs, signal => sendDue(own, signal));
  }
  let processes = 1;
  loop(
    'asking Seam what is registered',
    () => WEBHOOKS_INTERVAL_MS * processes * (0.5 + random()),
    async signal => {
      processes = await countProcesses(pool);
      const facts = { labelOf, jumps: null, webhooks: await options.askWebhooks(signal) };
      tell(await judging({ vitals: null, facts, pending: new Map() }));
    },
  );

  let pending: Before['pending'] = new Map();
  let latest: Vitals | null = null;
  const judgingLoop = loop('judging what was measured', JUDGE_INTERVAL_MS, async () => {
    const vitals = latest;
    if (vitals === null) return;
    const facts = { labelOf, jumps: await readJumpsAtTimes(), webhooks: null };
    const judged = await judging({ vitals, facts, pending });
    pending = judged.pending;
    tell(judged);
    // By the same figures nothing more is found.
    if (latest === vitals) latest = null;
  });
  return {
    measured: vitals => {
      latest = vitals;
      judgingLoop.nudge();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
