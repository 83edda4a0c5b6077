import type { Router } from 'express';
import { expect, test } from 'vitest';
import { createApiRouter } from '../../src/api/app.ts';
import { createConsoleRouter } from '../../src/console/app.ts';
import { createMount } from '../../src/http/mount.ts';
import { silentLog } from '../fixtures/settings.ts';
import { CALLS } from './calls-addresses.ts';
import { NOT_ASKED, PAGES } from './pages-addresses.ts';
import { boundOf, OWN_BOUNDS } from './year-bounds.ts';
import { shapeOfYear } from './year-shape.ts';

type Layer = Readonly<{
  route?: Readonly<{ path: string; methods: Readonly<Record<string, boolean>> }>;
  handle: Readonly<{ stack?: readonly Layer[] }>;
}>;

/** What is answered to GET, as its routers have it: also what is in none of the tables of routes. */
const gets = (layers: readonly Layer[]): string[] =>
  layers.flatMap(({ route, handle }) => {
    if (route === undefined) return gets(handle.stack ?? []);
    return route.methods.get ? [route.path] : [];
  });
const getsOf = (router: Router): string[] => gets((router as unknown as { stack: Layer[] }).stack);

/** Nothing of it is used before somebody asks. */
const OPTIONS = {
  ...{ desk: { config: {} }, company: {}, publicUrl: '', log: {} },
  mount: createMount(null, silentLog),
} as never;

/** A board of its own, made when somebody first looks at it. */
const RAW_QUEUE = '/raw-queue';
const asExpress = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

test('each page of the console that can be asked for is measured, or it is said why not', () => {
  const known = [...Object.keys(PAGES), ...Object.keys(NOT_ASKED)].filter(
    path => path !== RAW_QUEUE,
  );
  expect(getsOf(createConsoleRouter(OPTIONS)).toSorted()).toEqual(known.toSorted());
});

test('each read of the API is measured', () => {
  const known = Object.keys(CALLS).map(asExpress);
  expect(getsOf(createApiRouter(OPTIONS)).toSorted()).toEqual(known.toSorted());
});

const PAST = {
  failed: 'connect_webview:x',
  bulkRun: 1,
  undoableRun: 1,
  auditId: 1,
  undoable: 1,
  auditCursor: '1-1',
  auditTarget: 'connect_webview:x',
  middle: 'x',
  message: 'x',
};
const NAMES = [
  ...Object.values(PAGES).flatMap(addresses => addresses(PAST).map(({ name }) => name)),
  ...Object.values(CALLS).flatMap(addresses => addresses(PAST).map(({ name }) => `API: ${name}`)),
];

test('no two are measured under one name, and each has something to be asked for', () => {
  expect(new Set(NAMES).size).toBe(NAMES.length);
  for (const addresses of [...Object.values(PAGES), ...Object.values(CALLS)]) {
    expect(addresses(PAST)).not.toEqual([]);
  }
});

test('what has a bound of its own is there; what has none says why, and is no list', () => {
  expect(OWN_BOUNDS.filter(name => !NAMES.includes(name))).toEqual([]);
  const unbounded = NAMES.filter(name => boundOf(name).most === null);
  expect(unbounded.toSorted()).toEqual([
    '/audit-log.csv?actor=op_7&what=dismiss',
    '/connections.csv, of those that failed',
    '/connections/:subject/link, searched',
    '/search, by a request id',
    '/search, by nothing',
    '/webviews/new, searched',
    'API: /users/{id}/personal-data',
    'API: /users?q=',
  ]);
});

test('what a page goes through is never more in a part of a year than in all of it', () => {
  const [part, full] = [shapeOfYear(500_000), shapeOfYear(50_000_000)];
  for (const name of NAMES) {
    const { rows = () => 1 } = boundOf(name);
    expect(rows(part), name).toBeLessThanOrEqual(rows(full));
  }
});
