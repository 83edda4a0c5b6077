import type { Env } from '../config/config.ts';
import { parseConfig } from '../config/config.ts';
import { type Pruned, previewPrune, YOUNGEST_PRUNED_DAYS } from '../reconcile/prune.ts';
import { pruneByHand } from '../support/queue/prune.ts';
import { countReplay, type ReplayFilter, replay as replayAll } from '../support/queue/replay.ts';
import { type StoredVerification, verifyStored } from '../support/setup/verify.ts';
import { confirm } from './confirm.ts';
import { CommandError, EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';
import { type Output, openContext } from './open.ts';
import { printJson, printLine } from './print.ts';

const DAY_MS = 86_400_000;

/** `prune`. */
export const prune = async (
  env: Env,
  options: Output & { olderThan?: number; dryRun?: true },
): Promise<number> => {
  const { retentionDays, failedRetentionDays } = parseConfig(withLaptopSettings(env));
  const days = options.olderThan === undefined ? retentionDays : options.olderThan / DAY_MS;
  if (days === 0 && options.olderThan === undefined) {
    const why =
      'RETENTION_DAYS is 0, so nothing is pruned automatically. Say how old with --older-than.';
    throw new CommandError(why, EXIT.usage);
  }
  if (days < YOUNGEST_PRUNED_DAYS) {
    const why = `--older-than must be at least ${YOUNGEST_PRUNED_DAYS}d: Seam may resend an event for 27 hours, and only a stored delivery shows that it was already seen.`;
    throw new CommandError(why, EXIT.usage);
  }
  await using context = openContext(env);
  const { pool } = context.database;
  const isPreview = options.dryRun === true;
  const pruned = isPreview
    ? await previewPrune(pool, days, failedRetentionDays)
    : await pruneByHand(
        pool,
        context.actor,
        days,
        new AbortController().signal,
        failedRetentionDays,
      );
  if (pruned === null) {
    throw new CommandError('Another process is already pruning. Try again later.', EXIT.refused);
  }
  if (options.json) printJson({ ...pruned, dry_run: isPreview });
  else printLine(describePruned(pruned, isPreview));
  return EXIT.done;
};

const describePruned = (pruned: Pruned, isPreview: boolean): string => {
  const { before, deliveries, runs, webviews, accounts, messages, kept } = pruned;
  const what = `${deliveries} deliveries, ${runs} runs, ${webviews} webviews that nobody finished, ${messages} messages, and the personal data of ${accounts} deleted accounts`;
  return `${isPreview ? 'Would remove' : 'Removed'} ${what} from before ${before}; ${kept} deliveries and runs as old were kept (unsettled, or still needed).`;
};

/** `replay`. */
export const replay = async (
  env: Env,
  options: Output & {
    since?: Date;
    until?: Date;
    type?: string;
    reason?: string;
    rate: number;
    dryRun?: true;
    yes?: true;
  },
): Promise<number> => {
  const { since = null, until = null, type = null, reason = null, rate } = options;
  const filter: ReplayFilter = { since, until, type, reason };
  if (Object.values(filter).every(value => value === null)) {
    const why = 'Say what to replay, with at least one of --since, --until, --type and --reason.';
    throw new CommandError(why, EXIT.usage);
  }
  await using context = openContext(env);
  const { pool } = context.database;
  const matches = await countReplay(pool, filter);
  const over = `over about ${inWords(matches / rate)} (${rate} a second)`;
  if (matches === 0 || options.dryRun) {
    if (options.json) printJson({ matches, asked: 0, rate, dry_run: options.dryRun === true });
    else printLine(matches === 0 ? 'Nothing matches.' : `${subjects(matches)} match: ${over}.`);
    return EXIT.done;
  }
  const question = `Start replay of ${subjects(matches)}, ${over}?`;
  await confirm(question, options.yes === true);
  const asked = await replayAll(pool, context.actor, filter, rate);
  if (options.json) printJson({ matches, asked, rate, dry_run: false });
  else printLine(`Started replay of ${subjects(asked)}, ${over}.`);
  return EXIT.done;
};

const subjects = (count: number): string => (count === 1 ? '1 subject' : `${count} subjects`);

const inWords = (seconds: number): string => {
  if (seconds < 90) return seconds <= 1 ? 'a second' : `${Math.ceil(seconds)} seconds`;
  return seconds < 5_400
    ? `${Math.round(seconds / 60)} minutes`
    : `${Math.round(seconds / 3_600)} hours`;
};

/** `delivery verify <event id>`. */
export const verifyDelivery = async (env: Env, id: string, options: Output): Promise<number> => {
  const required = ['DATABASE_URL', 'SEAM_WEBHOOK_SECRET'] as const;
  const { workspaces } = parseConfig(withLaptopSettings(env), required);
  const webhookSecrets = workspaces.flatMap(workspace => workspace.webhookSecrets);
  await using context = openContext(env);
  const verification = await verifyStored(context.database.pool, webhookSecrets, id);
  if (verification === null) {
    const why = `No delivery of event '${id}' is stored (it may have been pruned). "show" lists deliveries.`;
    throw new CommandError(why, EXIT.notFound);
  }
  if (options.json) printJson(verification);
  else printLine(describeVerification(verification, webhookSecrets.length));
  return verification.result === 'verified' ? EXIT.done : EXIT.failed;
};

const describeVerification = (v: StoredVerification, secrets: number): string => {
  const what = `${v.event_type} ${v.event_id}, received ${v.received_at}`;
  switch (v.result) {
    case 'verified':
      return `Verified: ${what}, signed ${v.signed_at} with secret ${v.secret} of ${secrets}.`;
    case 'bad_signature':
      return `NOT verified: ${what}. None of the ${secrets} secrets in SEAM_WEBHOOK_SECRET signed it: it was signed with another secret (perhaps since rotated), or the stored bytes were changed.`;
    case 'unsigned':
      return `NOT verified: ${what}. It has no signature: it was backfilled from Seam, not sent as a webhook.`;
    case 'erased':
      return `NOT verified: ${what}. What it said of a user was erased, and the signature with it.`;
    default:
      return v.result satisfies never;
  }
};
