import type { Env } from '../config/config.ts';
import type { MessageType } from '../model/message.ts';
import { viewEndpoint } from '../support/endpoints/read.ts';
import { replay } from '../support/endpoints/replay.ts';
import { confirm } from './confirm.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine } from './print.ts';

type ReplayOptions = Output & {
  all?: true;
  since?: Date;
  until?: Date;
  type?: MessageType[];
  user?: string;
  account?: string;
  dryRun?: true;
  why?: string;
  yes?: true;
};

/** `endpoint replay <id>`. */
export const endpointReplay = async (
  env: Env,
  id: number,
  { all, dryRun, yes, json, why, type, ...rest }: ReplayOptions,
): Promise<number> => {
  const filter = { ...rest, types: type };
  if (all && Object.values(filter).every(value => value === undefined)) {
    const options = '--since, --until, --type, --user and --account';
    throw new CommandError(
      `With --all, say which messages, with at least one of ${options}.`,
      EXIT.usage,
    );
  }
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { name, perSecond } = await viewEndpoint(desk, actor, id);
  const states = all ? 'all' : 'dead';
  const tell = (matching: number, sentAgain: number, text: string): number => {
    const isPreview = dryRun === true;
    if (json) printJson({ matching, sent_again: sentAgain, dry_run: isPreview });
    else printLine(text);
    return EXIT.done;
  };
  const { matching } = await replay(desk, actor, id, { states, ...filter, dryRun: true });
  if (matching === 0) return tell(0, 0, 'Nothing matches.');
  const pace = `at ${perSecond} a second at most`;
  if (dryRun) return tell(matching, 0, `${messages(matching)} match: sent ${pace}.`);
  await confirm(
    `Send ${messages(matching)} to endpoint ${id} (${name}) again, ${pace}?`,
    yes === true,
  );
  const done = await replay(desk, actor, id, { states, ...filter, why });
  const waiting = done.matching - done.sentAgain;
  const besides = waiting > 0 ? ` ${waiting} of those that match were waiting already.` : '';
  const text = `${messages(done.sentAgain)} will be sent to endpoint ${id} (${name}) again, ${pace}.${besides}`;
  return tell(done.matching, done.sentAgain, text);
};

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
