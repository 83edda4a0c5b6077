import express, { Router } from 'express';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { users } from '../db/schema.ts';
import { HttpError, methodNotAllowed } from '../http/errors.ts';
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
export type SandboxApp = Readonly<{
  /** @param userId what goes into custom_metadata; null: no id */
  connect: (userId: string | null, email: string) => Promise<Connection>;
}>;

export const createSandboxApp = (options: {
  seam: SandboxSeam;
  webhookUrl: string;
  secret: string;
  metadataKey: string;
}): SandboxApp => {
  const { seam, webhookUrl, secret, metadataKey } = options;
  return {
    connect: async (userId, email) => {
      const webviewId = await seam.createWebview(userId === null ? {} : { [metadataKey]: userId });
      const { accountId, events } = await seam.completeWebview(webviewId, { email });
      await Promise.all(events.map(event => sendWebhook(webhookUrl, secret, event)));
      return {
        connect_webview_id: webviewId,
        connected_account_id: accountId,
        webhooks: events.length,
      };
    },
  };
};

const connectRequest = z.object({ user: z.string().min(1).max(500).nullable() });

/** `POST /connect {"user": "ada"}`: for the command `sandbox connect`. */
export const createSandboxRouter = (app: SandboxApp): Router => {
  const router = Router();
  router
    .route('/connect')
    .post(express.json(), async (request, response) => {
      const parsed = connectRequest.safeParse(request.body);
      if (!parsed.success) {
        throw new HttpError(400, 'bad_request', 'Send {"user": "<id>"}, or null for no id.');
      }
      const { user } = parsed.data;
      response.json(await app.connect(user, `${user ?? 'somebody'}@locks.example`));
    })
    .all(methodNotAllowed('POST'));
  return router;
};
