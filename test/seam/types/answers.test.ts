import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { useRuns } from '../../fixtures/runs.ts';
import {
  ACCOUNT,
  byCode,
  type Example,
  examplesOf,
  type Json,
  propertyOf,
  WEBVIEW,
} from '../../fixtures/seam-types.ts';
import { OF_ACCOUNTS, OF_WEBVIEWS, STATUSES, type Use } from './known.ts';

/** So many are looked at side by side. */
const AT_ONCE = 8;

/** What Seam shows of each; null: it knows none. */
type Shown = Readonly<{ name: string; json: Json | null }>;
type Case = Readonly<{
  name: string;
  subject: Subject;
  accountId: string;
  webview: Json | null;
  account: Json | null;
}>;

const GONE: Shown = { name: 'none', json: null };

/** Each shape in each status. */
const webviews: readonly Shown[] = [
  ...examplesOf(WEBVIEW, 'webview').flatMap(({ name, json }) =>
    STATUSES.map(status => ({ name: `${status} ${name}`, json: { ...json, status } })),
  ),
  GONE,
];
const bare: readonly Shown[] = [...examplesOf(ACCOUNT, 'account'), GONE];
const [whole = GONE] = bare;

/** Each error and each warning alone, in each of its shapes. */
const troubled: readonly Shown[] = (
  [
    ['errors', 'error_code'],
    ['warnings', 'warning_code'],
  ] as const
).flatMap(([list, code]) => {
  const alone = ({ name, json }: Example): Shown => ({
    name,
    json: { ...whole.json, errors: [], warnings: [], [list]: [json] },
  });
  const members = [...byCode(propertyOf(ACCOUNT, list), code)];
  return members.flatMap(([name, schema]) => examplesOf(schema, name)).map(alone);
});

const authorized = webviews.filter(({ json }) => json?.status === 'authorized').slice(0, 1);
const pairs: readonly (readonly [Shown | null, Shown])[] = [
  ...webviews.flatMap(webview => bare.map(account => [webview, account] as const)),
  ...authorized.flatMap(webview => troubled.map(account => [webview, account] as const)),
  ...[...bare, ...troubled].map(account => [null, account] as const),
];

/** Each of its own ids, all of ada. */
const cases: readonly Case[] = pairs.map(([webview, account], n): Case => {
  const [webviewId, accountId] = [`webview_${n}`, `account_${n}`];
  const named = { connect_webview_id: webviewId, connected_account_id: accountId };
  const of = (json: Json | null | undefined): Json | null => {
    if (json === null || json === undefined) return null;
    const ids = Object.entries(named).filter(([key]) => typeof json[key] === 'string');
    const custom_metadata = { ...(json.custom_metadata as Json), id: 'ada' };
    return { ...json, ...Object.fromEntries(ids), custom_metadata };
  };
  return {
    name: `${webview?.name ?? 'no webview asked for'}; ${account.name}`,
    subject: webview === null ? `connected_account:${accountId}` : `connect_webview:${webviewId}`,
    accountId,
    webview: of(webview?.json),
    account: of(account.json),
  };
});

/** What a run is to come to, by what Seam documents. */
const expectedOf = ({ subject, webview, account }: Case): string => {
  if (subject.startsWith('connect_webview:')) {
    if (webview === null) return 'webview_not_found';
    if (webview.status === 'failed') return 'login_failed';
    if (webview.status !== 'authorized') return 'webview_pending';
    if (webview.connected_account_id === null) return 'account_not_ready';
  }
  return account === null ? 'account_not_found' : 'linked';
};

const site = useRuns();
const endings = new Map<Case, string>();

const show = (key: 'connect_webview' | 'connected_account', json: Json | null | undefined) => {
  const body = json
    ? { [key]: json, ok: true }
    : { error: { type: `${key}_not_found`, message: 'none' }, ok: false };
  return (response: ServerResponse): void => {
    response
      .writeHead(json ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body));
  };
};

const look = async (each: Case): Promise<void> => {
  await site.owe(each.subject);
  const report = await site.look(each.subject);
  endings.set(
    each,
    report.kind === 'finished' ? (report.ending.reason ?? report.ending.outcome) : report.kind,
  );
};

beforeAll(async () => {
  const bySubject = new Map(cases.map(each => [each.subject, each.webview]));
  const byAccount = new Map(cases.map(each => [each.accountId, each.account]));
  site.seam.interfere((path, body) => {
    switch (path) {
      case '/connect_webviews/get':
        return show('connect_webview', bySubject.get(`connect_webview:${body.connect_webview_id}`));
      case '/connected_accounts/get':
        return show('connected_account', byAccount.get(String(body.connected_account_id)));
      default:
        return null;
    }
  });
  for (let n = 0; n < cases.length; n += AT_ONCE) {
    await Promise.all(cases.slice(n, n + AT_ONCE).map(look));
  }
});

describe('every webview and every account that Seam documents, in every shape', () => {
  test('leads to what it says, and never to a failure of Seam’s or ours', () => {
    expect(cases.length).toBeGreaterThan(100);
    expect(cases.length).toBeLessThan(600);
    const told = cases.map(each => `${each.name}: ${endings.get(each)}`);
    expect(told).toEqual(cases.map(each => `${each.name}: ${expectedOf(each)}`));
  });

  test.each([
    ['connected_accounts', 'connected_account_id', OF_ACCOUNTS, 'account'],
    ['connect_webviews', 'connect_webview_id', OF_WEBVIEWS, 'webview'],
  ] as const)('is stored in %s as it was shown', async (table, id, known, which) => {
    const { rows } = await site.database.pool.query<Record<string, unknown>>(
      `select *, seam_created_at as created_at from reconciler.${table}`,
    );
    const stored = new Map(rows.map(row => [row[id], row]));
    const shown = cases.filter(each => wasRead(each, which)).map(each => each[which] ?? {});
    expect(shown.length).toBeGreaterThan(10);
    expect(rows.length).toBe(shown.length);
    const used = namesOf(known, 'used');
    expect(shown.map(json => pick(stored.get(json[id]), used))).toEqual(
      shown.map(json => pick(asStored(json), used)),
    );
    const left = namesOf(known, 'left').filter(name =>
      rows.some(row => (row[name] ?? null) !== null),
    );
    expect(
      left.map(name => `${name} is stored now: say "used" in test/seam/types/known.ts.`),
    ).toEqual([]);
  });
});

/** Whether a run got as far as to be shown it. */
const wasRead = (each: Case, which: 'account' | 'webview'): boolean =>
  each[which] !== null && (which === 'webview' || expectedOf(each) === 'linked');

const namesOf = (known: Readonly<Record<string, Use>>, use: Use): string[] =>
  Object.keys(known).filter(name => known[name] === use);

const pick = (row: Json | undefined, names: readonly string[]): Json =>
  Object.fromEntries(names.map(name => [name, row?.[name] ?? null]));

/** What is absent is empty, an instant is a date. */
const asStored = (json: Json): Json => ({
  ...json,
  user_identifier: json.user_identifier ?? {},
  created_at: dateOf(json.created_at),
  ...('authorized_at' in json ? { authorized_at: dateOf(json.authorized_at) } : {}),
});

const dateOf = (told: unknown): Date | null => (told ? new Date(String(told)) : null);
