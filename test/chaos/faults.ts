import { pick, shuffled, stream, wholeBetween } from './random.ts';

export type QueueKind = 'redis' | 'postgres';

/** What a fault strikes. Faults of one target take turns; those of different ones may overlap. */
const TARGETS = [
  'serve 0',
  'serve 1',
  'work 0',
  'work 1',
  'postgres',
  'rows',
  'redis',
  'seam',
  'app',
] as const;
export type Target = (typeof TARGETS)[number];

type Spec = Readonly<{
  targets: readonly Target[];
  /** How long it lasts, in ms. Of what is killed: how long it stays away. */
  forMs: readonly [number, number];
  /** How often it is in one deck. */
  cards: number;
}>;

const SERVES = ['serve 0', 'serve 1'] as const;
const WORKS = ['work 0', 'work 1'] as const;
const AWAY = [0, 2_000] as const;
const FROZEN = [500, 5_000] as const;
const SEAM_FAILS = [1_000, 4_000] as const;
/** Time passes faster for what is wrong (`strikes.ts`); it is measured every ten seconds. */
const TOLD_OF = [15_000, 25_000] as const;
const APP = ['app'] as const;
const APP_FAILS = [1_000, 4_000] as const;

export const FAULTS = {
  kill_serve: { targets: SERVES, forMs: AWAY, cards: 2 },
  kill_work: { targets: WORKS, forMs: AWAY, cards: 2 },
  freeze_serve: { targets: SERVES, forMs: FROZEN, cards: 1 },
  freeze_work: { targets: WORKS, forMs: FROZEN, cards: 1 },
  // Longer than a job's lock and a run's lease.
  freeze_work_long: { targets: WORKS, forMs: [35_000, 35_000], cards: 1 },
  kill_postgres: { targets: ['postgres'], forMs: AWAY, cards: 2 },
  cut_postgres: { targets: ['postgres'], forMs: [0, 0], cards: 1 },
  // Somebody's transaction: a person's, a backup's, one whose process is frozen.
  hold_rows: { targets: ['rows'], forMs: [3_000, 30_000], cards: 2 },
  kill_redis: { targets: ['redis'], forMs: AWAY, cards: 2 },
  flush_redis: { targets: ['redis'], forMs: [0, 0], cards: 2 },
  cut_redis: { targets: ['redis'], forMs: [0, 0], cards: 1 },
  seam_429: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_401: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_500: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_hang: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_reset: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_html: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_truncated: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  seam_wrong_shape: { targets: ['seam'], forMs: SEAM_FAILS, cards: 1 },
  // For so long that somebody is told of it.
  refused_key: { targets: ['seam'], forMs: TOLD_OF, cards: 1 },
  away_seam: { targets: ['seam'], forMs: TOLD_OF, cards: 1 },
  kill_app: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_500: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_429: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_410: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_507: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_redirect: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_hang: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_reset: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_forget: { targets: APP, forMs: APP_FAILS, cards: 1 },
  app_slow: { targets: APP, forMs: APP_FAILS, cards: 1 },
} as const satisfies Record<string, Spec>;

export type FaultKind = keyof typeof FAULTS;
const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

export type Fault = Readonly<{
  number: number;
  kind: FaultKind;
  target: Target;
  /** It strikes when so many deliveries have been sent for the first time. */
  afterDelivery: number;
  forMs: number;
}>;

/** No fault in the last part: what it holds up is then settled while the rest is sent. */
const FIRST = 0.03;
const LAST = 0.9;

/**
 * Draws the faults from shuffled decks, so that every kind comes, and spreads them over the
 * sending.
 */
export const planFaults = (
  seed: string,
  count: number,
  deliveries: number,
  queue: QueueKind,
): Fault[] => {
  const random = stream(seed, 'faults');
  const deck = FAULT_KINDS.filter(
    kind => queue === 'redis' || !FAULTS[kind].targets.some(target => target === 'redis'),
  ).flatMap(kind => Array.from({ length: FAULTS[kind].cards }, () => kind));
  let cards: FaultKind[] = [];
  return Array.from({ length: count }, (_, index) => {
    if (cards.length === 0) cards = shuffled(random, deck);
    const kind = cards.pop() ?? pick(random, deck);
    const { targets, forMs }: Spec = FAULTS[kind];
    const share = FIRST + ((LAST - FIRST) * (index + random())) / count;
    return {
      number: index + 1,
      kind,
      target: pick(random, targets),
      afterDelivery: Math.floor(deliveries * share),
      forMs: wholeBetween(random, ...forMs),
    };
  });
};
