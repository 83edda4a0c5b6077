import { APP_ACTOR } from '../access/actor.ts';
import { SupportError } from '../access/errors.ts';
import type { Context } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { chooseWorkspace } from '../config/workspaces.ts';
import { SeamError, SeamRefusedError } from '../seam/errors.ts';
import { createSeams, type SeamOfWorkspace } from '../seam/workspaces.ts';
import type { Refusal } from '../support/accounts/change.ts';
import { reconnectWebview } from '../support/accounts/reconnect.ts';
import { createWebview, type WebviewMaker } from '../support/accounts/webview.ts';
import { workspaceOfId } from '../support/cases/choose-workspace.ts';
import type { UserDirectory } from '../users/directory.ts';
import { ReconcilerError } from './errors.ts';
import type { Connection, ConnectOptions } from './types.ts';
import { inOptions } from './words.ts';

type Maker = Omit<WebviewMaker, 'seam'> & Pick<SeamOfWorkspace, 'seam'>;

const fault = (code: ReconcilerError['code'], faults: readonly string[]): ReconcilerError =>
  new ReconcilerError(code, faults.map(inOptions).join(' '));

const chooseFor = async (
  { database: { db }, served }: Context,
  config: Config,
  { accountId, workspace }: ConnectOptions,
): Promise<SeamOfWorkspace> => {
  const seams = createSeams({ ...config, workspaces: served.now() });
  const known = accountId === undefined ? null : await workspaceOfId(db, accountId);
  const choice = chooseWorkspace(seams, known ?? workspace);
  const [only] = seams;
  if ('chosen' in choice) return choice.chosen;
  if (known !== null && only?.id === null) return only;
  throw fault('invalid', [`workspace: ${choice.fault}.`]);
};

const reconnect = async (
  maker: Maker,
  userId: string,
  accountId: string,
  { acceptedProviders, redirectUrl, redirectFailureUrl }: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> => {
  const request = {
    // What a user asks for by an account's id is only done with one of their own.
    userId,
    acceptedProviders,
    customRedirectUrl: redirectUrl,
    customRedirectFailureUrl: redirectFailureUrl,
  };
  const made = await reconnectWebview(maker, APP_ACTOR, accountId, request, signal);
  if (made.kind === 'created') return made;
  const code = CODE_OF[made.why] ?? 'refused';
  throw fault(code, code === 'not_their_account' ? [NOT_THEIRS] : made.faults);
};

const NOT_THEIRS = 'This account is not of this user.';

const CODE_OF: Readonly<Partial<Record<Refusal['why'], ReconcilerError['code']>>> = {
  bad_input: 'invalid',
  no_such_user: 'no_such_user',
  not_theirs: 'not_their_account',
  // Which accounts there are isn't told.
  not_found: 'not_their_account',
};

const connectFirst = async (
  maker: Maker,
  userId: string,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> => {
  const { redirectUrl, redirectFailureUrl, metadata = {}, ...rest } = options;
  const { accountId: _, workspace: __, signal: ___, ...own } = rest;
  const request = {
    ...own,
    ...{ userId, metadata },
    customRedirectUrl: redirectUrl,
    customRedirectFailureUrl: redirectFailureUrl,
  };
  const made = await createWebview(maker, APP_ACTOR, request, signal);
  switch (made.kind) {
    case 'created':
      return made;
    case 'no_such_user':
      throw fault('no_such_user', [`There is no such user: ${made.why}.`]);
    case 'invalid':
      throw fault('invalid', made.faults);
    default:
      return made satisfies never;
  }
};

const told = (error: unknown): unknown => {
  if (error instanceof SupportError) {
    return new ReconcilerError('refused', inOptions(error.message), { cause: error });
  }
  if (!(error instanceof SeamError)) return error;
  const code = error instanceof SeamRefusedError ? 'refused' : 'seam_unavailable';
  return new ReconcilerError(code, error.message, { cause: error });
};

/**
 * Makes a Connect Webview for a user, as `webview create` and `webview reconnect` do.
 *
 * @param own.users the app's table
 * @param own.ending ends waiting for Seam, as the signal among the options does
 * @throws ReconcilerError; the reason of a signal that has ended it; whatever the database throws
 */
export const connect = async (
  context: Context,
  config: Config,
  { users, ending }: Readonly<{ users: UserDirectory; ending: AbortSignal }>,
  userId: string,
  options: ConnectOptions,
): Promise<Connection> => {
  const { accountId } = options;
  const signal = AbortSignal.any([ending, ...(options.signal ? [options.signal] : [])]);
  const { db } = context.database;
  try {
    const { id: workspaceId, seam } = await chooseFor(context, config, options);
    const maker = { ...config, ...{ db, users, seam, workspaceId } };
    const made =
      accountId === undefined
        ? await connectFirst(maker, userId, options, signal)
        : await reconnect(maker, userId, accountId, options, signal);
    const { url, connectWebviewId, lookAt } = made;
    return { url, connectWebviewId, userId: made.userId, lookAt };
  } catch (error) {
    throw told(error);
  }
};
