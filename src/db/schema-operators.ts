import { bytea, counter, instant, reconciler } from './columns.ts';
import {
  boolean,
  index,
  integer,
  jsonb,
  primaryKey,
  sql,
  text,
  unique,
  uniqueIndex,
} from './drizzle.ts';

/* Who may come in, and how often they tried. */

/** Who signs in to the console. Never deleted, so that the audit log keeps its names: disabled. */
export const operators = reconciler.table(
  'operators',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    role: text('role').$type<'viewer' | 'support' | 'on-call' | 'admin'>().notNull(),
    /** As operators/password.ts writes it; null for who signs in through the company's provider only. */
    passwordHash: text('password_hash'),
    /** Of OpenID Connect: `<issuer> <subject>`. */
    oidcIdentity: text('oidc_identity'),
    /** In which times are told, as IANA calls it; null: the one of the browser. */
    timeZone: text('time_zone'),
    createdAt: instant('created_at').notNull().defaultNow(),
    disabledAt: instant('disabled_at'),
  },
  table => [
    uniqueIndex('operators_name_idx').on(sql`lower(${table.name})`),
    unique('operators_oidc_key').on(table.oidcIdentity),
  ],
);

/** Who is signed in. The cookie holds the token, the row only its hash. */
export const sessions = reconciler.table(
  'sessions',
  {
    tokenHash: bytea('token_hash').primaryKey(),
    operatorId: counter('operator_id')
      .notNull()
      .references(() => operators.id),
    createdAt: instant('created_at').notNull().defaultNow(),
    seenAt: instant('seen_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    /** What the next page tells: of what was done by the last request. */
    notice: jsonb('notice').$type<{ text: string; undo?: { label: string; path: string } }>(),
    /** How they came in; null for those of an earlier version. */
    how: text('how').$type<
      'password' | 'password_and_passkey' | 'passkey' | 'link' | 'openid_connect'
    >(),
    /** From where, as the server saw it, and what the browser calls itself. */
    address: text('address'),
    userAgent: text('user_agent'),
    /** The provider's own name of its session (`sid`). */
    providerSession: text('provider_session'),
    /** Its ID token, sealed: with that its session is ended, too. */
    idToken: text('id_token'),
  },
  table => [index('sessions_operator_idx').on(table.operatorId)],
);

/** A link that signs in whoever opens it first: printed on a laptop, or by `operator add`. */
export const signInLinks = reconciler.table('sign_in_links', {
  tokenHash: bytea('token_hash').primaryKey(),
  operatorId: counter('operator_id')
    .notNull()
    .references(() => operators.id),
  expiresAt: instant('expires_at').notNull(),
});

/** Logout tokens of the company's provider that were followed: none of them is followed twice. */
export const usedLogoutTokens = reconciler.table(
  'used_logout_tokens',
  {
    /** Of its `jti`. */
    tokenHash: bytea('token_hash').primaryKey(),
    expiresAt: instant('expires_at').notNull(),
  },
  table => [index('used_logout_tokens_expires_idx').on(table.expiresAt)],
);

/** From where an operator has signed in: they are let in there while strangers try. */
export const signInPlaces = reconciler.table(
  'sign_in_places',
  {
    operatorId: counter('operator_id')
      .notNull()
      .references(() => operators.id),
    /** Of a browser's cookie, or of a network's address. */
    placeHash: bytea('place_hash').notNull(),
    seenAt: instant('seen_at').notNull().defaultNow(),
  },
  table => [
    primaryKey({ columns: [table.operatorId, table.placeHash] }),
    index('sign_in_places_seen_idx').on(table.seenAt),
  ],
);

/** How often a sign-in has failed of late; the key says by which name, or from where. */
export const signInFailures = reconciler.table('sign_in_failures', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  failedAt: instant('failed_at').notNull().defaultNow(),
  /** Until then no further try is looked at. */
  blockedUntil: instant('blocked_until').notNull(),
});

/** Who may call the API: shown once, stored as a hash. */
export const apiTokens = reconciler.table('api_tokens', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull(),
  /** Never more than this, and never more than its owner's role is by then. */
  role: text('role').$type<'viewer' | 'support' | 'on-call' | 'admin'>().notNull(),
  tokenHash: bytea('token_hash').notNull().unique(),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: text('created_by').notNull(),
  usedAt: instant('used_at'),
  revokedAt: instant('revoked_at'),
  /** The operator it ends with. Null for those that were made before tokens had owners. */
  ownerId: counter('owner_id'),
  /** Since when it has had its present secret; of those that were made before, when this column came. */
  secretAt: instant('secret_at').notNull().defaultNow(),
  /** How long a secret of its works. */
  lifetimeHours: integer('lifetime_hours').notNull().default(2_160),
  /** What it may do of what its role may; null: all but what has to be named. */
  permissions: text('permissions').array(),
  /** Ids of the Seam workspaces that it is for; null: all of them. */
  workspaces: text('workspaces').array(),
});

/** Secrets that were rotated out, and work on until the overlap ends. */
export const formerTokenSecrets = reconciler.table(
  'former_token_secrets',
  {
    tokenHash: bytea('token_hash').primaryKey(),
    tokenId: counter('token_id')
      .notNull()
      .references(() => apiTokens.id, { onDelete: 'cascade' }),
    until: instant('until').notNull(),
    usedAt: instant('used_at'),
  },
  table => [index('former_token_secrets_token_idx').on(table.tokenId)],
);

/** What a request of the API was answered, for when it comes again. */
export const apiAnswers = reconciler.table(
  'api_answers',
  {
    actor: text('actor').notNull(),
    key: text('key').notNull(),
    /** Of method, path and body: the same key for something else is refused. */
    requestHash: bytea('request_hash').notNull(),
    at: instant('at').notNull().defaultNow(),
    status: integer('status'),
    answer: jsonb('answer'),
    isDone: boolean('is_done').notNull().default(false),
  },
  table => [
    primaryKey({ columns: [table.actor, table.key] }),
    index('api_answers_at_idx').on(table.at),
  ],
);
