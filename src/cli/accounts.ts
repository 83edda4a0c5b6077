import type { Env } from '../config/config.ts';
import type { AccountState } from '../model/outcome.ts';
import { SeamError } from '../seam/errors.ts';
import type { Metadata } from '../seam/metadata.ts';
import { showAccounts } from '../support/accounts/account.ts';
import { listAccounts } from '../support/accounts/accounts.ts';
import type { AccountChanger, Refusal } from '../support/accounts/change.ts';
import { type DeletionResult, deleteAccount } from '../support/accounts/delete.ts';
import { type UpdateResult, updateAccount } from '../support/accounts/update.ts';
import { workspaceOfId } from '../support/cases/choose-workspace.ts';
import { createUserDirectory } from '../users/directory.ts';
import {
  DELETIONS,
  describeAccount,
  describeAftermath,
  describeUpdate,
  OVERTAKEN,
  tableOfAccounts,
} from './accounts-text.ts';
import { nothingFound } from './cases.ts';
import { ask, confirm } from './confirm.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
import { tellExport } from './export.ts';
import { type Output, openContext } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';
import { openSeam, patiently } from './seam.ts';

/** `account list`. */
export const accountList = async (
  env: Env,
  options: Output & { user?: string; state?: AccountState; limit: number },
): Promise<number> => {
  await using context = openContext(env);
  const { user, state, limit } = options;
  // One more than is shown tells whether there are more.
  const found = await listAccounts(context.database.db, context.actor, {
    user,
    state,
    limit: limit + 1,
  });
  const accounts = found.slice(0, limit);
  const more = found.length > limit;
  if (options.json) {
    const given = Object.entries({ user, state }).filter(([, value]) => value !== undefined);
    const filter = new URLSearchParams(given as [string, string][]);
    if (accounts.length > 0) {
      await tellExport(context.database.pool, context.actor, 'accounts', filter, accounts.length);
    }
    printJson({ accounts, more });
    return EXIT.done;
  }
  if (accounts.length === 0) printNotice('Nothing matches.');
  else printLine(tableOfAccounts(accounts));
  if (more) printNotice(`There are more than ${limit}: raise --limit to see them.`);
  return EXIT.done;
};

/** `account show <id>`. */
export const accountShow = async (
  env: Env,
  id: string,
  options: Output & OfWorkspace,
): Promise<number> => {
  await using context = openContext(env);
  const hasKey = context.workspaces.some(({ apiKey }) => apiKey !== null);
  const seam = hasKey ? (await openSeamOf(env, context, id, options)).seam : null;
  const accounts = await showAccounts({ db: context.database.db, seam }, context.actor, id);
  if (options.json) printJson({ accounts });
  if (accounts.length === 0) throw nothingFound(id);
  if (!options.json) printLine(accounts.map(describeAccount).join('\n\n'));
  return EXIT.done;
};

type Waiting = { wait: number };
type OfWorkspace = { workspace?: string };

/** `account update <id>`. */
export const accountUpdate = async (
  env: Env,
  id: string,
  options: Output &
    Waiting &
    OfWorkspace & {
      why?: string;
      user?: string;
      metadata: readonly (readonly [string, string])[];
      displayName?: string;
      acceptedCapability?: readonly string[];
      automaticallyManageNewDevices?: boolean;
      customerKey?: string;
    },
): Promise<number> => {
  await using context = openContext(env);
  const asked = await openSeamOf(env, context, id, options);
  const result = await askingSeam(() =>
    updateAccount(
      {
        ...changerOf(context, asked, options.wait),
        users: createUserDirectory(context.database.pool, asked.config.users),
        identity: asked.config.identity,
      },
      context.actor,
      id,
      {
        userId: options.user,
        metadata: readMetadata(options.metadata),
        parts: {
          displayName: options.displayName,
          acceptedCapabilities: options.acceptedCapability,
          automaticallyManageNewDevices: options.automaticallyManageNewDevices,
          customerKey: options.customerKey,
        },
        why: options.why,
      },
    ),
  );
  return tell(result, options, updated => [
    describeUpdate(updated),
    ...(updated.overtaken ? [OVERTAKEN] : []),
    updated.user_id === null
      ? "It isn't linked here."
      : `It is linked to user ${updated.user_id} here.`,
  ]);
};

/** Of `key=value` pairs; `true` and `false` are booleans, as Seam has both. */
const readMetadata = (pairs: readonly (readonly [string, string])[]): Metadata =>
  Object.fromEntries(
    pairs.map(([key, value]) => [
      key,
      value === 'true' || value === 'false' ? value === 'true' : value,
    ]),
  );

/** `account delete <id>`. */
export const accountDelete = async (
  env: Env,
  id: string,
  options: Output & Waiting & OfWorkspace & { yes?: true; why?: string },
): Promise<number> => {
  await using context = openContext(env);
  const asked = await openSeamOf(env, context, id, options);
  const question = `Delete connected account ${id} in Seam, with its devices and access codes? This can't be undone.`;
  await confirm(question, options.yes === true);
  const why = options.why ?? (options.yes === true ? undefined : await ask('Why?'));
  const changer = changerOf(context, asked, options.wait);
  const result = await askingSeam(() => deleteAccount(changer, context.actor, id, why));
  return tell(result, options, deleted => [
    `${deleted.connected_account_id}: ${DELETIONS[deleted.seam]}`,
    deleted.agrees
      ? 'It is also deleted here, and no longer linked. "account show" has its history.'
      : "It isn't deleted here yet.",
  ]);
};

/** The Seam of the workspace that an account is of: the one that was named, else the one we know it from. */
export const openSeamOf = async (
  env: Env,
  { database, workspaces }: ReturnType<typeof openContext>,
  id: string,
  { workspace }: OfWorkspace,
): Promise<ReturnType<typeof openSeam>> => {
  const known = workspaces.length > 1 ? await workspaceOfId(database.db, id) : null;
  const asked = openSeam(env, workspace ?? known ?? undefined, ['DATABASE_URL']);
  if (known !== null && asked.workspace.id !== known) {
    // Another workspace's "there is none" would be taken for a deletion.
    const why = `'${id}' belongs to the Seam workspace ${known}, not to ${asked.workspace.id}.`;
    throw new CommandError(why, EXIT.usage);
  }
  return asked;
};

const changerOf = (
  { database, queues, log }: ReturnType<typeof openContext>,
  { seam, workspace }: ReturnType<typeof openSeam>,
  waitSeconds: number,
): AccountChanger => ({
  db: database.db,
  seam,
  workspaceId: workspace.id,
  request: subject => queues.request(subject, workspace.id),
  lookLimitMs: waitSeconds * 1_000,
  signal: patiently(),
  log,
});

/** @throws CommandError that says that nobody knows whether it was done */
const askingSeam = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SeamError)) throw error;
    const request = error.requestId === null ? '' : ` (Seam request ${error.requestId})`;
    const message = `Seam didn't do it, or didn't confirm it: ${error.message}${request}. It is safe to try again.`;
    throw new CommandError(message, EXIT.failed);
  }
};

export const REFUSALS = {
  bad_input: EXIT.usage,
  not_found: EXIT.notFound,
  not_one: EXIT.refused,
  no_such_user: EXIT.notFound,
  not_theirs: EXIT.refused,
  ended_by_hand: EXIT.refused,
  named_otherwise: EXIT.refused,
} as const satisfies Record<Refusal['why'], ExitCode>;

/** Prints what was done. @returns partly done where Seam and we don't say the same yet */
const tell = <Result extends UpdateResult | DeletionResult>(
  result: Result,
  { json }: Output,
  describe: (done: Exclude<Result, Refusal>) => string[],
): ExitCode => {
  if (result.kind === 'refused') {
    throw new CommandError(result.faults.join('\n'), REFUSALS[result.why]);
  }
  const done = result as Exclude<Result, Refusal>;
  if (json) printJson(done);
  else for (const line of describe(done)) printLine(line);
  for (const line of describeAftermath(result)) printNotice(line);
  return result.agrees && result.looks_owed.length === 0 ? EXIT.done : EXIT.partlyDone;
};
