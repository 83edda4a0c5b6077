import { RELEASED } from '../books/changes.ts';
import type { Client } from '../db/client.ts';
import type { Run } from './begin.ts';

/** A run of another subject read the same account later, and has written: ours is still owed. */
export const recordSuperseded = async (client: Client, run: Run, requestId: string | null) => {
  await client.query({
    name: 'record-superseded',
    text: `
      with own as (
        update reconciler.reconciliations set ${RELEASED} where subject = $1
      )
      update reconciler.runs
         set finished_at = clock_timestamp(), outcome = 'superseded', seam_request_id = $3
       where id = $2`,
    values: [run.subject, run.id, requestId],
  });
};
