import { MOST_COUNTED } from '../../src/model/capped-count.ts';
import { PROPORTIONS, type Shape } from './year-shape.ts';

/** What a page of a full year may touch, and what of the site it goes through. */
type Bound = Readonly<{
  /** Blocks; null: it has no bound. */
  most: number | null;
  why: string;
  /** How many rows it goes through, where it ends at so many; as many as there are otherwise. */
  rows?: (shape: Shape) => number;
}>;

/** 40 MB: half a second where each has to be read from a disk that takes 0.1 ms, a hundredth of it in memory. */
const MOST_BLOCKS = 5_000;
/** A row of a list is found by its subject, with its account, its link and whom it was made for: each by an index. */
const BLOCKS_A_ROW = 30;

const told = (rows: number): Bound => ({
  most: rows * BLOCKS_A_ROW,
  why: `tells ${rows} rows, whatever is stored: where little is, Postgres finds them more cheaply`,
  rows: () => rows,
});

/** src/support/finding/attention.ts: up to 1,000 connections are counted; of six reasons, in a year. */
const attention: Bound = {
  most: MOST_BLOCKS,
  why: 'of each reason it counts 1,000 at most, and tells their people apart',
  rows: ({ failed }) => Math.min(6 * 1_000, failed),
};
const failed: Bound = {
  most: MOST_BLOCKS,
  why: 'counts 10,000 at most, and tells a page of them',
  rows: shape => Math.min(MOST_COUNTED, shape.failed),
};
/** The smaller site doesn't fill a page of it, and the larger one does. */
const ofSmall: Bound = {
  most: MOST_BLOCKS,
  why: 'tells 100 at most',
  rows: ({ connections }) => Math.min(100, connections / PROPORTIONS.connectionsToOneOfSmall),
};
const byPart: Bound = {
  most: null,
  why: 'looks for parts of names and for ids of requests, too: goes through what its indexes have of them, within a second',
};
const download: Bound = {
  most: null,
  why: 'is as long as what it lists, and comes piece by piece: nobody waits for its end to read on',
};

const BOUNDS: Readonly<Record<string, Bound>> = {
  '/': attention,
  'API: /attention': attention,
  '/connections?state=failed': failed,
  'API: /connections?state=failed': failed,
  '/connections?workspace=small': ofSmall,
  'API: /connections?workspace=small': ofSmall,
  '/connections': told(50),
  '/connections?state=open&reason=user_not_found': told(50),
  '/connections?state=settled': told(50),
  '/connections?since=24h': told(50),
  '/connections, from the middle': told(50),
  '/connections?state=settled, from the middle': told(50),
  '/bulk-runs/1': told(100),
  'API: /connections': told(100),
  'API: /connections?state=open&reason=user_not_found': told(100),
  'API: /connections?cursor=': told(100),
  'API: /connections?limit=500': told(500),
  '/connections.csv, of those that failed': download,
  '/audit-log.csv?actor=op_7&what=dismiss': download,
  '/search, by nothing': byPart,
  '/search, by a request id': byPart,
  '/connections/:subject/link, searched': byPart,
  '/webviews/new, searched': byPart,
  'API: /users?q=': byPart,
  'API: /users/{id}/personal-data': {
    most: null,
    why: 'looks for the user in every text that is stored; after 20 s it ends, and says that it isn’t complete',
  },
};

/** Those that have one of their own. */
export const OWN_BOUNDS: readonly string[] = Object.keys(BOUNDS);

export const boundOf = (page: string): Bound =>
  BOUNDS[page] ?? { most: MOST_BLOCKS, why: 'as every page' };
