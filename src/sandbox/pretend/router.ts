import express, { type Request, type Response, Router } from 'express';
import { createAssetRouter } from '../../console/assets.ts';
import type { Html } from '../../console/view/html.ts';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/schema-users.ts';
import { HttpError } from '../../http/errors.ts';
import { subjectOf } from '../../model/subject.ts';
import { ACCOUNT_CHANGES } from '../account-life.ts';
import { LOCK_MAKERS, type LockMaker } from '../accounts.ts';
import type { SandboxApp } from '../app.ts';
import { connectionOf, latestConnections } from '../connections.ts';
import { onlyFromHere } from '../same-origin.ts';
import type { SandboxSeam } from '../seam.ts';
import { redirectOf, type ShownWebview } from '../webview-pages.ts';
import { appPath, leadingTo, pretendLayout, security, sendStyle, stylePath } from './layout.ts';
import { appPage, donePage, type Fault, NOBODY, webviewPage } from './pages.ts';

type Stage = Readonly<{
  app: SandboxApp;
  seam: Pick<SandboxSeam, 'fake' | 'setAway' | 'isAway'>;
  db: Db;
  /** Where the support desk is: `http://127.0.0.1:3000`. */
  consoleUrl: string;
}>;

const MOST_SHOWN = 30;
const MOST_USERS = 100;
const FORM_LIMIT = '64kb';
const REFRESH_SECONDS = '1';

/** The pages that play the app and a webview, at `/app`; for this machine's own browser only. */
export const createPretendRouter = (stage: Stage): Router => {
  const router = Router();
  router.use(onlyFromHere, security);
  router.use('/support', createAssetRouter());
  router.get(stylePath, sendStyle);
  const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: FORM_LIMIT });
  router
    .get('/app', async (request, response) => showApp(stage, response, told(request)))
    .post('/app/users', readForm, (request, response) => signUp(stage, request, response))
    .post('/app/webhooks', readForm, (request, response) => {
      stage.app.setLosing(formOf(request).get('on') === 'yes');
      response.redirect(303, appPath());
    })
    .post('/app/outage', readForm, (request, response) => {
      stage.seam.setAway(formOf(request).get('on') === 'yes');
      response.redirect(303, appPath());
    })
    .post('/app/changes', readForm, (request, response) => change(stage, request, response))
    .post('/app/webviews', readForm, async (request, response) => {
      const user = formOf(request).get('user') || NOBODY.forgotten;
      const id = await stage.app.open(user === NOBODY.forgotten ? null : user);
      response.redirect(303, appPath('webviews', id));
    })
    .get('/app/webviews/:id', (request, response) => {
      const { id } = request.params;
      if (!isPending(stage, id)) response.redirect(303, appPath('webviews', id, 'done'));
      else
        showWebview(stage, response, id, { email: '', maker: makersOf(stage, id)[0] ?? '' }, null);
    })
    .post('/app/webviews/:id', readForm, (request, response) => finish(stage, request, response))
    .get('/app/webviews/:id/done', (request, response) => showDone(stage, request, response));
  return router;
};

const formOf = ({ body }: Request): URLSearchParams =>
  new URLSearchParams(typeof body === 'string' ? body : '');

const show = (
  response: Response,
  title: string,
  whose: 'app' | 'maker',
  body: Html,
  status = 200,
): void => {
  response
    .status(status)
    .type('html')
    .send(pretendLayout(title, whose, body).toString());
};

/** What was done by the form before: one of these, and nothing that an address could make up. */
const TOLD: Readonly<Record<string, string>> = {
  cancelled: 'Cancelled. Seam sends nothing, and the webview stays unfinished.',
  signed_up: 'Signed up.',
  changed: 'Done. Seam has sent the event.',
};
const told = ({ query }: Request): string | null =>
  typeof query.told === 'string' && Object.hasOwn(TOLD, query.told)
    ? (TOLD[query.told] ?? null)
    : null;
const backTelling = (response: Response, what: string): void =>
  response.redirect(303, `${appPath()}?told=${what}`);

const showApp = async (
  { app, seam, db, consoleUrl }: Stage,
  response: Response,
  told: string | null,
  fault: Fault | null = null,
): Promise<void> => {
  const view = {
    consoleUrl,
    users: await db
      .select({ id: users.id, name: users.name })
      .from(users)
      .orderBy(users.createdAt, users.id)
      .limit(MOST_USERS),
    connections: await latestConnections(db, MOST_SHOWN),
    isLosing: app.isLosing(),
    isAway: seam.isAway(),
    told,
    fault,
  };
  show(response, 'A pretend app', 'app', appPage(view), fault === null ? 200 : 422);
};

const LONGEST_ID = 500;

const signUp = async (stage: Stage, request: Request, response: Response): Promise<void> => {
  const id = formOf(request).get('id')?.trim() ?? '';
  if (id === '' || id.length > LONGEST_ID || id.includes('\0')) {
    const message = `A user id must have 1 to ${LONGEST_ID} characters.`;
    await showApp(stage, response, null, { field: 'new-user', message });
    return;
  }
  await stage.db.insert(users).values({ id }).onConflictDoNothing();
  backTelling(response, 'signed_up');
};

const change = async ({ app }: Stage, request: Request, response: Response): Promise<void> => {
  const form = formOf(request);
  const account = form.get('account') ?? '';
  const wanted = ACCOUNT_CHANGES.find(each => each === form.get('change'));
  if (wanted === undefined || !app.knows(account)) {
    throw new HttpError(404, 'not_found', "The sandbox's Seam has no such account or change.");
  }
  await app.change(account, wanted);
  backTelling(response, 'changed');
};

const webviewOf = ({ seam }: Stage, id: string): ShownWebview => {
  const webview = seam.fake.database.connect_webviews.find(w => w.connect_webview_id === id);
  if (webview === undefined) {
    throw new HttpError(404, 'not_found', 'The sandbox has no such Connect Webview.');
  }
  return webview;
};

const isPending = (stage: Stage, id: string): boolean => webviewOf(stage, id).status === 'pending';

/** Those that the webview offers; all, where it offers none that is played here. */
const makersOf = (stage: Stage, id: string): LockMaker[] => {
  const { accepted_providers: accepted, any_provider_allowed: isAny } = webviewOf(stage, id);
  const makers = Object.keys(LOCK_MAKERS).filter(isLockMaker);
  const offered = makers.filter(maker => isAny || (accepted as readonly string[]).includes(maker));
  return offered.length > 0 ? offered : makers;
};

const showWebview = (
  stage: Stage,
  response: Response,
  id: string,
  entered: Readonly<{ email: string; maker: string }>,
  fault: Fault | null,
): void => {
  const webview = webviewOf(stage, id);
  response.set(leadingTo([redirectOf(webview, false), redirectOf(webview, true)]));
  const body = webviewPage(id, entered, { makers: makersOf(stage, id), fault });
  show(response, 'Connect your lock', 'maker', body, fault === null ? 200 : 422);
};

const isLockMaker = (text: string): text is LockMaker => Object.hasOwn(LOCK_MAKERS, text);
const isEmail = (text: string): boolean => text.length <= 200 && /^[^\s@\0]+@[^\s@\0]+$/.test(text);

const finish = async (stage: Stage, request: Request, response: Response): Promise<void> => {
  const id = String(request.params.id);
  const form = formOf(request);
  const done = appPath('webviews', id, 'done');
  if (!isPending(stage, id)) {
    response.redirect(303, done);
    return;
  }
  const webview = webviewOf(stage, id);
  const email = form.get('email')?.trim() ?? '';
  const maker = form.get('maker') ?? '';
  switch (form.get('do')) {
    case 'cancel':
      response.redirect(303, redirectOf(webview, true) ?? `${appPath()}?told=cancelled`);
      return;
    case 'fail':
      await stage.app.fail(id);
      response.redirect(303, redirectOf(webview, true) ?? done);
      return;
    default:
  }
  if (!isEmail(email) || !isLockMaker(maker) || !makersOf(stage, id).includes(maker)) {
    const message = 'Enter an e-mail, such as ada@locks.example.';
    showWebview(stage, response, id, { email, maker }, { field: 'email', message });
    return;
  }
  const accountId = accountOf(stage, email, maker);
  await stage.app.finish(id, email, { maker, accountId });
  response.redirect(303, redirectOf(webview, false) ?? done);
};

/** The account with that e-mail there: signing in to it again connects it again. */
const accountOf = ({ seam }: Stage, email: string, maker: LockMaker): string | undefined =>
  seam.fake.database.connected_accounts.find(
    account => account.account_type === maker && account.user_identifier?.email === email,
  )?.connected_account_id;

const showDone = async (stage: Stage, request: Request, response: Response): Promise<void> => {
  const id = String(request.params.id);
  if (isPending(stage, id)) {
    response.redirect(303, appPath('webviews', id));
    return;
  }
  const connection = await connectionOf(stage.db, subjectOf('connect_webview', id));
  const isLosing = stage.app.isLosing();
  const isWaiting = connection === null || connection.state === 'pending';
  // Without a script: the browser asks again by itself, until there is something to tell.
  if (isWaiting && !isLosing) response.set('refresh', REFRESH_SECONDS);
  const body = donePage(connection, { consoleUrl: stage.consoleUrl, isLosing });
  show(response, 'Back in the app', 'app', body);
};
