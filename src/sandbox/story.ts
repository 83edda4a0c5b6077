import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/client.ts';
import { and, eq, isNotNull, isNull, sql } from '../db/drizzle.ts';
import { connectedAccounts, links, reconciliations, users } from '../db/schema.ts';
import { EXPLANATIONS } from '../reconcile/outcome.ts';
import { isProvisional } from '../support/summary.ts';
import type { Connection, SandboxApp } from './app.ts';

const CAST = [
  { user: 'ada', email: 'ada@locks.example', told: 'Ada connects her August account.' },
  { user: 'grace', email: 'grace@locks.example', told: 'Grace connects hers.' },
  {
    user: null,
    email: 'somebody@locks.example',
    told: 'Somebody connects one, but the app forgot to put a user id into the webview.',
  },
  {
    user: 'user_who_left',
    email: 'gone@locks.example',
    told: 'Somebody connects one whose id is of nobody we know.',
  },
] as const;

/** Plays a few connections, telling each, and waits until all of them have been looked at. */
export const playStory = async (
  app: SandboxApp,
  db: Db,
  tell: (line: string) => void,
): Promise<void> => {
  for (const { user, email, told } of CAST) {
    tell(told);
    const connection = await app.connect(user, email);
    tell(`   Seam sends ${connection.webhooks} webhooks for it; each is answered 204.`);
    await untilLookedAt(db, connection);
  }
};

const LOOK_LIMIT_MS = 30_000;

/** @throws Error when nothing has looked at it in half a minute */
const untilLookedAt = async (db: Db, connection: Connection): Promise<void> => {
  const deadline = Date.now() + LOOK_LIMIT_MS;
  while (Date.now() < deadline) {
    const [row] = await db
      .select({ state: reconciliations.state })
      .from(reconciliations)
      .where(eq(reconciliations.connectWebviewId, connection.connect_webview_id));
    if (row !== undefined && row.state !== 'pending') return;
    await sleep(50);
  }
  throw new Error(`${connection.connect_webview_id} was not looked at; see the log`);
};

/** Everything the sandbox knows of: user → account → outcome, the oldest first. */
export const storyTable = async (db: Db): Promise<string[][]> => {
  const rows = await db
    .select({
      userId: links.userId,
      provisional: isProvisional,
      name: users.name,
      email: sql<string | null>`${connectedAccounts.userIdentifier}->>'email'`,
      state: reconciliations.state,
      reason: reconciliations.reason,
      claimed: reconciliations.claimedUserId,
      webview: reconciliations.connectWebviewId,
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
    .leftJoin(users, eq(users.id, links.userId))
    .where(isNotNull(reconciliations.connectWebviewId))
    .orderBy(reconciliations.createdAt)
    .limit(50);
  return rows.map(row => [
    (row.name ?? row.userId ?? '(nobody)') + (row.provisional ? ' (provisional)' : ''),
    row.email ?? '-',
    row.reason === null ? row.state : `${row.state}: ${EXPLANATIONS[row.reason].sentence}`,
    row.webview ?? '-',
  ]);
};
