import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { backfill } from './backfill.ts';
import { drift } from './drift.ts';
import { age, time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';
import { prune, replay, verifyDelivery } from './upkeep.ts';

/** The commands that look after what is stored. */
export const addUpkeepCommands = (program: Command, run: Run): void => {
  program
    .command('backfill')
    .description("store what Seam's list of events has and no webhook brought")
    .requiredOption(
      '--since <time>',
      'from when on: 2026-11-22, 2026-11-22T14:00Z, or 3d for 3 days ago',
    )
    .option('--until <time>', 'until when (written like --since; without it: until now)')
    .option(...JSON_OPTION)
    .action(run(backfill));
  program
    .command('drift')
    .alias('audit')
    .description(
      'compare every connected account at Seam with what is here; exits 5 if all is not right',
    )
    .option('--fix', 'look anew at exactly those that have one right answer')
    .option('--dry-run', 'with --fix: change nothing, say what would change')
    .option('--resume', 'go on with a comparison that was interrupted')
    .option(...JSON_OPTION)
    .option('--csv', 'print CSV')
    .action(run(drift));
  program
    .command('replay')
    .description('ask for another look at all that match, so many a second')
    .option('--since <time>', 'with a delivery received since then (2d, 36h, or ISO 8601)', time)
    .option('--until <time>', 'with a delivery received until then', time)
    .option('--type <event type>', 'with a delivery of this type; * stands for anything')
    .addOption(new Option('--reason <reason>', 'that stand so').choices(FAILURE_REASONS))
    .option('--rate <number>', 'looks a second', wholeNumber(1, 100), 5)
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .option(...JSON_OPTION)
    .action(run(replay));
  program
    .command('prune')
    .description('remove old deliveries and runs of what is settled (work does so by itself)')
    .option('--older-than <age>', 'like 90d; without it RETENTION_DAYS counts', age)
    .option('--dry-run', 'only count them')
    .option(...JSON_OPTION)
    .action(run(prune));
  program
    .command('delivery')
    .description('one stored delivery')
    .command('verify')
    .description('check its signature again, from its raw bytes, whatever its age')
    .argument('<event id>', 'as "show" lists it')
    .option(...JSON_OPTION)
    .action(run(verifyDelivery));
};
