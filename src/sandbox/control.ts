import express, { Router } from 'express';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { users } from '../db/schema-users.ts';
import { HttpError, methodNotAllowed } from '../http/errors.ts';
import { ACCOUNT_CHANGES } from './account-life.ts';
import type { SandboxApp } from './app.ts';
import { fill } from './fill/fill.ts';
import { onlyFromHere } from './same-origin.ts';
import type { SandboxSeam } from './seam.ts';

const account = z.string().min(1).max(500).optional();
const webhooks = z.boolean().default(true);
const connectRequest = z.union([
  z.object({ webview: z.string().min(1).max(500), account, webhooks }),
  z.object({ user: z.string().min(1).max(500).nullable(), account, webhooks }),
]);
const changeRequest = z.object({ account: z.string().min(1), change: z.enum(ACCOUNT_CHANGES) });

const noAccount = (id: string) =>
  new HttpError(404, 'not_found', `The sandbox's Seam has no account "${id}".`);

const userRequest = z.object({ id: z.string().min(1).max(500) });
const MOST_CASES = 20_000;
const fillRequest = z.object({ cases: z.number().int().min(1).max(MOST_CASES) });
const outageRequest = z.object({ away: z.boolean() });

/**
 * For the commands of the same names: `POST /connect {"user": "ada"}` or `{"webview": "<id>"}`, `/change {"account": …, "change": …}`, `/user {"id": "eve"}`, `/outage
 * {"away": true}`, `/fill {"cases": 3000}`.
 */
export const createSandboxRouter = (app: SandboxApp, seam: SandboxSeam, db: Db): Router => {
  const router = Router();
  router.use(onlyFromHere);
  router
    .route('/connect')
    .post(express.json(), async (request, response) => {
      const parsed = connectRequest.safeParse(request.body);
      if (!parsed.success) {
        throw new HttpError(
          400,
          'bad_request',
          'Send {"user": "<id>"} (null for no id) or {"webview": "<id>"}.',
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
    .route('/fill')
    .post(express.json(), async (request, response) => {
      const parsed = fillRequest.safeParse(request.body);
      if (!parsed.success) {
        throw new HttpError(400, 'bad_request', `Send {"cases": <1 to ${MOST_CASES}>}.`);
      }
      response.json(await fill(seam, db.$client, parsed.data.cases));
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
