import type { Command } from 'commander';
import { JSON_OPTION, type Run } from './options.ts';
import { queuePause, queueResume, queueStatus } from './queue.ts';

/** Adds `queue status|pause|resume`. */
export const addQueueCommands = (program: Command, run: Run): void => {
  const queue = program.command('queue').description('the queue as a whole');
  queue
    .command('status')
    .description(
      'show what is owed, what holds the queue or who paused it, and which processes run',
    )
    .option(...JSON_OPTION)
    .action(run(queueStatus));
  queue
    .command('pause')
    .description('give out no more looks until somebody resumes it; webhooks are still stored')
    .requiredOption('--why <text>', 'the reason, for whoever finds it paused')
    .option('--workspace <id or name>', 'only this Seam workspace')
    .option(...JSON_OPTION)
    .action(run(queuePause));
  queue
    .command('resume')
    .description('let a paused queue go on')
    .option('--workspace <id or name>', 'the Seam workspace that was paused by itself')
    .option(...JSON_OPTION)
    .action(run(queueResume));
};
