import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { age, time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

/** The commands that look after what is stored. */
export const addUpkeepCommands = (program: Command, run: Run): void => {
  program
    .command('backfill')
    .description('store events that Seam lists but no webhook delivered')
    .requiredOption('--since <time>', 'start: 2026-11-22, 2026-11-22T14:00Z, or 3d for 3 days ago')
    .option('--until <time>', 'end, in the same form (default: now)')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./backfill.ts')).backfill));
  program
    .command('drift')
    .alias('audit')
    .description(
      'compare every connected account in Seam with our records; exits 5 if something is wrong',
    )
    .option('--last', 'compare nothing: show the latest comparison that finished')
    .option('--fix', 'check again exactly those that can be fixed automatically')
    .option(
      '--end-missing',
      'with --fix: also let end what was withheld because too much is missing (takes --why)',
    )
    .option('--why <text>', 'why those may end, for the audit log')
    .option('--dry-run', 'with --fix: change nothing; show what would change')
    .option('--resume', 'continue a comparison that was interrupted')
    .option(...JSON_OPTION)
    .option('--csv', 'print CSV')
    .action(run(async () => (await import('./drift.ts')).drift));
  program
    .command('replay')
    .description('retry everything that matches, at a steady rate')
    .option(
      '--since <time>',
      'with a delivery received since this time (2d, 36h, or ISO 8601)',
      time,
    )
    .option('--until <time>', 'with a delivery received until this time', time)
    .option('--type <event type>', 'with a delivery of this type; * stands for anything')
    .addOption(
      new Option('--reason <reason>', 'that failed for this reason').choices(FAILURE_REASONS),
    )
    .option('--rate <number>', 'checks per second', wholeNumber(1, 100), 5)
    .option('--dry-run', 'only count them')
    .option('--yes', "don't ask for confirmation")
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./upkeep.ts')).replay));
  program
    .command('prune')
    .description('remove old deliveries and runs of what is settled (work does so automatically)')
    .option('--older-than <age>', 'such as 90d (default: RETENTION_DAYS)', age)
    .option('--dry-run', 'only count them')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./upkeep.ts')).prune));
  program
    .command('restored')
    .description('after restoring a backup and "migrate": put right what a backup can\'t know')
    .option('--yes', "don't ask for confirmation")
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./restored.ts')).restored));
  program
    .command('grants')
    .description(
      'print the SQL that lets one database role migrate, another run, and your app read, each with no more than it needs',
    )
    .option('--migrate-role <role>', 'the role of "migrate" (default: that of its setting)')
    .option('--run-role <role>', 'the role of "serve", "work" and all other commands')
    .option('--reader <role>', 'the role of your app, which reads the schema reconciler_public')
    .action(run(async () => (await import('./grants.ts')).grants));
  program
    .command('delivery')
    .description('one stored delivery')
    .command('verify')
    .description('check its signature again, from its raw bytes, whatever its age')
    .argument('<event id>', 'as listed by "show"')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./upkeep.ts')).verifyDelivery));
};
