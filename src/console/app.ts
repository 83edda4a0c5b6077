import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Actor } from '../access/actor.ts';
import { DoneBeforeError, NotAllowedError, SupportError } from '../access/errors.ts';
import { LEAST_ROLES, mayRole } from '../access/permissions.ts';
import { tellRefused } from '../audit-log/security-rows.ts';
import { addressOf, publicUrlHere } from '../http/mount.ts';
import { type Origin, originOf } from '../http/security-log.ts';
import { isCsrf, type Session } from '../operators/sessions.ts';
import { createAssetRouter } from './assets.ts';
import {
  answerFault,
  createFaultHandler,
  doneBefore,
  expiredForm,
  insistOnText,
  noSuchPage,
} from './faults.ts';
import type { ConsoleOptions } from './options.ts';
import { isOfPasskeys } from './pages/operators/passkeys.ts';
import { keepingList } from './pages/shifts/from.ts';
import { createRawQueueRouter } from './raw-queue/raw-queue.ts';
import { CONSOLE_ROUTES } from './routes.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { send } from './send.ts';
import { isOtherSite } from './sign-in/origin.ts';
import { anySessionOf, sessionOf } from './sign-in/session-of.ts';
import { createSignInRouter } from './sign-in/sign-in.ts';
import { createSignOutRouter } from './sign-in/sign-out.ts';
import { chooseSingleKeys, hasSingleKeys } from './single-keys.ts';
import { comeBack } from './typed/come-back.ts';
import { typedIn } from './typed/fields.ts';
import { dropTyped, settleTyped, withTyped } from './typed/fill.ts';
import { pageBehind } from './typed/page-behind.ts';
import { answerTooLate } from './typed/too-late.ts';
import { href } from './view/html.ts';
import type { ConsoleRoute, Reply, Visit } from './view/route.ts';
import { withOffsets } from './view/typed-times.ts';
import { answerWithheld } from './withheld.ts';

const FORM_LIMIT = '256kb';
const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: FORM_LIMIT });

/** The console, at `/support`. */
export const createConsoleRouter = (options: ConsoleOptions): Router => {
  const { desk } = options;
  const router = Router();
  router.use(createSecurityHeaders(options));
  router.use(createAssetRouter());
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  router.use(readForm, insistOnText);
  router.use(createSignInRouter(options));
  router.use(createSignOutRouter(options));
  const { rawQueue, publicUrl } = options;
  const sessionIn = (request: Request) => sessionOf(options, request);
  router.use(
    '/raw-queue',
    createRawQueueRouter({ desk, rawQueue, publicUrl, sessionOf: sessionIn }),
  );
  for (const route of CONSOLE_ROUTES) router[route.method](route.path, handlerOf(options, route));
  router.use(noSuchPage);
  router.use(createFaultHandler(options));
  return options.mount('/support', router, answerWithheld);
};

const handlerOf =
  (options: ConsoleOptions, route: ConsoleRoute): RequestHandler =>
  async (request, response) => {
    const session = await anySessionOf(options, request);
    if (session === null) {
      await turnAway(options, request, response);
      return;
    }
    if (session.mustAddPasskey && !isOfPasskeys(route)) {
      // Whatever it was, also a form: nothing of it is done.
      response.redirect(303, href(['account', 'passkeys']));
      return;
    }
    const typed = withOffsets(queryOf(request), session.operator.timeZone);
    if (route.method === 'get' && typed !== null) {
      // By their clock; the address says so from here on, whoever opens it.
      response.redirect(303, `${addressOf(request).split('?')[0]}?${typed}`);
      return;
    }
    const visit = toVisit(options, toldTo(session, request), request);
    const page = isOtherSite(request, options) ? null : pageBehind(request);
    const reply = await answer(route, visit, originOf(request), page);
    if (reply.kind === 'redirect' && reply.singleKeys !== undefined) {
      const { id } = session.operator;
      const chosen = chooseSingleKeys(options.keys.read(request), id, reply.singleKeys);
      options.keys.set(response, chosen);
    }
    await send(response, visit, inList(reply, request.get('referer')));
  };

/**
 * A part of a page that is asked for by itself (its refresh, a payload) has no place for a notice: that waits for the
 * page after the form, which may be on its way at the same time.
 */
const toldTo = (session: Session, request: Request): Session => {
  const isForPart = request.get('hx-request') === 'true' && request.get('hx-target') !== 'main';
  return isForPart ? { ...session, notice: null } : session;
};

/** After something was done with a case, the list that one came from is still known. */
const inList = (reply: Reply, referer: string | undefined): Reply =>
  reply.kind === 'redirect' ? { ...reply, to: keepingList(reply.to, referer ?? '') } : reply;

/** To the sign-in, and from there to where they were; of a form they are told that it did nothing. */
const turnAway = async (
  options: ConsoleOptions,
  request: Request,
  response: Response,
): Promise<void> => {
  if (request.method === 'POST') {
    await answerTooLate(options, request, response);
    return;
  }
  const over = options.cookie.read(request) === null ? undefined : 'yes';
  response.redirect(303, href(['sign-in'], { next: addressOf(request), over }));
};

/** What a visit comes to, or what stands in its way. @param page where a form was sent from; null: from no page of ours */
const answer = async (
  route: ConsoleRoute,
  visit: Visit,
  from: Origin,
  page: string | null,
): Promise<Reply> => {
  try {
    insistOnRole(visit, route);
    if (route.method === 'post' && !isCsrf(visit.session, visit.form.get('csrf') ?? '')) {
      throw expiredForm();
    }
    const reply = await route.handle(visit);
    await tellDone(visit, from, reply);
    if (route.method === 'post') await settleTyped(visit, reply, page ?? href([]));
    return await withTyped(visit, reply);
  } catch (error) {
    await tellRefused(visit.desk, from, visit.actor, error, route.needs);
    if (error instanceof DoneBeforeError) {
      await dropTyped(visit);
      return doneBefore(visit);
    }
    if (error instanceof SupportError) return refused(visit, error, page);
    throw error;
  }
};

/** What another site's page has sent is put into no form of theirs, nor shown: they would only have to send it. */
const refused = async (visit: Visit, error: SupportError, page: string | null): Promise<Reply> => {
  if (page === null) return answerFault(visit, error);
  const back = await comeBack(CONSOLE_ROUTES, visit, error, page);
  // Where they may not see its page, or there is none any more: to be copied.
  return back ?? answerFault(visit, error, typedIn(visit.form));
};

/** What the security log has of what was done: rows taken away, and what signs somebody in. */
const tellDone = async ({ desk, actor }: Visit, from: Origin, reply: Reply): Promise<void> => {
  const who = { actor: actor.key, actor_name: actor.name };
  if (reply.kind === 'download') {
    await desk.security.tell('export_begun', from, { ...who, what: reply.fileName });
  }
  if (reply.kind === 'redirect' && reply.passkey !== undefined) {
    const { event, whose } = reply.passkey;
    await desk.security.tell(event, from, { ...who, what: whose });
  }
};

const insistOnRole = ({ session }: Visit, { needs }: ConsoleRoute): void => {
  const { role } = session.operator;
  if (mayRole(role, needs)) return;
  throw new NotAllowedError(
    needs,
    `This requires the role "${LEAST_ROLES[needs]}"; yours is "${role}". Ask an admin, or someone who has it.`,
  );
};

const formOf = (body: unknown): URLSearchParams =>
  new URLSearchParams(typeof body === 'string' ? body : '');

const queryOf = (request: Request): URLSearchParams =>
  new URL(request.originalUrl, 'http://localhost').searchParams;

const LONGEST_ONCE_KEY = 100;

const toVisit = (
  { desk, publicUrl, keys }: ConsoleOptions,
  session: Session,
  request: Request,
): Visit => {
  const form = formOf(request.body);
  const { id, name, role } = session.operator;
  const once = form.get('once')?.slice(0, LONGEST_ONCE_KEY) || null;
  const actor: Actor = { key: `operator:${id}`, name, role, face: 'console', idempotencyKey: once };
  const params = Object.entries(request.params).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return {
    desk,
    session,
    actor,
    params: Object.fromEntries(params),
    query: queryOf(request),
    form: withOffsets(form, session.operator.timeZone) ?? form,
    url: addressOf(request),
    hasSingleKeys: hasSingleKeys(keys.read(request), id),
    publicUrl: publicUrlHere(publicUrl),
  };
};
