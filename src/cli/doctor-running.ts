import { shellActor } from '../access/actor.ts';
import type { Context } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { readBlockers } from '../db/blocking.ts';
import { readRoom } from '../db/room.ts';
import { readIntake } from '../inbox/intake.ts';
import { type QueueStatus, readQueueStatus } from '../support/queue/status.ts';
import type { Check } from '../support/setup/doctor.ts';
import {
  describeRoom,
  judgeBlockers,
  judgeChecks,
  judgeEvents,
  judgeIntake,
} from '../support/setup/running.ts';

/** Of how it goes on, once it is set up: what is in the way right now. @param context null where DATABASE_URL is missing or wrong */
export const checksOfRunning = (
  context: Context | null,
  { workspaces }: Pick<Config, 'workspaces'>,
): Check[] => {
  const opened = (): Context => {
    if (context === null) throw new TypeError('checked without a database');
    return context;
  };
  const status = (): Promise<QueueStatus> => {
    return readQueueStatus(opened().database.db, shellActor('doctor'), workspaces);
  };
  return [
    {
      name: 'database locks',
      needs: ['migrations'],
      look: async () => judgeBlockers(await readBlockers(opened().database.pool)),
    },
    {
      name: 'database size',
      needs: ['migrations'],
      look: async () => describeRoom(await readRoom(opened().database.pool)),
    },
    {
      name: 'intake',
      needs: ['migrations'],
      look: async () => judgeIntake(await readIntake(opened().database.pool)),
    },
    {
      name: 'checks',
      needs: ['migrations'],
      look: async () => judgeChecks(await status(), new Date()),
    },
    {
      name: 'events',
      needs: ['migrations'],
      look: async () => judgeEvents(await status()),
    },
  ];
};
