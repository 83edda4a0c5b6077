import type { Command } from 'commander';
import type { Run } from './options.ts';

const HELP = `
Without a terminal, or with --yes, nothing is asked: what the options don't say has to be in the environment or in .env.
Other users of this machine see what a command was started with: so SEAM_API_KEY is given there only, and so should an
address with a password in it be (DATABASE_URL, REDIS_URL).`;

/** `init`: the first start of the real thing. */
export const addInitCommand = (program: Command, run: Run): void => {
  program
    .command('init')
    .description('set everything up for the real Seam: ask, try each answer, write .env, register')
    .option(
      '--database-url <url>',
      'where everything is stored (with a password: set DATABASE_URL instead)',
    )
    .option(
      '--redis-url <url>',
      'where the queue lives (none: in Postgres; with a password: set REDIS_URL instead)',
    )
    .option('--users-table <table>', 'your users table or view (none: our own, for a start)')
    .option('--users-id-column <column>', 'its id column')
    .option('--first-user <id>', 'whom to put into our own users table')
    .option('--webhook-url <url>', 'where Seam reaches "serve" (skip: later)')
    .option('--console-url <url>', 'how your people reach the support desk')
    .option('--operator <name>', 'the first admin')
    .option('-y, --yes', 'ask nothing')
    .addHelpText('after', HELP)
    .action(run(async () => (await import('./init.ts')).init));
};
