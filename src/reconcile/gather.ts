import type { UserIdentity } from '../config/user-identity.ts';
import type { Db } from '../db/client.ts';
import type { Answer, Seam } from '../seam/client.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
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
  { seam }: Sources,
  run: Run,
  signal: AbortSignal,
): Promise<SeamFacts> => {
  const askAccount = async (id: string) => ({
    id,
    ...(await seam.getConnectedAccount(id, signal)),
  });
  const { authorized } = run;
  let asked: (Answer<ConnectedAccount> & { id: string }) | null = null;
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
  if (webview.value === null && authorized !== null) {
    // Seam may forget a webview long before the account that it led to.
    return ofAccountAlone(await answerFor(authorized.accountId));
  }
  const accountId =
    webview.value?.status === 'authorized' ? webview.value.connectedAccountId : null;
  if (accountId === null) {
    return {
      webview: webview.value,
      account: 'not_asked',
      connectedAccountId: null,
      requestId: webview.requestId,
    };
  }
  // The webview has the last word on which account is its own; an event may have named an older one.
  const account = await answerFor(accountId);
  return {
    webview: webview.value,
    account: account.value,
    connectedAccountId: accountId,
    requestId: account.requestId ?? webview.requestId,
  };
};

const gatherAccount = async (
  { seam }: Sources,
  id: string,
  signal: AbortSignal,
): Promise<SeamFacts> => ofAccountAlone({ id, ...(await seam.getConnectedAccount(id, signal)) });

const ofAccountAlone = ({
  id,
  value,
  requestId,
}: Answer<ConnectedAccount> & { id: string }): SeamFacts => ({
  webview: 'not_asked',
  account: value,
  connectedAccountId: id,
  requestId,
});
