import { createHash } from 'node:crypto';
import type { EventBody } from '../../src/sandbox/event.ts';
import type { SandboxSeam } from '../../src/sandbox/seam.ts';
import type { SeamState } from './ledger.ts';
import type { Change } from './stories.ts';

/** An event as Seam sent it: the same bytes each time. */
export type StagedEvent = Readonly<{
  eventId: string;
  eventType: string;
  webviewId: string | null;
  accountId: string | null;
  body: string;
  digest: string;
}>;

/** Plays the scenario's changes at Seam's fake, and keeps what Seam then sends. */
export type Stage = Readonly<{
  play: (change: Change) => Promise<void>;
  /** @throws Error when the change that brings this event about has not been played yet */
  event: (eventId: string) => StagedEvent;
  /** What the fake would answer now. */
  state: () => SeamState;
  /** Whom the metadata of each account have named, in order. */
  owners: ReadonlyMap<string, readonly string[]>;
}>;

export const openStage = async (seam: SandboxSeam): Promise<Stage> => {
  await giveRepeatableIds(seam);
  const { database } = seam.fake;
  const webviewIds = new Map<string, string>();
  const accountIds = new Map<string, string>();
  const events = new Map<string, StagedEvent>();
  const owners = new Map<string, string[]>();

  const accountOf = (label: string): string => {
    const id = accountIds.get(label);
    if (id === undefined) throw new Error(`the scenario has no account ${label} yet`);
    return id;
  };
  const openWebview = async (label: string, metadata: Record<string, string | boolean>) => {
    const id = await seam.createWebview(metadata);
    webviewIds.set(label, id);
    return id;
  };

  const complete = async (change: Change & { kind: 'complete' }): Promise<EventBody[]> => {
    const { webview, account, metadata } = change;
    const webviewId = await openWebview(webview, metadata);
    const known = accountIds.get(account);
    const { accountId, events: burst } = await seam.completeWebview(webviewId, {
      email: `${account}@locks.example`,
      ...(known === undefined ? {} : { accountId: known }),
    });
    accountIds.set(account, accountId);
    if (typeof metadata.id === 'string') {
      owners.set(accountId, [...(owners.get(accountId) ?? []), metadata.id]);
    }
    return burst;
  };

  const happen = async (change: Change): Promise<EventBody[]> => {
    switch (change.kind) {
      case 'complete':
        return complete(change);
      case 'fail':
        return seam.failWebview(await openWebview(change.webview, {}));
      case 'notice':
        return [seam.event(change.eventType, { connected_account_id: accountOf(change.account) })];
      case 'delete': {
        const connected_account_id = accountOf(change.account);
        database.deleteConnectedAccount({ connected_account_id });
        const deleted = seam.event('connected_account.deleted', { connected_account_id });
        return change.announced ? [deleted] : [];
      }
      default:
        return change satisfies never;
    }
  };

  return {
    play: async change => {
      for (const [index, body] of (await happen(change)).entries()) {
        const eventId = change.eventIds[index];
        if (eventId === undefined) throw new Error(`${body.event_type} was not planned`);
        events.set(eventId, stagedEvent({ ...body, event_id: eventId }));
      }
    },
    event: eventId => {
      const event = events.get(eventId);
      if (event === undefined) throw new Error(`${eventId} is to be sent before it has happened`);
      return event;
    },
    state: () => ({
      webviews: database.connect_webviews.map(webview => ({
        id: webview.connect_webview_id,
        status: webview.status,
        accountId: webview.connected_account_id ?? null,
        metadata: webview.custom_metadata ?? {},
      })),
      accounts: database.connected_accounts.map(account => ({
        id: account.connected_account_id,
        metadata: account.custom_metadata ?? {},
      })),
    }),
    owners,
  };
};

/** Ids by number instead of at random, so that two runs of one seed tell of the same ids. */
const giveRepeatableIds = async ({ fake }: SandboxSeam): Promise<void> => {
  const counters = new Map<string, number>();
  const nextId = (type: string): string => {
    const number = (counters.get(type) ?? 0) + 1;
    counters.set(type, number);
    return `${type}_${number}`;
  };
  await fake.loadJSON({ ...(await fake.toJSON()), _getNextId: nextId } as Parameters<
    typeof fake.loadJSON
  >[0]);
};

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const stagedEvent = (body: EventBody): StagedEvent => {
  const text = JSON.stringify(body);
  return {
    eventId: body.event_id,
    eventType: body.event_type,
    webviewId: textOrNull(body.connect_webview_id),
    accountId: textOrNull(body.connected_account_id),
    body: text,
    digest: createHash('sha256').update(text).digest('hex'),
  };
};
