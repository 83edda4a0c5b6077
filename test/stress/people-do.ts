import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, OperationOf } from './operations.ts';
import type { Told } from './people.ts';
import { type Record, type Site, subjectOf } from './site.ts';
import type { Account } from './world.ts';

/* What people ask for, and are told. */

const BEFORE_THE_STOP_MS = 400;
/** Answers that say in our own words why something was not done, or that it could not be just now. */
const IS_ANSWER = (status: number): boolean =>
  status < 300 || [400, 404, 409, 422, 429, 502, 503, 504].includes(status);

export const whyOf = ({ number }: { number: number }): string => `stress ${number}`;

type Request = Readonly<{
  method?: 'PATCH' | 'DELETE';
  path: string;
  body?: globalThis.Record<string, unknown>;
  serve?: number;
}>;

export const ask = async (
  site: Site,
  operation: Operation,
  request: Request,
  about: Partial<Pick<Record, 'target' | 'account' | 'metadataKey' | 'why'>> = {},
): Promise<Told> => {
  const { method = 'POST', serve = operation.number % 2, path, body } = request;
  const told = await site.people.ask({ serve, method, path, ...(body ? { body } : {}) });
  if (told !== null && !IS_ANSWER(told.status)) {
    const what = JSON.stringify(told.body);
    site.complaints.push(`operation ${operation.number} (${path}): ${told.status} ${what}`);
  }
  site.records.push({
    number: operation.number,
    what: operation.kind,
    target: null,
    why: whyOf(operation),
    account: null,
    metadataKey: null,
    told,
    ...about,
  });
  return told;
};

type OnCase = OperationOf<
  | 'retry'
  | 'dismiss'
  | 'reopen'
  | 'note'
  | 'undo'
  | 'link'
  | 'assign'
  | 'snooze'
  | 'wake'
  | 'take_back'
>;
/** What can be taken back by the number of its audit row, whatever it was done to. */
const TAKEN_BACK: readonly string[] = ['link', 'dismiss', 'reopen', 'assign', 'snooze'];

export const onCase = async (site: Site, operation: OnCase, account: Account): Promise<void> => {
  const target = subjectOf(account, operation.side);
  const at = `/connections/${encodeURIComponent(target)}`;
  const why = whyOf(operation);
  const about = { target, account };
  if (operation.kind === 'undo') {
    const link = site.records.findLast(
      each => each.what === 'link' && each.account === account && each.told?.status === 200,
    );
    if (link === undefined) return;
    const path = `${at}/links/${link.told?.body.audit_id}/undo`;
    await ask(site, operation, { path }, about);
    return;
  }
  if (operation.kind === 'take_back') return takeBack(site, operation, about);
  const body = {
    retry: {},
    wake: {},
    assign: { to: operation.kind === 'assign' ? operation.to : '' },
    snooze: { why, until: operation.number % 2 === 0 ? 'news' : '4h' },
    reopen: {},
    dismiss: { why },
    note: { text: why },
    link: { why, user_id: operation.kind === 'link' ? operation.user : '' },
  }[operation.kind];
  if (operation.kind === 'link') account.byHand.add(operation.user);
  await ask(
    site,
    operation,
    { path: `${at}/${operation.kind.replace('note', 'notes')}`, body },
    about,
  );
};

/** The newest of what was done to the case, as the audit log has it, if its rows can be had at the moment. */
const takeBack = async (
  site: Site,
  operation: Operation,
  about: Readonly<{ target: string; account: Account }>,
): Promise<void> => {
  const found = await site.pool
    .query<{ id: string }>(
      `select id from reconciler.audit_log where target = $1 and action = any($2) order by id desc limit 1`,
      [about.target, TAKEN_BACK],
    )
    .catch(() => null);
  const [row] = found?.rows ?? [];
  if (row !== undefined) await ask(site, operation, { path: `/audit-log/${row.id}/undo` }, about);
};

export const update = async (
  site: Site,
  operation: OperationOf<'update'>,
  account: Account,
): Promise<void> => {
  const { number, user, twice } = operation;
  if (user !== null) account.claims.add(user);
  const once = (serve: number, key: string) =>
    ask(
      site,
      operation,
      {
        method: 'PATCH',
        serve,
        path: `/accounts/${account.id}`,
        body: {
          metadata: { [key]: 'set' },
          ...(user === null ? {} : { user_id: user }),
          why: `${whyOf(operation)} ${key}`,
          workspace: site.workspaces[account.workspace],
          wait_seconds: 0,
        },
      },
      { account, metadataKey: key, why: `${whyOf(operation)} ${key}` },
    );
  await Promise.all([
    once(number % 2, `k${number}`),
    ...(twice ? [once((number + 1) % 2, `k${number}b`)] : []),
  ]);
};

export const deleteAccount = async (
  site: Site,
  operation: OperationOf<'delete'>,
  account: Account,
): Promise<void> => {
  if (account.fate !== 'there') return;
  account.fate = 'asked';
  const query = new URLSearchParams({
    why: whyOf(operation),
    workspace: site.workspaces[account.workspace],
    wait_seconds: '0',
  });
  const path = `/accounts/${account.id}?${query}`;
  const told = await ask(site, operation, { method: 'DELETE', path }, { account });
  // Where Seam said yes, and goes on showing it or couldn't be asked again, nobody knows.
  const isGone = told?.body.seam === 'deleted' || told?.body.seam === 'gone_before';
  if (isGone) account.fate = 'deleted_by_person';
};

export const bulk = async (site: Site, operation: OperationOf<'bulk'>): Promise<void> => {
  const why = whyOf(operation);
  const { action, state } = operation;
  const given = action === 'assign' ? { given: { operator_id: null } } : {};
  const body = { action, ...given, filter: { state }, why };
  const planned = await ask(site, operation, { path: '/bulk-runs', body });
  if (planned?.status !== 201) return;
  const at = `/bulk-runs/${planned.body.id}`;
  await ask(site, operation, { path: `${at}/start`, body: { why } });
  if (!operation.stopped) return;
  await sleep(BEFORE_THE_STOP_MS, undefined, { signal: site.signal });
  await ask(site, operation, { path: `${at}/stop`, body: { why } });
};

const COMMANDS = {
  drift: ['drift', '--json'],
  drift_fix: ['drift', '--fix', '--json'],
  replay: ['replay', '--since', '1h', '--rate', '50', '--yes'],
  prune: ['prune', '--json'],
  backfill: ['backfill', '--since', '1h', '--json'],
} as const satisfies globalThis.Record<OperationOf<'command'>['name'], readonly string[]>;

export const typeCommand = async (
  site: Site,
  { number, name }: OperationOf<'command'>,
): Promise<void> => {
  const { code, said } = await site.people.type(COMMANDS[name]);
  // It may fail, as what it needs may be away: in a sentence.
  if (code === null || /^\s+at .+:\d+/m.test(said)) {
    site.complaints.push(`operation ${number} (${name}) ended with ${code}: ${said}`);
  }
};
