import type { MigrationSession } from './migration-session.ts';

/**
 * In a database restored from a dump, what people did names transactions of the server that it came from: those
 * that this one has not reached yet would be given out no sooner than it reaches them (audit-log/stream.ts). They
 * come before all others from now on. Where nothing was restored it finds nothing, by an index.
 */
export const orderRestored = async (session: Pick<MigrationSession, 'query'>): Promise<void> => {
  await session.query(
    `update reconciler.audit_log set tx = '0' where tx >= pg_snapshot_xmax(pg_current_snapshot())`,
  );
};
