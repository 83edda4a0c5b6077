import type { Subject } from '../../src/model/subject.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { type Reconciler, reconcile } from '../../src/reconcile/run.ts';
import { createSeam } from '../../src/seam/client.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestSeam, type TestSeam } from './seam.ts';

const USERS = { schema: 'reconciler', table: 'users', idColumn: 'id' };

/** All that a run needs, without a queue: a database that knows ada and bob, and Seam's fake. */
export const openReconciler = async (): Promise<
  { database: TestDatabase; seam: TestSeam; reconciler: Reconciler } & AsyncDisposable
> => {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const seam = stack.use(await startTestSeam());
  await database.pool.query(`insert into reconciler.users (id) values ('ada'), ('bob')`);
  const reconciler = {
    db: database.db,
    pool: database.pool,
    workspaceId: null,
    seam: createSeam(seam),
    users: createUserDirectory(database.pool, USERS),
    userMetadataKey: 'id',
    random: () => 0.5,
    onStep: ignoreSteps,
  };
  return { database, seam, reconciler, [Symbol.asyncDispose]: () => stack.disposeAsync() };
};

/** Makes a subject owed, and due. */
export const owe = async ({ pool }: TestDatabase, subject: Subject): Promise<void> => {
  await pool.query(
    `insert into reconciler.reconciliations as r (subject, generation, state) values ($1, 1, 'pending')
     on conflict (subject) do update set generation = r.generation + 1, due_at = now()`,
    [subject],
  );
};

/** Looks at a subject now, whatever it waits for. @throws Error when no run took place */
export const look = async (reconciler: Reconciler, subject: Subject) => {
  await reconciler.pool.query(
    'update reconciler.reconciliations set due_at = now() where subject = $1',
    [subject],
  );
  const { signal } = new AbortController();
  const report = await reconcile(reconciler, subject, 'delivery', signal);
  if (report.kind !== 'finished') throw new Error(report.kind);
  return report.ending;
};
