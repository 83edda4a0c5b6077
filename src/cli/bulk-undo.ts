import type { Actor } from '../access/actor.ts';
import type { Env } from '../config/config.ts';
import { number } from '../support/bulk/words.ts';
import type { Desk } from '../support/desk.ts';
import { type NotUndone, undoOfRun, undoRun } from '../support/undo/bulk-run.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine } from './print.ts';

type Part = Readonly<{ done: number; not: readonly NotUndone[]; next: number | null }>;

const tried = async (desk: Desk, actor: Actor, id: number, after: number): Promise<Part> => {
  const { undoable, not_undoable: not, next_after: next } = await undoOfRun(desk, actor, id, after);
  return { done: undoable, not, next };
};

const undone = async (desk: Desk, actor: Actor, id: number, after: number): Promise<Part> => {
  const { undone: done, not_undone: not, next_after: next } = await undoRun(desk, actor, id, after);
  return { done, not, next };
};

/** `bulk undo <id>`: part by part, to the end. */
export const bulkUndo = async (
  env: Env,
  id: number,
  { dryRun = false, json }: Output & { dryRun?: boolean },
): Promise<number> => {
  await using opened = openDesk(env);
  const see = dryRun ? tried : undone;
  let done = 0;
  const not: NotUndone[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const part: Part = await see(opened.desk, opened.actor, id, after);
    done += part.done;
    not.push(...part.not);
    after = part.next;
  }
  if (json)
    printJson({
      bulk_run_id: id,
      dry_run: dryRun,
      undone: dryRun ? 0 : done,
      undoable: done,
      not_undone: not,
    });
  else tell(id, dryRun, done, not);
  if (dryRun || not.length === 0) return EXIT.done;
  return done === 0 ? EXIT.refused : EXIT.partlyDone;
};

const tell = (id: number, dryRun: boolean, done: number, not: readonly NotUndone[]): void => {
  const what = dryRun ? 'can be undone' : 'undone';
  printLine(
    `Bulk run ${id}: ${number(done)} ${what}, ${number(not.length)} ${not.length === 1 ? 'stays' : 'stay'} as ${not.length === 1 ? 'it is' : 'they are'}.`,
  );
  if (not.length > 0) {
    printLine();
    printLine(
      formatTable(
        ['CONNECTION', 'WHY'],
        not.map(({ subject, why }) => [subject, why]),
      ),
    );
  }
  if (dryRun) printLine('Nothing was done.');
};
