import type { Face } from '../access/actor.ts';
import type { BulkAction, BulkGiven } from '../model/bulk.ts';
import type { Person } from '../model/person.ts';
import { counter, instant, reconciler, xid8 } from './columns.ts';
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
import { operators } from './schema-operators.ts';

/* What the support desk keeps: who did what, and what is being done in bulk. */

/** Who did what, to which, why: one row a change, in the change's own transaction. Append-only. */
export const auditLog = reconciler.table(
  'audit_log',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    /** `operator:3`, `token:5`, `shell:root`, `app`. */
    actor: text('actor').notNull(),
    actorName: text('actor_name').notNull(),
    /** Whose token it was that did it: `operator:3`, and their name. Null where no token did. */
    owner: text('owner'),
    ownerName: text('owner_name'),
    role: text('role').notNull(),
    face: text('face').$type<Face>().notNull(),
    action: text('action').notNull(),
    /** What it was done to: a subject, or `operator:3`, `token:5`, `queue`, `bulk_run:7`. */
    target: text('target').notNull(),
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    why: text('why'),
    bulkRunId: counter('bulk_run_id'),
    /** Says which request this was, so that the same one sent twice is done once. */
    idempotencyKey: text('once_key'),
    /** Which transaction wrote it: ids are taken before that is committed, so a later one may be seen first. */
    tx: xid8('tx').notNull().default(sql`pg_current_xact_id()`),
  },
  table => [
    uniqueIndex('audit_log_once_idx')
      .on(table.actor, table.idempotencyKey, table.action, table.target)
      .where(sql`${table.idempotencyKey} is not null`),
    index('audit_log_target_idx').on(table.target, table.id),
    index('audit_log_actor_idx').on(table.actorName, table.id),
    index('audit_log_action_idx').on(table.action, table.id),
  ],
);

/** What people wrote on a case. */
export const notes = reconciler.table(
  'notes',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  table => [index('notes_subject_idx').on(table.subject, table.id)],
);

/** What is known of a user is erased, or was: for as long as that takes, who is meant. */
export const erasures = reconciler.table('erasures', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  /** What stands in their place from then on, made up for this erasure. */
  pseudonym: text('pseudonym').notNull().unique(),
  /** Who is meant, and what is theirs, as it was found when it began; null once it is done. */
  person: jsonb('person').$type<Person>(),
  /** How far it has got: the step, and the last row of that which was seen to. */
  step: integer('step').notNull().default(0),
  cursor: jsonb('cursor').$type<string[]>(),
  /** How many rows of each table were changed. */
  counts: jsonb('counts').$type<Record<string, number>>().notNull().default({}),
  requestedAt: instant('requested_at').notNull().defaultNow(),
  finishedAt: instant('finished_at'),
});

/** A list's filters under a name. */
export const savedViews = reconciler.table(
  'saved_views',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    operatorId: counter('operator_id')
      .notNull()
      .references(() => operators.id),
    name: text('name').notNull(),
    /** As in the list's URL. */
    query: text('query').notNull(),
    /** Whether everybody is shown it; it stays its owner's to delete. */
    isShared: boolean('is_shared').notNull().default(false),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  table => [unique('saved_views_key').on(table.operatorId, table.name)],
);

/** One thing done to many, held to the snapshot that was previewed. */
export const bulkRuns = reconciler.table('bulk_runs', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  action: text('action').$type<BulkAction>().notNull(),
  /** What it takes besides: a note, a user, an operator. Null for a retry. */
  given: jsonb('given').$type<BulkGiven>(),
  /** The filter, as in the list's URL, or the subjects that were selected by hand. */
  query: text('query').notNull(),
  state: text('state')
    .$type<'planned' | 'running' | 'stopped' | 'stopped_itself' | 'done'>()
    .notNull()
    .default('planned'),
  plannedBy: text('planned_by').notNull(),
  /** Who has asked for somebody with the role to start it, and when; null: nobody. */
  askedBy: text('asked_by'),
  askedAt: instant('asked_at'),
  plannedAt: instant('planned_at').notNull().defaultNow(),
  startedBy: text('started_by'),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
  why: text('why'),
  /** Of those that match: how many it will do, and how many it leaves out for what reason. */
  total: integer('total').notNull(),
  leftOut: jsonb('left_out').$type<Record<string, number>>().notNull().default({}),
  perMinute: integer('per_minute').notNull(),
  /** In words, where it did not run to its end. */
  stoppedBecause: text('stopped_because'),
  /** One process at a time drives it. */
  leasedUntil: instant('leased_until'),
});

/** One subject of a bulk run, and what came of it. */
export const bulkItems = reconciler.table(
  'bulk_items',
  {
    bulkRunId: counter('bulk_run_id')
      .notNull()
      .references(() => bulkRuns.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    subject: text('subject').notNull(),
    state: text('state')
      .$type<'waiting' | 'asked' | 'succeeded' | 'failed' | 'skipped'>()
      .notNull()
      .default('waiting'),
    /** The generation when it was planned: one that has changed since is skipped. */
    plannedGeneration: counter('planned_generation').notNull(),
    /** Whom it is to be linked to, where each is linked to another. */
    userId: text('user_id'),
    /** The generation that it was raised to. */
    askedGeneration: counter('asked_generation'),
    why: text('why'),
    changedAt: instant('changed_at').notNull().defaultNow(),
  },
  table => [
    primaryKey({ columns: [table.bulkRunId, table.position] }),
    index('bulk_items_state_idx').on(table.bulkRunId, table.state, table.position),
  ],
);

/** A person has paused the queue of a workspace: nothing is given out until a person resumes it. */
export const pauses = reconciler.table(
  'pauses',
  {
    /** Null: all workspaces. */
    workspaceId: text('workspace_id'),
    why: text('why').notNull(),
    by: text('by').notNull(),
    since: instant('since').notNull().defaultNow(),
  },
  table => [unique('pauses_key').on(table.workspaceId).nullsNotDistinct()],
);

/** An account that somebody is changing at Seam right now: nobody else does until then. */
export const accountChanges = reconciler.table('account_changes', {
  connectedAccountId: text('connected_account_id').primaryKey(),
  /** Made up by whoever has it. */
  holder: text('holder').notNull(),
  until: instant('until').notNull(),
});

/** The processes that run, as they last said themselves. */
export const processes = reconciler.table('processes', {
  /** Made up by the process when it starts. */
  id: text('id').primaryKey(),
  kind: text('kind').$type<'serve' | 'work'>().notNull(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  version: text('version').notNull(),
  startedAt: instant('started_at').notNull().defaultNow(),
  seenAt: instant('seen_at').notNull().defaultNow(),
  /** Of a worker: when a run last finished; what it has in hand; what is wrong with it, in words. */
  progressAt: instant('progress_at'),
  running: integer('running').notNull().default(0),
  concurrency: integer('concurrency'),
  trouble: text('trouble'),
});

/** How long webhooks waited for their answer, a minute and a process at a time. */
export const acknowledgements = reconciler.table(
  'acknowledgements',
  {
    minute: instant('minute').notNull(),
    processId: text('process_id').notNull(),
    count: integer('count').notNull(),
    /** How many took up to so many ms: the upper bounds are in support/timings.ts. */
    buckets: jsonb('buckets').$type<number[]>().notNull(),
  },
  table => [primaryKey({ columns: [table.minute, table.processId] })],
);
