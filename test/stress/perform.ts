import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, OperationOf } from './operations.ts';
import { ask, bulk, deleteAccount, onCase, typeCommand, update, whyOf } from './people-do.ts';
import { type Site, subjectOf } from './site.ts';
import type { Account, SeamEvent, World } from './world.ts';

const HISTORY_MS = 20 * 3_600_000;
const LATELY_MS = 20 * 60_000;
/** From one account to the next but two: it has events of the same instant. */
const APART_MS = 37 * 60_000;
/** Numbers that no other operation uses. */
const HISTORY_LABELS = { a: 100_000, b: 200_000 } as const;

/** What happened at Seam within the day before. */
export const playHistory = async (
  world: World,
  { workspace, accounts }: OperationOf<'history'>,
): Promise<void> => {
  for (let n = 0; n < accounts; n++) {
    const agoMs = LATELY_MS + (((n - (n % 3)) * APART_MS) % HISTORY_MS);
    await world.connectBefore(HISTORY_LABELS[workspace] + n, workspace, agoMs);
  }
};

/** Carries out one operation; resolves when it is over. What it needs and isn't there is skipped. */
export const perform = async (site: Site, operation: Operation): Promise<void> => {
  const { world } = site;
  const account = 'account' in operation ? world.accounts.get(operation.account) : undefined;
  if (operation.kind === 'connect') {
    send(site, operation.number, await world.connect(operation.number, operation));
    return;
  }
  if ('account' in operation) {
    if (account !== undefined) await performOn(site, operation, account);
    return;
  }
  switch (operation.kind) {
    case 'history':
      // Was played before anything was started.
      return;
    case 'fail':
      return send(site, operation.number, await world.fail(operation.workspace));
    case 'sign_up':
      return signUp(site, operation.user);
    case 'bulk':
      return bulk(site, operation);
    case 'pause':
    case 'resume':
      return void (await ask(site, operation, {
        path: `/queue/${operation.kind}`,
        body: {
          ...(operation.kind === 'pause' ? { why: whyOf(operation) } : {}),
          workspace_id: operation.workspace === null ? null : site.workspaces[operation.workspace],
        },
      }));
    case 'command':
      return typeCommand(site, operation);
    case 'clock':
      return writeFile(site.clockFile(operation.member), String(operation.offBySeconds));
    case 'fault':
      return site.injector.strike(operation.fault);
    default:
      return operation satisfies never;
  }
};

type OnAccount = Exclude<Extract<Operation, { account: number }>, { kind: 'connect' }>;

const performOn = async (site: Site, operation: OnAccount, account: Account): Promise<void> => {
  const { world } = site;
  switch (operation.kind) {
    case 'notice':
      return account.fate === 'there'
        ? send(site, operation.number, world.notice(account, operation.eventType))
        : undefined;
    case 'metadata':
      return world.replaceMetadata(operation.number, account, operation.user);
    case 'vanish':
      return account.fate === 'there'
        ? send(site, operation.number, world.vanish(account, operation.announced))
        : undefined;
    case 'resend':
      return send(site, operation.number, account.events.slice(0, 1));
    case 'age':
      return age(site, account);
    case 'update':
      return update(site, operation, account);
    case 'delete':
      return deleteAccount(site, operation, account);
    default:
      return onCase(site, operation, account);
  }
};

const send = (site: Site, number: number, events: readonly SeamEvent[]): void => {
  for (const [index, event] of events.entries()) {
    site.senders[event.workspace].send(`msg_${number}_${index}`, event);
  }
};

/** The app writes its user's row, however long its database is away. */
const signUp = async ({ world, pool, signal }: Site, user: string): Promise<void> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      await pool.query('insert into reconciler.users (id) values ($1) on conflict do nothing', [
        user,
      ]);
      world.signUp(user);
      return;
    } catch {
      await sleep(200, undefined, { signal });
    }
  }
};

/** What is settled of the account becomes a hundred days older, if its rows can be had at the moment. */
const age = async ({ pool }: Site, account: Account): Promise<void> => {
  account.isAged = true;
  const by = `interval '100 days'`;
  const subjects = [
    subjectOf(account, 'account'),
    ...account.webviews.map(id => `connect_webview:${id}`),
  ];
  await pool
    .query(
      `with settled as (
         update reconciler.reconciliations
            set updated_at = updated_at - ${by}, settled_at = settled_at - ${by}, created_at = created_at - ${by}
          where subject = any($1) and state in ('linked', 'no_action')
         returning subject
       ), told as (
         update reconciler.deliveries d set received_at = received_at - ${by}, occurred_at = occurred_at - ${by}
           from settled where d.subject = settled.subject
       )
       update reconciler.runs r set started_at = started_at - ${by}, finished_at = finished_at - ${by}
         from settled where r.subject = settled.subject and r.finished_at is not null`,
      [subjects],
    )
    .catch(() => undefined);
};
