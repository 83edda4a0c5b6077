import type { Command } from 'commander';
import { JSON_OPTION, type Run } from './options.ts';

/** Adds `queue status|pause|resume`. */
export const addQueueCommands = (program: Command, run: Run): void => {
  const queue = program.command('queue').description('the queue as a whole');
  queue
    .command('status')
    .description(
      'show what is owed, what holds the queue or who paused it, and which processes are running',
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./queue.ts')).queueStatus));
  queue
    .command('pause')
    .description('start no more checks until someone resumes it; webhooks are still stored')
    .requiredOption('--why <text>', 'the reason, for whoever finds it paused')
    .option('--workspace <id or name>', 'only this Seam workspace')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./queue.ts')).queuePause));
  queue
    .command('resume')
    .description('resume a paused queue')
    .option('--workspace <id or name>', 'the Seam workspace, if it was paused on its own')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./queue.ts')).queueResume));
};
