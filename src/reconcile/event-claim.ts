import type pg from 'pg';
import { z } from 'zod';
import { type IdentityRule, ruleName, type UserIdentity } from '../config/user-identity.ts';
import { isUsableId } from '../model/subject.ts';
import type { UserDirectory } from '../users/directory.ts';
import { readUserKeys } from './evidence.ts';
import { otherIds, possibleKeys, rivalOf, sayingsOf } from './identity.ts';

/** What we read of the event. Source: Seam's API reference, "connected_account.connected". */
const completionSchema = z.looseObject({
  connected_account_id: z.string().refine(isUsableId),
  connected_account_custom_metadata: z.record(z.string(), z.unknown()),
  event_type: z.string(),
  customer_key: z.unknown().optional(),
});

export type EventClaim = Readonly<{ accountId: string; userId: string }>;

/** What an event says of its account, and, where it is a webview's, of that. Seam doesn't show all in events. */
type Told = z.output<typeof completionSchema>;

/** Whether the event shows what a rule reads: where it may only leave it out, Seam has to be asked. */
const isTold = (
  rule: IdentityRule,
  { connected_account_custom_metadata: metadata, customer_key, event_type }: Told,
  { metadataKey }: UserIdentity,
): boolean => {
  switch (rule.kind) {
    case 'metadata':
      return rule.of === 'account';
    case 'customer_key':
      return typeof customer_key === 'string' && event_type.startsWith(OBJECTS[rule.of]);
    case 'mapping':
      return Object.hasOwn(metadata, metadataKey) && metadata[metadataKey] !== null;
    case 'user_identity':
      return false;
    default:
      return rule satisfies never;
  }
};

const OBJECTS = { account: 'connected_account.', webview: 'connect_webview.' } as const;

/**
 * Whose the event says that the account is; null where it says nothing that we can use: also where a rule that it
 * doesn't show would decide, and where two rules name different users.
 */
export const readEventClaim = async (
  {
    pool,
    users,
    identity,
  }: Readonly<{
    pool: Pick<pg.Pool, 'query'>;
    users: Pick<UserDirectory, 'find' | 'findAll'>;
    identity: UserIdentity;
  }>,
  body: Buffer | null,
): Promise<EventClaim | null> => {
  if (body === null) return null;
  // What is stored was read as JSON before.
  const parsed = completionSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) return null;
  const told = parsed.data;
  const { connected_account_custom_metadata: customMetadata } = told;
  const customerKey = typeof told.customer_key === 'string' ? told.customer_key : null;
  const ofAccount = told.event_type.startsWith(OBJECTS.account);
  const shown = {
    account: { customMetadata, customerKey: ofAccount ? customerKey : null },
    webview: ofAccount ? null : { customMetadata: {}, customerKey },
  };
  const userKeys = await readUserKeys(pool, possibleKeys(shown, identity));
  const sayings = sayingsOf({ ...shown, userKeys, userIdentityKey: null }, identity);
  const [first] = sayings;
  const untold = identity.rules.find(rule => !isTold(rule, told, identity));
  const names = identity.rules.map(ruleName);
  const isFirst =
    untold === undefined || names.indexOf(first?.rule ?? '') < names.indexOf(ruleName(untold));
  if (first?.kind !== 'named' || !isFirst) return null;
  const user = await users.find(first.id);
  if (user.kind !== 'found') return null;
  const others = otherIds(sayings);
  const answers = others.length === 0 ? new Map() : await users.findAll(others);
  if (rivalOf(sayings, user, answers, identity) !== null) return null;
  return { accountId: told.connected_account_id, userId: user.userId };
};
