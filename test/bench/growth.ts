import { type Child, startChild } from './child.ts';
import { measureQueries, OVERDUE, QUERY_NAMES, type Query } from './growth-queries.ts';
import {
  CONNECTIONS,
  measureAcknowledging,
  measureReconciling,
  openStand,
  type Stand,
} from './growth-site.ts';
import { fillHistory, readBytesPerDelivery } from './history.ts';
import { BURST } from './messages.ts';
import type { Options } from './options.ts';
import type { LoadAnswer, LoadRequest } from './programs/load.ts';
import type { Row, Section } from './report.ts';
import type { Rig, Site } from './rig.ts';
import { startSeamStub } from './seam.ts';
import { collectRounds, one, type Spread } from './stats.ts';

const STORED = [10_000, 100_000, 1_000_000] as const;
const STORED_QUICK = [1_000, 10_000, 100_000] as const;
const AIM = 1.3;

type Operation = 'acknowledged' | 'completed' | Query;

const NAMES = {
  acknowledged: { what: 'acknowledging', unit: 'requests/s' },
  completed: { what: 'reconciling', unit: 'completions/s' },
  idleSweep: { what: 'sweep, nothing owed', unit: 'ms' },
  sweep: { what: `sweep, ${OVERDUE} overdue`, unit: 'ms' },
  list: { what: 'list', unit: 'ms' },
  listFailed: { what: 'list --state failed', unit: 'ms' },
  showWebview: { what: 'show, by webview', unit: 'ms' },
  showAccount: { what: 'show, by account', unit: 'ms' },
  showUser: { what: 'show, by user', unit: 'ms' },
  showEvent: { what: 'show, by event', unit: 'ms' },
} as const satisfies Record<Operation, { what: string; unit: string }>;
/** Of these more is better: their cost is the inverse. */
const PER_SECOND: ReadonlySet<Operation> = new Set(['acknowledged', 'completed']);
const OPERATIONS: readonly Operation[] = ['acknowledged', 'completed', ...QUERY_NAMES];

const text = (count: number): string => count.toLocaleString('en-US');

const toRow = (
  operation: Operation,
  names: readonly string[],
  rounds: { spread: (name: string, operation: Operation) => Spread },
): Row => {
  const { what, unit } = NAMES[operation];
  const figures = names.map(name => [name, rounds.spread(name, operation)]);
  return { name: `${what}, ${unit}`, figures: Object.fromEntries(figures) };
};

type Filled = Readonly<{ name: string; site: Site }>;

/** Sites in one Postgres and one Redis, each with its own past. */
const fillSites = async (
  rig: Rig,
  sizes: readonly number[],
  tell: Options['tell'],
): Promise<Filled[]> => {
  const sites: Filled[] = [];
  for (const [index, stored] of sizes.entries()) {
    const { databaseUrl } = await rig.openSite('redis');
    const site = { databaseUrl, redisUrl: `${rig.redisUrl}/${index}` };
    await fillHistory(rig, site, stored);
    sites.push({ name: text(stored), site });
    tell(`growth: ${text(stored)} deliveries are stored`);
  }
  // What filling left to be written is not to be written while the clock runs.
  await rig.query(await rig.openDatabase(), 'checkpoint');
  return sites;
};

const TABLES = { 'all our tables': '%', 'the deliveries alone': 'deliveries' } as const;

/** What each stored delivery takes in space. */
const measureBytes = async (rig: Rig, sites: readonly Filled[]): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const [what, pattern] of Object.entries(TABLES)) {
    const table: Record<string, Spread> = {};
    const index: Record<string, Spread> = {};
    for (const { name, site } of sites) {
      const bytes = await readBytesPerDelivery(rig, site, pattern);
      table[name] = one(bytes.table);
      index[name] = one(bytes.index);
    }
    rows.push({ name: `${what}: table bytes per delivery`, figures: table });
    rows.push({ name: `${what}: index bytes per delivery`, figures: index });
  }
  return rows;
};

type Round = Record<string, Record<Operation, number>>;

const measureRound = async (
  rig: Rig,
  load: Child<LoadRequest, LoadAnswer>,
  stands: readonly Stand[],
  { round, turns, requests }: { round: number; turns: number; requests: number },
): Promise<Round> => {
  // Every other round the other way about, so that none always comes after the same one.
  const order = round % 2 === 0 ? stands : stands.toReversed();
  const queries = await measureQueries(order, turns, round * turns);
  const acknowledged = await measureAcknowledging(rig, load, order, {
    run: `taken_${round}`,
    requests,
  });
  const figures: Round = {};
  for (const stand of order) {
    figures[stand.name] = {
      acknowledged: acknowledged.get(stand) ?? Number.NaN,
      completed: await measureReconciling(rig, load, stand, { run: `worked_${round}`, requests }),
      ...queries(stand),
    };
  }
  return figures;
};

/** What becomes slower with what is stored: nothing should. */
export const growth = async (rig: Rig, options: Options): Promise<Section> => {
  const sizes = options.quick ? STORED_QUICK : STORED;
  const turns = options.quick ? 15 : 60;
  const requests = options.quick ? 512 : 1_536;
  const sites = await fillSites(rig, sizes, options.tell);
  const bytes = await measureBytes(rig, sites);

  await using stack = new AsyncDisposableStack();
  const seam = stack.use(await startSeamStub(0));
  const load = stack.use(await startChild<LoadRequest, LoadAnswer>('load', []));
  const stands: Stand[] = [];
  for (const site of sites) stands.push(await openStand(rig, stack, site, seam.endpoint));

  // The first is not counted: caches, prepared statements and compiled code come to be there.
  await measureRound(rig, load, stands, { round: 0, turns, requests });
  const rounds = collectRounds<string, Operation>();
  for (let round = 1; round <= options.rounds; round++) {
    const figures = await measureRound(rig, load, stands, { round, turns, requests });
    rounds.add(figures);
    for (const [name, { acknowledged, completed }] of Object.entries(figures)) {
      const rates = `acknowledged ${Math.round(acknowledged)}/s, completed ${Math.round(completed)}/s`;
      options.tell(`growth, round ${round}: ${name} stored: ${rates}`);
    }
  }
  const names = stands.map(stand => stand.name);
  const [least = '', most = ''] = [names[0], names.at(-1)];
  return {
    id: 'growth',
    title: 'Growth',
    method:
      `Sites in one Postgres that hold ${names.join(', ')} deliveries already, with all that came of them. ` +
      `In each round each is sent ${text(requests)} webhooks over ${CONNECTIONS} connections, in turn with ` +
      `the others; then its worker is timed on the ${text(requests / BURST.length)} connections of as many ` +
      `more, which came in while it stood still. All else are medians of ${turns} in a round. Autovacuum ` +
      'waits meanwhile; bytes are those of vacuumed tables.',
    rows: [...OPERATIONS.map(operation => toRow(operation, names, rounds)), ...bytes],
    ratios: OPERATIONS.map(operation => ({
      name: `cost of ${NAMES[operation].what}, ${most} : ${least}`,
      spread: PER_SECOND.has(operation)
        ? rounds.ratio(operation, least, most)
        : rounds.ratio(operation, most, least),
      aim: { op: '<=', value: AIM },
    })),
    plot: { ratios: true, title: `Cost with ${most} deliveries stored; with ${least} it is 1` },
  };
};
