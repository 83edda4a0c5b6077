import type pg from 'pg';
import type { Injector } from '../chaos/injector.ts';
import type { Sender } from '../chaos/sender.ts';
import type { WorkspaceName } from './operations.ts';
import type { People, Told } from './people.ts';
import type { Account, WorkspaceIds, World } from './world.ts';

/** What someone of ours asked for, and was told. */
export type Record = Readonly<{
  number: number;
  what: string;
  /** What it was done to, as the audit log has it; null: something else. */
  target: string | null;
  /** Of this very request: so it can be found again. */
  why: string;
  account: Account | null;
  /** A key that the update put into the metadata; null where it was none. */
  metadataKey: string | null;
  told: Told;
}>;

/** All that an operation may touch. */
export type Site = Readonly<{
  world: World;
  people: People;
  senders: Readonly<globalThis.Record<WorkspaceName, Sender>>;
  injector: Injector;
  pool: pg.Pool;
  workspaces: WorkspaceIds;
  /** Where the clock of a process is told how far it is off. */
  clockFile: (member: string) => string;
  signal: AbortSignal;
  records: Record[];
  /** Things that no fault excuses. */
  complaints: string[];
}>;

/** The case of the account itself, or that of its newest webview. */
export const subjectOf = (account: Account, side: 'account' | 'webview'): string =>
  side === 'account'
    ? `connected_account:${account.id}`
    : `connect_webview:${account.webviews[0] ?? account.id}`;
