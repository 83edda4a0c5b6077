import { and, eq, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import type { Message } from './message.ts';
import { attempts, handledMessages, lockAccounts, notices, type Outcome } from './schema.ts';

type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0];

/**
 * Handles a message of seam-reconciler, however often it comes: all in one transaction, with the message's id in it.
 * If this throws, nothing has happened, and the message comes again.
 */
export const handle = (db: Db, message: Message): Promise<void> =>
  db.transaction(async tx => {
    const [isNew] = await tx
      .insert(handledMessages)
      .values({ messageId: message.data.message_id })
      .onConflictDoNothing()
      .returning();
    if (isNew === undefined) return;
    await keepAccount(tx, message);
    await endAttempt(tx, message);
    await tellUser(tx, message);
  });

/** Each message says how its account stands, so the latest one is all that there is to keep: whatever its type is. */
const keepAccount = async (tx: Transaction, { data }: Message): Promise<void> => {
  const id = data.connected_account_id;
  // A webview that has led to no account yet counts for itself.
  if (id === null || data.about !== `connected_account:${id}`) return;
  const { sequence } = data;
  const standing = {
    userId: data.user_id,
    // What isn't known is left out.
    ...(data.account_type_display_name && { maker: data.account_type_display_name }),
    ...(data.state && { state: data.state }),
    sequence,
  };
  await tx
    .insert(lockAccounts)
    .values({ connectedAccountId: id, ...standing })
    .onConflictDoUpdate({
      target: lockAccounts.connectedAccountId,
      set: standing,
      setWhere: lt(lockAccounts.sequence, sequence),
    });
};

/** For the page on which a user waits. A login may fail and then succeed; never the other way round. */
const endAttempt = async (tx: Transaction, message: Message): Promise<void> => {
  const { connect_webview_id: webview, user_id: user } = message.data;
  const outcome = outcomeOf(message);
  if (outcome === null || webview === null) return;
  await tx
    .update(attempts)
    .set({ outcome })
    .where(
      and(
        eq(attempts.connectWebviewId, webview),
        outcome === 'connected' && user !== null ? eq(attempts.userId, user) : undefined,
        or(isNull(attempts.outcome), ne(attempts.outcome, 'connected')),
      ),
    );
};

const outcomeOf = ({ type, data }: Message): Outcome | null => {
  switch (type) {
    case 'account.linked':
    case 'account.relinked':
    case 'account.reconnected':
      return 'connected';
    case 'connection.settled':
      return data.user_id === null ? null : 'connected';
    case 'webview.login_failed':
      return 'login_failed';
    case 'connection.needs_attention':
      return 'needs_attention';
    default:
      return null;
  }
};

const tellUser = async (tx: Transaction, message: Message): Promise<void> => {
  for (const { userId, text } of noticesOf(message)) {
    await tx.insert(notices).values({ userId, text, at: sql`${message.timestamp}::timestamptz` });
  }
};

type Notice = { userId: string; text: string };

const noticesOf = ({ type, data }: Message): Notice[] => {
  const account = `Your ${data.account_type_display_name ?? 'lock'} account`;
  const to = (userId: string | null | undefined, text: string): Notice[] =>
    userId ? [{ userId, text }] : [];
  switch (type) {
    case 'account.linked':
      return to(data.user_id, `${account} was connected.`);
    case 'account.relinked':
      return [
        ...to(data.before?.user_id, `${account} was connected by someone else.`),
        ...to(data.user_id, `${account} was connected.`),
      ];
    case 'account.unlinked':
      return to(data.before?.user_id, `${account} was removed.`);
    case 'account.disconnected':
      return to(data.user_id, `${account} stopped working.`);
    case 'account.reauthorization_requested':
      return to(data.user_id, `${account} needs you to sign in again.`);
    case 'account.reconnected':
      return to(data.user_id, `${account} works again.`);
    default:
      return [];
  }
};
