/*
 * What a year of a large app leaves stored under the settings as they are by default (docs/running.md, "What is stored, and
 * how long"): a steady state, in which as much goes by itself each hour as comes.
 */

/** Deliveries of a year: 137,000 a day. */
export const DELIVERIES_A_YEAR = 50_000_000;

export const RETENTION_DAYS = 90;
const DAYS = 365;
const COMPARISONS_KEPT_DAYS = 30;
const ACKNOWLEDGEMENTS_KEPT_DAYS = 2;

/** In proportion to what. Guesses on the high side: what is kept for good is what a year adds up to. */
export const PROPORTIONS = {
  /** A webview opened, finished, its account created and connected. */
  deliveriesAConnection: 4,
  /** Of connections: stays failed until the year's end. */
  failed: 0.02,
  /** A check for each connection, and for each third one another. */
  runsAConnection: 4 / 3,
  /** Of connections: their webview was made by `webview create`. */
  expected: 0.5,
  /** Of those: nobody finished it. */
  abandoned: 0.2,
  /** Of accounts: deleted at Seam within the year. */
  deleted: 0.1,
  /** Of connections: somebody did something to one, in the audit log. */
  changed: 0.02,
  notesAFailed: 1,
  /** Of accounts: found not to be right, by each day's comparison. */
  findings: 0.001,
  /** Of a day's deliveries: requests of the API with an Idempotency-Key. */
  requests: 0.01,
  /** Of the year's connections: retried by a bulk run. */
  retriedInBulk: 0.02,
  itemsABulkRun: 1_000,
  /** So many connections to one of a second, small workspace. */
  connectionsToOneOfSmall: 1_000,
  /** They don't become more with the app's size. */
  serveProcesses: 4,
} as const;

/** How many rows of what. */
export type Shape = Readonly<{
  connections: number;
  failed: number;
  /** Deliveries and runs that are old enough to go, and stay, as what they are of has failed. */
  keptDeliveries: number;
  keptRuns: number;
  deliveries: number;
  runs: number;
  users: number;
  /** What an hour makes old enough to go. */
  deliveriesAnHour: number;
  runsAnHour: number;
  /** With those that nobody finished. */
  expectedWebviews: number;
  abandonedWebviews: number;
  deletedAccounts: number;
  /** Of those: long enough ago to have been emptied. */
  emptiedAccounts: number;
  auditLog: number;
  notes: number;
  bulkRuns: number;
  bulkItems: number;
  comparisons: number;
  findings: number;
  acknowledgements: number;
  apiAnswers: number;
}>;

/**
 * The rows at the end of a year.
 *
 * @param deliveriesAYear how many come
 * @returns whole numbers; what doesn't depend on the size of the app is the same for any
 */
export const shapeOfYear = (deliveriesAYear: number): Shape => {
  const p = PROPORTIONS;
  const young = RETENTION_DAYS / DAYS;
  const connections = Math.round(deliveriesAYear / p.deliveriesAConnection);
  const failed = Math.round(connections * p.failed);
  const oldFailed = failed * (1 - young);
  const keptDeliveries = Math.round(oldFailed * p.deliveriesAConnection);
  const keptRuns = Math.round(oldFailed * p.runsAConnection);
  const deletedAccounts = Math.round(connections * p.deleted);
  const bulkItems = Math.round(connections * p.retriedInBulk * young);
  const expectedADay = (connections * p.expected) / DAYS;
  return {
    connections,
    failed,
    keptDeliveries,
    keptRuns,
    deliveries: Math.round(deliveriesAYear * young) + keptDeliveries,
    runs: Math.round(connections * p.runsAConnection * young) + keptRuns,
    users: Math.round(connections / 2),
    deliveriesAnHour: Math.round(deliveriesAYear / DAYS / 24),
    runsAnHour: Math.round((connections * p.runsAConnection) / DAYS / 24),
    expectedWebviews: Math.round(
      expectedADay * ((1 - p.abandoned) * DAYS + p.abandoned * RETENTION_DAYS),
    ),
    abandonedWebviews: Math.round(expectedADay * p.abandoned * RETENTION_DAYS),
    deletedAccounts,
    emptiedAccounts: Math.round(deletedAccounts * (1 - young)),
    auditLog: Math.round(connections * p.changed),
    notes: failed * p.notesAFailed,
    bulkRuns: Math.max(1, Math.round(bulkItems / p.itemsABulkRun)),
    bulkItems,
    comparisons: COMPARISONS_KEPT_DAYS,
    findings: Math.round(connections * p.findings) * COMPARISONS_KEPT_DAYS,
    acknowledgements: ACKNOWLEDGEMENTS_KEPT_DAYS * 24 * 60 * p.serveProcesses,
    apiAnswers: Math.round((deliveriesAYear / DAYS) * p.requests),
  };
};

/** How what is measured follows the size: not at all (or hardly), like its logarithm, or like itself. */
export type Growth = 'flat' | 'slow' | 'linear';

/** So much more may be the machine's moods. */
const FLAT = 1.3;
/** Of the exponent: half a linear one and more is told as linear. */
const LINEAR = 0.5;

/**
 * What it comes to at the size of the full year, from two parts of it: a power of the size, whose exponent both
 * give. Flat is taken as flat, and so is what goes through as much in both.
 *
 * @param at the measured figures; `judged`: of the same two sizes, something that tells the growth better than
 *   they do (blocks rather than ms)
 * @param factor from the smaller size to the larger one; from that to the full year
 */
export const extrapolate = (
  at: Readonly<{ small: number; large: number }>,
  factor: Readonly<{ between: number; toFull: number }>,
  judged = at,
): Readonly<{ growth: Growth; full: number }> => {
  const ratio = judged.large / judged.small;
  if (!(ratio > FLAT) || factor.between === 1) return { growth: 'flat', full: at.large };
  const exponent = Math.log(ratio) / Math.log(factor.between);
  return {
    growth: exponent < LINEAR ? 'slow' : 'linear',
    full: at.large * factor.toFull ** exponent,
  };
};
