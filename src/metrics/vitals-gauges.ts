import { Gauge, type Registry } from 'prom-client';
import { ALERT_RULES } from '../model/alert.ts';
import { ACCOUNT_STATES, FAILURE_REASONS } from '../model/outcome.ts';
import type { Vitals, WorkspaceVitals } from '../model/vitals.ts';

/** Before each name that is ours. */
export const PREFIX = 'seam_reconciler_';

/** Whoever was not heard of for longer runs no more, as far as anybody knows. */
const LOST_MS = 30_000;

type Sample = Readonly<{ labels: Readonly<Record<string, string>>; value: number }>;
type Told = Readonly<{
  help: string;
  labels: readonly string[];
  read: (vitals: Vitals) => readonly Sample[];
}>;

const seconds = (at: string): number => new Date(at).getTime() / 1_000;

const one = (value: number | null): readonly Sample[] =>
  value === null ? [] : [{ labels: {}, value }];

/** How long it has been so when it was measured; 0: it isn't. */
const age = ({ measuredAt }: Vitals, since: string | null): number =>
  since === null ? 0 : Math.max(0, seconds(measuredAt) - seconds(since));

const ofWorkspaces = (
  help: string,
  read: (workspace: WorkspaceVitals, vitals: Vitals) => number | null,
): Told => ({
  help,
  labels: ['workspace'],
  read: vitals =>
    vitals.workspaces.flatMap(workspace => {
      const value = read(workspace, vitals);
      return value === null ? [] : [{ labels: { workspace: workspace.workspaceId ?? '' }, value }];
    }),
});

/** Of a closed list: each has a value, so that the first of a kind is seen as a change. */
const ofList = (
  label: string,
  names: readonly string[],
  counts: Readonly<Record<string, number | undefined>>,
): readonly Sample[] =>
  names.map(name => ({ labels: { [label]: name }, value: counts[name] ?? 0 }));

const ofCounts = (label: string, counts: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));

const isHeardOf = ({ measuredAt }: Vitals, { seenAt }: { seenAt: string }): boolean =>
  new Date(measuredAt).getTime() - new Date(seenAt).getTime() < LOST_MS;

/** What is told of the whole: the same by every process. */
const GAUGES: Readonly<Record<string, Told>> = {
  uncounted: {
    help: 'Webhooks that are stored and still to be counted, up to 10,000.',
    labels: [],
    read: vitals => one(vitals.uncounted),
  },
  uncounted_oldest_seconds: {
    help: 'For how long the longest waiting of them has waited; 0: none waits.',
    labels: [],
    read: vitals => one(age(vitals, vitals.uncountedSince)),
  },
  unarranged: {
    help: 'Messages for the app that wait for their place in the order, up to 10,000.',
    labels: [],
    read: vitals => one(vitals.unarranged),
  },
  unarranged_oldest_seconds: {
    help: 'For how long the longest waiting of them has waited; 0: none waits.',
    labels: [],
    read: vitals => one(age(vitals, vitals.unarrangedSince)),
  },
  owed: ofWorkspaces('Connections that a check is owed, up to 10,000.', ({ owed }) => owed),
  waiting: ofWorkspaces(
    'Of those: due, and not being checked, up to 10,000.',
    ({ waiting }) => waiting,
  ),
  oldest_due_seconds: ofWorkspaces(
    'For how long the longest waiting of them has been due; 0: none waits.',
    ({ oldestDueAt }, vitals) => age(vitals, oldestDueAt),
  ),
  hold: {
    help: '1 where the checks of a workspace wait for Seam, and why.',
    labels: ['workspace', 'reason'],
    read: ({ workspaces }) =>
      workspaces.flatMap(({ workspaceId, hold }) =>
        hold === null
          ? []
          : [{ labels: { workspace: workspaceId ?? '', reason: hold.reason }, value: 1 }],
      ),
  },
  paused: ofWorkspaces('1 where a person has paused the checks of a workspace, else 0.', own =>
    own.pausedSince === null ? 0 : 1,
  ),
  silence_events: ofWorkspaces(
    'Events that Seam lists and no webhook brought, as last compared.',
    ({ silence }) => silence?.events ?? 0,
  ),
  accounted_for_until_timestamp_seconds: ofWorkspaces(
    'Until when all events that Seam lists are stored here.',
    ({ accountedForUntil }) => (accountedForUntil === null ? null : seconds(accountedForUntil)),
  ),
  needs_attention: {
    help: 'Connections that need a person, by reason, up to 1,000 each.',
    labels: ['reason'],
    read: ({ attention }) => ofList('reason', FAILURE_REASONS, attention),
  },
  accounts: {
    help: 'Accounts by how they stand; counted every five minutes.',
    labels: ['state'],
    read: ({ accounts, accountsMeasuredAt }) =>
      accountsMeasuredAt === null ? [] : ofList('state', ACCOUNT_STATES, accounts),
  },
  accounts_measured_timestamp_seconds: {
    help: 'When the accounts were counted.',
    labels: [],
    read: ({ accountsMeasuredAt }) =>
      one(accountsMeasuredAt === null ? null : seconds(accountsMeasuredAt)),
  },
  endpoint_trouble: {
    help: '1 where something keeps an endpoint of the app from being told, and what.',
    labels: ['endpoint', 'trouble'],
    read: ({ endpoints }) =>
      endpoints.flatMap(({ id, trouble }) =>
        trouble === null ? [] : [{ labels: { endpoint: String(id), trouble }, value: 1 }],
      ),
  },
  endpoint_given_up: {
    help: 'Messages that were given up, by endpoint of the app, up to 10,000.',
    labels: ['endpoint'],
    read: ({ endpoints }) =>
      endpoints.map(({ id, dead }) => ({ labels: { endpoint: String(id) }, value: dead })),
  },
  endpoint_refused: {
    help: 'Messages that wait, and have failed four times or more; and those that were given up within the last day; by endpoint of the app, up to 10,000 each.',
    labels: ['endpoint', 'state'],
    read: ({ endpoints }) =>
      endpoints.flatMap(({ id, refused = 0, givenUpLately = 0 }) => [
        { labels: { endpoint: String(id), state: 'waiting' }, value: refused },
        { labels: { endpoint: String(id), state: 'given_up' }, value: givenUpLately },
      ]),
  },
  bulk_runs: {
    help: 'Bulk runs by state, of the latest 1,000.',
    labels: ['state'],
    read: ({ bulkRuns }) => ofCounts('state', bulkRuns),
  },
  drift_findings: {
    help: 'Accounts that the latest comparison with Seam found to be not right, by what is wrong.',
    labels: ['finding'],
    read: ({ drift }) => ofCounts('finding', drift?.findings ?? {}),
  },
  drift_finished_timestamp_seconds: {
    help: 'When the latest comparison with Seam ended.',
    labels: [],
    read: ({ drift }) => one(drift === null ? null : seconds(drift.finishedAt)),
  },
  processes: {
    help: 'Processes that have been heard of in the last 30 s, by kind.',
    labels: ['kind'],
    read: vitals => {
      const heard = vitals.processes.filter(process => isHeardOf(vitals, process));
      return ['serve', 'work'].map(kind => ({
        labels: { kind },
        value: heard.filter(process => process.kind === kind).length,
      }));
    },
  },
  workers: {
    help: 'Of those, the ones that run a worker.',
    labels: [],
    read: vitals =>
      one(vitals.processes.filter(process => process.works && isHeardOf(vitals, process)).length),
  },
  alerts_open: {
    help: 'Alerts that are open, by rule.',
    labels: ['rule'],
    read: ({ alertsOpen }) =>
      alertsOpen === undefined ? [] : ofList('rule', ALERT_RULES, alertsOpen),
  },
  database_bytes: {
    help: 'How large the database is.',
    labels: [],
    read: ({ database }) => one(database.bytes),
  },
  database_connections: {
    help: 'Connections that the Postgres server has, of all its databases.',
    labels: [],
    read: ({ database }) => one(database.connections),
  },
  database_max_connections: {
    help: 'Connections that the Postgres server allows.',
    labels: [],
    read: ({ database }) => one(database.maxConnections),
  },
  database_disk_used_ratio: {
    help: 'Share of the disk (or of DATABASE_MAX_BYTES) that is in use, where that can be seen.',
    labels: [],
    read: ({ database }) => one(database.diskUsed),
  },
  vitals_measured_timestamp_seconds: {
    help: 'When all that the processes have in common was last measured.',
    labels: [],
    read: ({ measuredAt }) => one(seconds(measuredAt)),
  },
};

/** @returns puts what was measured into the gauges; null: there is nothing to be told */
export const createVitalsGauges = (registry: Registry): ((vitals: Vitals | null) => void) => {
  const gauges = Object.entries(GAUGES).map(([name, { help, labels, read }]) => ({
    read,
    labels,
    gauge: new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
    }),
  }));
  return vitals => {
    for (const { read, gauge, labels: names } of gauges) {
      gauge.reset();
      // One without labels would be 0 then.
      if (names.length === 0) gauge.remove();
      for (const { labels, value } of vitals === null ? [] : read(vitals)) gauge.set(labels, value);
    }
  };
};
