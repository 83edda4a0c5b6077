import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { and, asc, desc, eq } from 'drizzle-orm';
import express, { type ErrorRequestHandler, type Response, Router } from 'express';
import type { Db } from './database.ts';
import type { Html } from './html.ts';
import { onlyOwnForms } from './own-forms.ts';
import type { Reconciler, Webview } from './reconciler.ts';
import { attempts, lockAccounts, notices } from './schema.ts';
import { signIn, signOut, userIdOf } from './session.ts';
import { users } from './users.ts';
import * as views from './views.ts';

export type PagesOptions = {
  db: Db;
  reconciler: Reconciler;
  /** The app's own address, as browsers have it: `https://app.example.com`. */
  appUrl: string;
  sessionSecret: string;
};

type User = typeof users.$inferSelect;
type Attempt = typeof attempts.$inferSelect;

const MOST_NOTICES = 10;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** All pages of the app, for `app.use`. */
export const createPages = (options: PagesOptions): Router => {
  const { db, reconciler, sessionSecret } = options;
  const isSecure = new URL(options.appUrl).protocol === 'https:';
  const router = Router();
  router.use(security, express.static(fileURLToPath(new URL('../public', import.meta.url))));
  router.use(onlyOwnForms, express.urlencoded({ extended: false, limit: '10kb' }));

  router.get('/', async (_request, response) => {
    const everyone = await db.select().from(users).orderBy(asc(users.id));
    send(response, 'Sign in', null, views.signInPage(everyone));
  });
  router.post('/sign-in', async (request, response) => {
    const [user] = await db
      .select()
      .from(users)
      .where(eq(users.id, String(request.body?.user)));
    if (user !== undefined) signIn(response, user.id, sessionSecret, isSecure);
    response.redirect(303, user === undefined ? '/' : '/locks');
  });
  router.post('/sign-out', (_request, response) => {
    signOut(response);
    response.redirect(303, '/');
  });

  // From here on somebody is signed in.
  router.use('/locks', async (request, response, next) => {
    const id = userIdOf(request, sessionSecret);
    const [user] = id === null ? [] : await db.select().from(users).where(eq(users.id, id));
    if (user === undefined) return response.redirect(303, '/');
    response.locals.user = user;
    next();
  });
  const userOf = (response: Response): User => response.locals.user;

  router.get('/locks', async (_request, response) => {
    const user = userOf(response);
    const accounts = await accountsIn(db, user.id);
    const told = await db
      .select()
      .from(notices)
      .where(eq(notices.userId, user.id))
      .orderBy(desc(notices.id))
      .limit(MOST_NOTICES);
    send(response, 'Your locks', user, views.locksPage(accounts, told));
  });

  router.post('/locks/connect', async (_request, response) => {
    const { id: userId } = userOf(response);
    await begin(options, response, userId, url => reconciler.connect(userId, url));
  });
  router.post('/locks/:account/reconnect', async (request, response, next) => {
    const { id: userId } = userOf(response);
    const { account } = request.params;
    const isTheirs = (await accountsIn(db, userId)).some(
      ({ connectedAccountId }) => connectedAccountId === account,
    );
    if (!isTheirs) return next();
    await begin(options, response, userId, url => reconciler.reconnect(userId, account, url));
  });

  router.get('/locks/attempts/:id', async (request, response, next) => {
    const user = userOf(response);
    const attempt = await attemptOf(db, user.id, request.params.id);
    if (attempt === undefined) return next();
    const outcome = await outcomeNow(options, attempt);
    const waitedMs = Date.now() - attempt.createdAt.getTime();
    const head = outcome === null ? views.waitingHead(waitedMs) : null;
    const body = views.attemptPage(outcome, waitedMs);
    send(response, TITLES[outcome ?? 'waiting'], user, body, head);
  });

  router.use((_request, response) => {
    response.status(404);
    send(response, 'Not found', null, views.notFoundPage());
  });
  router.use(sayWhatFailed);
  return router;
};

const TITLES = {
  waiting: 'Connecting your lock',
  connected: 'Connected',
  login_failed: 'Not connected',
  needs_attention: 'Not connected yet',
};

/** Creates the webview, remembers it as an attempt of this user, and sends them to Seam's page. */
const begin = async (
  { db, appUrl }: PagesOptions,
  response: Response,
  userId: string,
  create: (returnUrl: string) => Promise<Webview | null>,
): Promise<void> => {
  const id = randomUUID();
  const made = await create(new URL(`/locks/attempts/${id}`, appUrl).href);
  if (made === null) {
    response.status(409);
    return send(response, 'Not yours any more', response.locals.user, views.notTheirsPage());
  }
  const { url, connectWebviewId } = made;
  await db.insert(attempts).values({ id, userId, connectWebviewId });
  response.redirect(303, url);
};

const accountsIn = (db: Db, userId: string) =>
  db
    .select()
    .from(lockAccounts)
    .where(eq(lockAccounts.userId, userId))
    .orderBy(asc(lockAccounts.maker), asc(lockAccounts.connectedAccountId));

const attemptOf = async (db: Db, userId: string, id: string): Promise<Attempt | undefined> => {
  if (!UUID.test(id)) return undefined;
  const isTheirs = and(eq(attempts.id, id), eq(attempts.userId, userId));
  return (await db.select().from(attempts).where(isTheirs))[0];
};

/**
 * What came of an attempt. A message says so where anything has changed. A user may also have connected an account that
 * they had, and that worked: nothing has changed then, and the list of their accounts says it.
 */
const outcomeNow = async (
  { db, reconciler }: PagesOptions,
  { id, userId, connectWebviewId, outcome }: Attempt,
): Promise<Attempt['outcome']> => {
  if (outcome === 'connected') return outcome;
  // Whoever waits goes on waiting while this can't be asked.
  const known = await reconciler.accountsOf(userId).catch((error: unknown) => {
    console.error('the accounts could not be read:', error);
    return [];
  });
  const found = known.find(account => account.connect_webview_id === connectWebviewId);
  const own = (await accountsIn(db, userId)).find(
    account => account.connectedAccountId === found?.connected_account_id,
  );
  if (own?.state !== 'connected') return outcome;
  await db.update(attempts).set({ outcome: 'connected' }).where(eq(attempts.id, id));
  return 'connected';
};

const send = (
  response: Response,
  title: string,
  user: User | null,
  body: Html,
  head: Html | null = null,
): void => {
  response.type('html').send(views.page(title, user, body, head).text);
};

/**
 * No `form-action`: browsers apply it to the redirect after a form, too, and the form that connects a lock ends on Seam's
 * page.
 */
const security: express.RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  next();
};

const sayWhatFailed: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  console.error(error);
  response.status(error?.status === 400 ? 400 : 503);
  send(response, 'That did not work', null, views.faultPage());
};
