import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { STATE_CHOICES } from '../support/finding/connection-filter.ts';
import { STANDINGS } from '../support/finding/standings.ts';

/** Which connections are meant: the same in a list and in a bulk run, but for the times and the workspace. */
export const addFilterOptions = (command: Command): Command =>
  command
    .addOption(new Option('--state <state>', 'only in this state').choices(STATE_CHOICES))
    .addOption(new Option('--reason <reason>', 'only for this reason').choices(FAILURE_REASONS))
    .option('--user <id>', 'only those that are linked to this user')
    .option('--named <id>', 'only those whose metadata names this user')
    .option('--pattern <text>', 'only those whose metadata names a user id that begins so')
    .addOption(
      new Option('--standing <how>', 'only those whose lock account stands so').choices(STANDINGS),
    )
    .option('--maker <type>', 'only locks of this maker, as Seam calls it (august)')
    .option('--assigned <who>', 'only those of this operator: a name, a number, "me" or "nobody"')
    .addOption(
      new Option('--snoozed <choice>', 'only what is snoozed, or only the rest').choices([
        'yes',
        'no',
      ]),
    );

/** What these options say, as a filter has it. */
export type FilterOptions = Readonly<
  Partial<
    Record<
      | 'state'
      | 'reason'
      | 'user'
      | 'named'
      | 'pattern'
      | 'standing'
      | 'maker'
      | 'assigned'
      | 'snoozed',
      string
    >
  >
>;
