import type { Env } from '../config/config.ts';
import { findCaseToLink } from '../support/links/find.ts';
import { linkByHand } from '../support/links/link.ts';
import { subjectOfLink, undoLink } from '../support/links/undo.ts';
import { unlinkByHand } from '../support/links/unlink.ts';
import { UNLINKED_UNTIL } from '../support/words/words.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine } from './print.ts';

type LinkOptions = Output & { user: string; why: string; dryRun?: boolean };

/** `link <id>`. */
export const link = async (
  env: Env,
  id: string,
  { user, why, dryRun = false, json }: LinkOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const subject = await findCaseToLink(desk.db, id);
  const result = await linkByHand(desk, actor, subject, { userId: user, why }, { dryRun });
  if (json) {
    printJson({ ...result, dry_run: dryRun });
    return EXIT.done;
  }
  const { connected_account_id: account, user_id: to, former_user_id: from, audit_id } = result;
  const before = from === null ? 'not linked before' : `linked to ${from} before`;
  if (dryRun) {
    printLine(`${account}: would be linked to ${to} (${before}). Nothing was done.`);
    return EXIT.done;
  }
  printLine(`${account}: linked to ${to} by hand (${before}); undo with: undo-link ${audit_id}`);
  printLine(lookOf(result));
  return EXIT.done;
};

type UnlinkOptions = Output & { user?: string; why: string; dryRun?: boolean };

/** `unlink <id>`. */
export const unlink = async (
  env: Env,
  id: string,
  { user, why, dryRun = false, json }: UnlinkOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const subject = await findCaseToLink(desk.db, id);
  const result = await unlinkByHand(desk, actor, subject, { seenUserId: user, why }, { dryRun });
  if (json) {
    printJson({ ...result, dry_run: dryRun });
    return EXIT.done;
  }
  const { connected_account_id: account, former_user_id: from, audit_id } = result;
  if (dryRun) {
    printLine(`${account}: its link to ${from} would end, so that no one is linked to it.`);
    printLine('Nothing was done.');
    return EXIT.done;
  }
  printLine(`${account}: unlinked from ${from} by hand; undo with: undo-link ${audit_id}`);
  printLine(UNLINKED_UNTIL);
  printLine(lookOf(result));
  return EXIT.done;
};

/** `undo-link <number>`. */
export const undoLinkCommand = async (
  env: Env,
  auditId: number,
  { json }: Output,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const result = await undoLink(desk, actor, await subjectOfLink(desk, auditId), auditId);
  if (json) {
    printJson(result);
    return EXIT.done;
  }
  const { connected_account_id: account, user_id: to, former_user_id: from } = result;
  const what = from === null ? 'the unlinking' : `the link to ${from}`;
  printLine(
    `${account}: ${what} was undone; it is ${to === null ? 'no longer linked' : `linked to ${to} again`}.`,
  );
  if (result.look_asked) printLine(lookOf(result));
  return EXIT.done;
};

const lookOf = ({ subject, look_asked }: { subject: string; look_asked: boolean }): string =>
  look_asked
    ? `${subject}: check requested.`
    : `${subject}: not checked again, because its Seam workspace isn't configured here.`;
