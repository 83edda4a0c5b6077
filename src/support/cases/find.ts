import type pg from 'pg';
import type { Viewer } from '../../access/mask.ts';
import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { Db } from '../../db/client.ts';
import { desc, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { untilCounted } from '../../inbox/until-counted.ts';
import { caseOf } from '../../model/case.ts';
import type { Subject } from '../../model/subject.ts';
import { findSubjects, namedBy } from './find-subjects.ts';
import { type DeliveryRecord, deliveriesOf, type RunRecord, runsOf } from './history.ts';
import { type LastMessage, readLastMessage } from './last-message.ts';
import { type Unlinked, unlinkedOf } from './link-history.ts';
import { type Note, notesOf } from './notes.ts';
import { asCounted, type Row, type Summary, summaryOf, withAccount } from './summary.ts';

/** A reconciliation with all that belongs to it: what `show --json` prints, in its words. */
export type Match = Summary &
  Readonly<{
    generation: number;
    observed_generation: number;
    /** When the next look is due; null when none is owed. */
    next_look_at: string | null;
    /** As in a case. */
    unlinked: Unlinked | null;
    /** What the app was told of it last; null: nothing yet. */
    last_message: LastMessage | null;
    deliveries: readonly DeliveryRecord[];
    runs: readonly RunRecord[];
    /** What people wrote, and what they did, the newest first. */
    notes: readonly Note[];
    changes: readonly ChangeRecord[];
  }>;

const MOST_MATCHES = 50;
const MOST_DELIVERIES = 100;
const MOST_RUNS = 50;
const MOST_NOTES = 50;
const MOST_CHANGES = 50;

/** Those subjects, each once. */
export const subjectsOf = async (pool: pg.Pool, id: string): Promise<Subject[]> => {
  await untilCounted(pool, namedBy(id), id);
  return [...new Set((await findSubjects(pool, [id])).map(({ subject }) => subject))];
};

/**
 * Everything about the subjects that an id leads to, as this person may read it, the latest first; empty when
 * there is none.
 */
export const findMatches = async (db: Db, viewer: Viewer, id: string): Promise<Match[]> => {
  const subjects = (await subjectsOf(db.$client, id)).slice(0, MOST_MATCHES);
  if (subjects.length === 0) return [];
  const rows = await withAccount(db)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt));
  return Promise.all(rows.map(row => toMatch(db, viewer, row)));
};

/** Where people keep what they do to it: under its own name, or that of its case. */
const namesOf = (own: Row['own']): string[] => [...new Set([own.subject, caseOf(own)])];

const toMatch = async (db: Db, viewer: Viewer, row: Row): Promise<Match> => {
  const own = asCounted(row);
  return {
    ...summaryOf(viewer, row),
    generation: own.generation,
    observed_generation: own.observedGeneration,
    next_look_at: own.observedGeneration < own.generation ? own.dueAt.toISOString() : null,
    unlinked:
      own.connectedAccountId === null ? null : await unlinkedOf(db, viewer, own.connectedAccountId),
    last_message: await readLastMessage(db.$client, viewer, own.subject),
    deliveries: await deliveriesOf(db, own.subject, { limit: MOST_DELIVERIES }),
    runs: await runsOf(db, viewer, own.subject, { limit: MOST_RUNS }),
    notes: await notesOf(db, viewer, namesOf(own), { limit: MOST_NOTES }),
    changes: await changesOf(db, viewer, namesOf(own), MOST_CHANGES),
  };
};
