import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { notExpanding } from './expand-only.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const read = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8');

const files = readdirSync(FOLDER)
  .filter(file => file.endsWith('.sql'))
  .toSorted();
const journal = JSON.parse(read('meta/_journal.json')) as {
  entries: { tag: string; when: number }[];
};

describe('our migrations', () => {
  test('each is in the journal, and each is newer than the one before it', () => {
    expect(journal.entries.map(({ tag }) => `${tag}.sql`)).toEqual(files);
    // Drizzle passes over one that is older than what was applied last, and says nothing.
    const times = journal.entries.map(({ when }) => when);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
  });

  test.each(files.slice(1))('%s only adds: the version before it goes on working', file => {
    // The trigger holds an older worker off rows of a kind that it doesn't know; all others it leaves as they were.
    const broken = notExpanding(read(file)).filter(each => !each.includes('leave_hooks_alone'));
    expect(broken).toEqual([]);
  });
});

describe('the rule', () => {
  const LINKS = 'ALTER TABLE "reconciler"."links"';

  test.each([
    `${LINKS} ADD COLUMN "note" text;`,
    `${LINKS} ADD COLUMN "weight" integer DEFAULT 0 NOT NULL;`,
    `${LINKS} ADD COLUMN "origin" text DEFAULT 'a webhook' NOT NULL;`,
    `${LINKS} ADD COLUMN "seen_at" timestamp with time zone DEFAULT now();`,
    `${LINKS} ADD COLUMN "tags" jsonb DEFAULT '[]'::jsonb NOT NULL;`,
    `${LINKS} ALTER COLUMN "note" SET DEFAULT '';`,
    'CREATE TABLE "reconciler"."notes" ("id" bigint PRIMARY KEY NOT NULL, "link" bigint);\n--> statement-breakpoint\n' +
      'CREATE UNIQUE INDEX "notes_link_idx" ON "reconciler"."notes" USING btree ("link");--> statement-breakpoint\n' +
      'ALTER TABLE "reconciler"."notes" ADD CONSTRAINT "c" FOREIGN KEY ("link") REFERENCES "reconciler"."links"("id");',
  ])('allows %s', migration => {
    expect(notExpanding(migration)).toEqual([]);
  });

  test.each([
    'DROP TABLE "reconciler"."links";',
    'DROP INDEX "reconciler"."links_user_idx";',
    'ALTER TABLE "reconciler"."links" RENAME TO "bonds";',
    `${LINKS} DROP COLUMN "user_id";`,
    `${LINKS} RENAME COLUMN "user_id" TO "owner_id";`,
    `${LINKS} ADD COLUMN "weight" integer NOT NULL;`,
    `${LINKS} ADD COLUMN "key" uuid DEFAULT gen_random_uuid() NOT NULL;`,
    `${LINKS} ADD COLUMN "number" serial NOT NULL;`,
    `${LINKS} ADD COLUMN "twice" bigint GENERATED ALWAYS AS (id * 2) STORED;`,
    `${LINKS} ADD COLUMN "note" text UNIQUE;`,
    `${LINKS} ALTER COLUMN "note" SET NOT NULL;`,
    `${LINKS} ALTER COLUMN "linked_by_run" SET DATA TYPE text;`,
    `${LINKS} ALTER COLUMN "linked_at" DROP DEFAULT;`,
    `${LINKS} ADD CONSTRAINT "positive" CHECK (id > 0);`,
    'CREATE INDEX "links_run_idx" ON "reconciler"."links" USING btree ("linked_by_run");',
    'CREATE TABLE "reconciler"."notes" ("id" bigint);\nDROP TABLE "reconciler"."links";',
    'UPDATE "reconciler"."links" SET "note" = \'\';',
  ])('forbids %s', migration => {
    expect(notExpanding(migration)).toHaveLength(1);
  });
});
