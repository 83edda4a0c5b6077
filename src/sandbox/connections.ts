import type { Db } from '../db/client.ts';
import { and, desc, eq, inArray, isNotNull, isNull, or, sql } from '../db/drizzle.ts';
import { connectedAccounts, links, reconciliations } from '../db/schema.ts';
import { users } from '../db/schema-users.ts';
import type { AccountState, FailureReason, ReconciliationState } from '../model/outcome.ts';
import { isProvisional } from '../support/cases/summary.ts';
import { reasonTitle } from '../support/words/reason-words.ts';
import { ACCOUNT_STATE_WORDS, STATE_WORDS } from '../support/words/words.ts';

/** What the reconciler made of something that happened in the sandbox. */
export type SandboxConnection = Readonly<{
  subject: string;
  webviewId: string | null;
  accountId: string | null;
  /** Of the lock account. */
  email: string | null;
  maker: string | null;
  /** Whom the account is linked to now. */
  userId: string | null;
  userName: string | null;
  provisional: boolean;
  state: ReconciliationState;
  reason: FailureReason | null;
  accountState: AccountState | null;
}>;

const select = (db: Db) =>
  db
    .select({
      subject: reconciliations.subject,
      webviewId: reconciliations.connectWebviewId,
      accountId: reconciliations.connectedAccountId,
      email: sql<string | null>`${connectedAccounts.userIdentifier}->>'email'`,
      maker: connectedAccounts.accountTypeDisplayName,
      userId: links.userId,
      userName: users.name,
      provisional: isProvisional,
      state: reconciliations.state,
      reason: reconciliations.reason,
      accountState: connectedAccounts.state,
    })
    .from(reconciliations)
    .leftJoin(
      connectedAccounts,
      eq(connectedAccounts.connectedAccountId, reconciliations.connectedAccountId),
    )
    .leftJoin(
      links,
      and(
        eq(links.connectedAccountId, reconciliations.connectedAccountId),
        isNull(links.unlinkedAt),
      ),
    )
    .leftJoin(users, eq(users.id, links.userId));

const MOST_READ = 200;

/** The latest, the newest first: of each account, each webview without one, and whatever else needs attention. */
export const latestConnections = async (db: Db, limit: number): Promise<SandboxConnection[]> => {
  const rows = await select(db)
    .where(
      or(
        isNotNull(reconciliations.connectWebviewId),
        inArray(reconciliations.state, ['failed', 'retrying', 'dismissed']),
      ),
    )
    .orderBy(desc(reconciliations.createdAt), desc(reconciliations.subject))
    .limit(MOST_READ);
  const isNewest = ({ accountId }: SandboxConnection, index: number): boolean =>
    accountId === null || rows.findIndex(row => row.accountId === accountId) === index;
  return rows.filter(isNewest).slice(0, limit);
};

/** @returns null as long as nobody has heard of it */
export const connectionOf = async (db: Db, subject: string): Promise<SandboxConnection | null> =>
  (await select(db).where(eq(reconciliations.subject, subject)))[0] ?? null;

/** How it stands, in the words of the console. */
export const outcomeOf = ({ state, reason, accountState }: SandboxConnection): string => {
  const outcome = STATE_WORDS[state].label + (reason === null ? '' : `: ${reasonTitle(reason)}`);
  const isWell = accountState === null || accountState === 'connected';
  return isWell ? outcome : `${outcome} (account: ${ACCOUNT_STATE_WORDS[accountState]})`;
};

/** `August ada@locks.example`; what there is of it. */
export const accountNameOf = ({ subject, maker, email }: SandboxConnection): string =>
  email === null ? subject : `${maker ?? ''} ${email}`.trim();

export const ownerOf = ({ userName, userId, provisional }: SandboxConnection): string =>
  (userName ?? userId ?? '(no one)') + (provisional ? ' (provisional)' : '');
