import { isBelieved } from '../books/owner.ts';
import type { UserIdentity } from '../config/user-identity.ts';
import type { Db } from '../db/client.ts';
import type { Answer, Seam } from '../seam/client.ts';
import { namedAccountIn } from '../seam/events.ts';
import type { ConnectedAccount, ConnectWebview } from '../seam/resources.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Run } from './begin.ts';
import { readOwnership } from './evidence.ts';
import { type Facts, isShown } from './facts.ts';

export type Sources = Readonly<{
  db: Db;
  seam: Seam;
  users: UserDirectory;
  identity: UserIdentity;
}>;

type SeamFacts = Pick<Facts, 'webview' | 'account' | 'connectedAccountId' | 'requestId'>;

/**
 * Reads all that a run decides on. Writes nothing.
 *
 * @throws SeamError when Seam doesn't answer, and whatever the database throws: an outage is no fact
 */
export const gather = async (sources: Sources, run: Run, signal: AbortSignal): Promise<Facts> => {
  const seen =
    run.subjectKind === 'connect_webview'
      ? await gatherWebview(sources, run, signal)
      : await gatherAccount(sources, run.subjectId, signal);
  const { account, webview, connectedAccountId } = seen;
  const ownership = await readOwnership(
    { ...sources, pool: sources.db.$client },
    {
      connectedAccountId,
      account: isShown(account) ? account : null,
      webview: isShown(webview) ? webview : null,
    },
    signal,
  );
  return {
    ...seen,
    ...ownership,
    subjectKind: run.subjectKind === 'connect_webview' ? 'connect_webview' : 'connected_account',
  };
};

/**
 * Whether what we saw of a webview a moment ago does for this run. Not where a person asks, and not where an
 * event has named another account since.
 */
const doesFor = ({ authorized, hintedAccountId, trigger }: Run): boolean =>
  authorized?.isRecent === true &&
  trigger !== 'person' &&
  (hintedAccountId === null || hintedAccountId === authorized.accountId);

const gatherWebview = async (
  sources: Sources,
  run: Run,
  signal: AbortSignal,
): Promise<SeamFacts> => {
  const { seam } = sources;
  const askAccount = async (id: string) => ({
    id,
    ...(await seam.getConnectedAccount(id, signal)),
  });
  const { authorized } = run;
  let asked: AskedAccount | null = null;
  if (authorized !== null && doesFor(run)) {
    asked = await askAccount(authorized.accountId);
    // An account that is gone may have been replaced by another.
    if (asked.value !== null) return ofAccountAlone(asked);
  }
  // Side by side when an event has already named the account: one round trip instead of two.
  const [webview, hinted] = await Promise.all([
    seam.getConnectWebview(run.subjectId, signal),
    asked ?? (run.hintedAccountId === null ? null : askAccount(run.hintedAccountId)),
  ]);
  const answerFor = async (id: string) => (hinted?.id === id ? hinted : askAccount(id));
  if (webview.value === null) {
    return ofForgotten(sources, run, webview, hinted, answerFor);
  }
  const accountId = webview.value.status === 'authorized' ? webview.value.connectedAccountId : null;
  // The webview has the last word on which account is its own; an event may have named an older one.
  if (accountId !== null) return withAccount(webview, await answerFor(accountId));
  // Where it names none (yet), the event's account is told beside it. Not where it says that nobody signed in.
  const isUnfinished = webview.value.status !== 'failed' && !run.isClaimed;
  return isUnfinished && hinted !== null && hinted.value !== null
    ? withAccount(webview, hinted)
    : withoutAccount(webview);
};

type AskedAccount = Answer<ConnectedAccount> & { id: string };

/** So many of the accounts that events named with a forgotten webview are asked for, at most. */
const MOST_ASKED = 2;

/**
 * Of a webview that Seam doesn't know (any more), as an app may delete it once it has served: the account that it led
 * to. Seam's own earlier word comes first, then what its events named, the latest first. What Seam shows counts,
 * whatever else is gone.
 */
const ofForgotten = async (
  { db }: Sources,
  run: Run,
  webview: Answer<ConnectWebview>,
  hinted: AskedAccount | null,
  answerFor: (id: string) => Promise<AskedAccount>,
): Promise<SeamFacts> => {
  const { authorized } = run;
  const led = authorized === null ? null : await answerFor(authorized.accountId);
  if (led !== null && led.value !== null) return ofAccountAlone(led);
  if (!run.isClaimed) {
    const others = [...(await readNamedAccounts(db, run)), ...(hinted === null ? [] : [hinted.id])];
    const wanted = [...new Set(others)].filter(id => id !== led?.id).slice(0, MOST_ASKED);
    for (const id of wanted) {
      const account = await answerFor(id);
      if (account.value !== null) return withAccount(webview, account);
    }
  }
  return led === null ? withoutAccount(webview) : ofAccountAlone(led);
};

/** So many of the latest events are read for the accounts that they name. */
const MOST_EVENTS_READ = 20;

/** The accounts that the events of a subject name which its workspace believes, the latest first by Seam's time. */
const readNamedAccounts = async (db: Db, { subject, workspaceId }: Run): Promise<string[]> => {
  const { rows } = await db.$client.query<{ body: Buffer }>({
    name: 'named-accounts',
    text: `
      select body from reconciler.deliveries told
       where subject = $1 and ${isBelieved('told', '$2::text')}
       order by coalesce(occurred_at, received_at) desc, received_at desc limit ${MOST_EVENTS_READ}`,
    values: [subject, workspaceId],
  });
  return rows.flatMap(({ body }) => namedAccountIn(body) ?? []);
};

const withAccount = (webview: Answer<ConnectWebview>, account: AskedAccount): SeamFacts => ({
  webview: webview.value,
  account: account.value,
  connectedAccountId: account.id,
  requestId: account.requestId ?? webview.requestId,
});

const withoutAccount = ({ value, requestId }: Answer<ConnectWebview>): SeamFacts => ({
  webview: value,
  account: 'not_asked',
  connectedAccountId: null,
  requestId,
});

const gatherAccount = async (
  { seam }: Sources,
  id: string,
  signal: AbortSignal,
): Promise<SeamFacts> => ofAccountAlone({ id, ...(await seam.getConnectedAccount(id, signal)) });

const ofAccountAlone = ({ id, value, requestId }: AskedAccount): SeamFacts => ({
  webview: 'not_asked',
  account: value,
  connectedAccountId: id,
  requestId,
});
