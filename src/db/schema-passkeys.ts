import { bytea, counter, instant, reconciler } from './columns.ts';
import { boolean, index, text } from './drizzle.ts';
import { operators } from './schema-operators.ts';

/* Passkeys of operators: public keys alone, which let nobody in by themselves. */

export const passkeys = reconciler.table(
  'passkeys',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    operatorId: counter('operator_id')
      .notNull()
      .references(() => operators.id),
    /** What its owner calls it. */
    name: text('name').notNull(),
    credentialId: bytea('credential_id').notNull().unique(),
    /** As COSE has it. */
    publicKey: bytea('public_key').notNull(),
    /** By which an authenticator knows its owner: random, and of all of theirs the same. */
    userHandle: bytea('user_handle').notNull(),
    /** How often it has signed, as it says itself; 0 where it doesn't count. */
    signCount: counter('sign_count').notNull(),
    /** How a browser reaches it. */
    transports: text('transports').array().notNull(),
    /** Whether its provider has a copy of it, so that it is not lost with a device. */
    isBackedUp: boolean('is_backed_up').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    usedAt: instant('used_at'),
  },
  table => [index('passkeys_operator_idx').on(table.operatorId)],
);

/** What a passkey is asked to sign, for one browser, once. */
export const passkeyChallenges = reconciler.table(
  'passkey_challenges',
  {
    /** Of the cookie that the browser has: its own, or that of its session. */
    tokenHash: bytea('token_hash').primaryKey(),
    purpose: text('purpose').$type<'add' | 'sign_in' | 'second_step'>().notNull(),
    /** Whose passkey it must be; null: that is what the passkey says. */
    operatorId: counter('operator_id').references(() => operators.id),
    /** Null until it is asked for. */
    challenge: bytea('challenge'),
    /** Of whom a new passkey will be. */
    userHandle: bytea('user_handle'),
    expiresAt: instant('expires_at').notNull(),
  },
  table => [
    index('passkey_challenges_expires_idx').on(table.expiresAt),
    index('passkey_challenges_operator_idx').on(table.operatorId),
  ],
);
