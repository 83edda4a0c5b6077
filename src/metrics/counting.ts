import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Instruments, PoolCounts } from './instruments.ts';
import { PREFIX } from './vitals-gauges.ts';

/* Loaded only where somebody asks for figures: prom-client brings the API of OpenTelemetry with it. */

/** Of what takes milliseconds; 0.5 s is what is promised of an acknowledgement. */
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Of a call over the network, which may take as long as we wait for it. */
const CALL = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];
/** Of what takes seconds, or hours after an outage; 60 s is what is promised. */
const SLOW = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 1_800, 3_600];

/** Makes them in a registry of their own: several apps in one process count apart. */
export const createInstruments = (registry: Registry): Instruments => {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[],
  ) => new Histogram({ name: `${PREFIX}${name}`, help, buckets, labelNames, registers });

  const webhooks = counter(
    'webhooks_total',
    'Requests to /webhooks/seam, by how they were answered and the type of the event (other: not subscribed to; unknown: could not be read).',
    ['answer', 'type'],
  );
  const acknowledgement = histogram(
    'acknowledgement_seconds',
    'From the beginning of a webhook request to its 204.',
    QUICK,
    [],
  );
  const commit = histogram(
    'commit_seconds',
    'One commit of webhooks to Postgres, however many are in it.',
    QUICK,
    [],
  );
  const link = histogram(
    'webhook_to_link_seconds',
    'From the receipt of the earliest webhook that a run answers to the commit of the link it makes.',
    SLOW,
    [],
  );
  const told = histogram(
    'webhook_to_app_seconds',
    'From a change (its commit, not its webhook: for that add webhook_to_link_seconds) to the first 2xx of the endpoint that gets it.',
    SLOW,
    [],
  );
  const runs = counter(
    'runs_total',
    'Runs that have ended, by outcome (of those that failed: the reason) and by what they were run for.',
    ['outcome', 'trigger'],
  );
  const seamRequests = counter('seam_requests_total', 'Requests to the API of Seam, by outcome.', [
    'outcome',
  ]);
  const seamRequest = histogram(
    'seam_request_seconds',
    'How long Seam took to answer a request, by outcome.',
    CALL,
    ['outcome'],
  );
  const attempts = counter(
    'endpoint_attempts_total',
    'Messages sent to an endpoint of the app, by its number and by what came of it.',
    ['endpoint', 'outcome'],
  );
  const attempt = histogram(
    'endpoint_attempt_seconds',
    'How long an endpoint of the app took to answer a message.',
    CALL,
    ['endpoint'],
  );
  const signIns = counter('sign_ins_total', 'Tries to sign in to the console, by outcome.', [
    'outcome',
  ]);
  const notices = counter(
    'alert_notices_total',
    'Messages about alerts, by channel and by what came of them.',
    ['channel', 'outcome'],
  );
  return {
    isOn: true,
    webhook: (answer, type) => webhooks.inc({ answer, type }),
    acknowledged: seconds => acknowledgement.observe(seconds),
    committed: seconds => commit.observe(seconds),
    linked: seconds => link.observe(Math.max(0, seconds)),
    told: seconds => told.observe(Math.max(0, seconds)),
    run: (outcome, trigger) => runs.inc({ outcome, trigger }),
    seamCall: (outcome, seconds) => {
      seamRequests.inc({ outcome });
      seamRequest.observe({ outcome }, seconds);
    },
    attempt: (endpointId, outcome, seconds) => {
      const endpoint = String(endpointId);
      attempts.inc({ endpoint, outcome });
      attempt.observe({ endpoint }, seconds);
    },
    signIn: outcome => signIns.inc({ outcome }),
    alertNotice: (channel, outcome) => notices.inc({ channel, outcome }),
    pool: watchPools(registry),
  };
};

const watchPools = (registry: Registry): Instruments['pool'] => {
  const pools = new Map<string, PoolCounts>();
  const registers = [registry];
  new Gauge({
    name: `${PREFIX}pool_connections`,
    help: 'Connections to Postgres that this process has open, by pool and by whether they are in use.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount }] of pools) {
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
      }
    },
  });
  new Gauge({
    name: `${PREFIX}pool_waiting`,
    help: 'Who waits for a connection of a pool to become free.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { waitingCount }] of pools) this.set({ pool }, waitingCount);
    },
  });
  return (name, pool) => void pools.set(name, pool);
};
