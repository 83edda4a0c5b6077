import express, { Router } from 'express';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { users } from '../db/schema.ts';
import { HttpError, methodNotAllowed } from '../http/errors.ts';
import { ACCOUNT_CHANGES, type AccountChange } from './account-life.ts';
import type { SandboxSeam } from './seam.ts';
import { sendWebhook } from './sender.ts';

/** The pretend app's users. */
const SANDBOX_USERS = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
] as const;

export const seedUsers = async (db: Db): Promise<void> => {
  await db
    .insert(users)
    .values([...SANDBOX_USERS])
    .onConflictDoNothing();
};

/** What came of one pretend connection. */
export type Connection = Readonly<{
  connect_webview_id: string;
  connected_account_id: string;
  webhooks: number;
}>;

/** The pretend app: opens webviews for its users and, as Seam would, sends the webhooks. */
/** How a user finishes a webview, where not in the ordinary way. */
type Finishing = { accountId?: string | undefined; losesWebhooks?: boolean };

export type SandboxApp = Readonly<{
  /**
   * @param userId what goes into custom_metadata; null: no id
   * @param how.accountId connects that account again
   * @param how.losesWebhooks Seam has the events, but none of the webhooks arrives
   */
  connect: (userId: string | null, email: string, how?: Finishing) => Promise<Connection>;
  /** The user finishes a webview that is there. @throws HttpError when there is none to be finished */
  finish: (webviewId: string, email: string, how?: Finishing) => Promise<Connection>;
  /** Something happens to an account. @returns how many webhooks told of it */
  change: (accountId: string, change: AccountChange) => Promise<number>;
  knows: (accountId: string) => boolean;
}>;

export const createSandboxApp = (options: {
  seam: SandboxSeam;
  webhookUrl: string;
  secret: string;
  metadataKey: string;
}): SandboxApp => {
  const { seam, webhookUrl, secret, metadataKey } = options;
  const finish: SandboxApp['finish'] = async (webviewId, email, how = {}) => {
    const { accountId: known, losesWebhooks = false } = how;
    const { accountId, events } = await seam.completeWebview(webviewId, {
      email,
      ...(known === undefined ? {} : { accountId: known }),
    });
    const sent = losesWebhooks ? [] : events;
    await Promise.all(sent.map(event => sendWebhook(webhookUrl, secret, event)));
    return {
      connect_webview_id: webviewId,
      connected_account_id: accountId,
      webhooks: sent.length,
    };
  };
  return {
    connect: async (userId, email, how) => {
      const webviewId = await seam.createWebview(userId === null ? {} : { [metadataKey]: userId });
      return finish(webviewId, email, how);
    },
    finish: async (webviewId, email, how) => {
      const { connect_webviews } = seam.fake.database;
      const webview = connect_webviews.find(({ connect_webview_id: id }) => id === webviewId);
      if (webview === undefined) {
        throw new HttpError(404, 'not_found', 'The sandbox has no such Connect Webview.');
      }
      if (webview.status !== 'pending') {
        throw new HttpError(409, 'finished', 'This Connect Webview has been finished before.');
      }
      return finish(webviewId, email, how);
    },
    change: async (accountId, change) => {
      const events = await seam.changeAccount(accountId, change);
      await Promise.all(events.map(event => sendWebhook(webhookUrl, secret, event)));
      return events.length;
    },
    knows: accountId =>
      seam.fake.database.connected_accounts.some(a => a.connected_account_id === accountId),
  };
};

const account = z.string().min(1).max(500).optional();
const webhooks = z.boolean().default(true);
const connectRequest = z.union([
  z.object({ webview: z.string().min(1).max(500), account, webhooks }),
  z.object({ user: z.string().min(1).max(500).nullable(), account, webhooks }),
]);
const changeRequest = z.object({ account: z.string().min(1), change: z.enum(ACCOUNT_CHANGES) });

const noAccount = (id: string) =>
  new HttpError(404, 'not_found', `The sandbox's Seam knows no account "${id}".`);

const userRequest = z.object({ id: z.string().min(1).max(500) });
const outageRequest = z.object({ away: z.boolean() });

/**
 * For the commands of the same names: `POST /connect {"user": "ada"}` or `{"webview": "<id>"}`, `/change {"account": …, "change": …}`, `/user {"id": "eve"}`, `/outage
 * {"away": true}`.
 */
export const createSandboxRouter = (
  app: SandboxApp,
  seam: Pick<SandboxSeam, 'setAway'>,
  db: Db,
): Router => {
  const router = Router();
  router
    .route('/connect')
    .post(express.json(), async (request, response) => {
      const parsed = connectRequest.safeParse(request.body);
      if (!parsed.success) {
        throw new HttpError(
          400,
          'bad_request',
          'Send {"user": "<id>"}, or null for no id; or {"webview": "<id>"}.',
        );
      }
      const { account: accountId, webhooks } = parsed.data;
      if (accountId !== undefined && !app.knows(accountId)) throw noAccount(accountId);
      const how = { accountId, losesWebhooks: !webhooks };
      if ('webview' in parsed.data) {
        response.json(await app.finish(parsed.data.webview, 'somebody@locks.example', how));
        return;
      }
      const { user } = parsed.data;
      response.json(await app.connect(user, `${user ?? 'somebody'}@locks.example`, how));
    })
    .all(methodNotAllowed('POST'));
  router
    .route('/change')
    .post(express.json(), async (request, response) => {
      const parsed = changeRequest.safeParse(request.body);
      if (!parsed.success) {
        throw new HttpError(400, 'bad_request', 'Send {"account": "<id>", "change": "<change>"}.');
      }
      const { account, change } = parsed.data;
      if (!app.knows(account)) throw noAccount(account);
      response.json({ connected_account_id: account, webhooks: await app.change(account, change) });
    })
    .all(methodNotAllowed('POST'));
  router
    .route('/user')
    .post(express.json(), async (request, response) => {
      const parsed = userRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'bad_request', 'Send {"id": "<id>"}.');
      await db.insert(users).values(parsed.data).onConflictDoNothing();
      response.json(parsed.data);
    })
    .all(methodNotAllowed('POST'));
  router
    .route('/outage')
    .post(express.json(), (request, response) => {
      const parsed = outageRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'bad_request', 'Send {"away": true}.');
      seam.setAway(parsed.data.away);
      response.json(parsed.data);
    })
    .all(methodNotAllowed('POST'));
  return router;
};
