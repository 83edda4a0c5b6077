import express, { type Request, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { errorHandler, HttpError, methodNotAllowed, notFound } from '../http/errors.ts';
import type { Logger } from '../log.ts';
import { findToken } from '../operators/tokens.ts';
import type { Actor } from '../support/actor.ts';
import type { Desk } from '../support/desk.ts';
import { invalid, SupportError, type SupportFault } from '../support/errors.ts';
import { LEAST_ROLES, mayRole } from '../support/permissions.ts';
import { answerOnce, hashRequest } from './once.ts';
import { createOpenApiDocument } from './openapi.ts';
import type { ApiRoute } from './route.ts';
import { API_ROUTES } from './routes.ts';

export type ApiOptions = Readonly<{ desk: Desk; publicUrl: string; log: Logger }>;

const BODY_LIMIT = '256kb';

/** The API, at `/api/v1`. */
export const createApiRouter = (options: ApiOptions): Router => {
  const router = Router();
  router.use((_request, response, next) => {
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    next();
  });
  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(createOpenApiDocument(API_ROUTES, options.publicUrl));
    })
    .all(methodNotAllowed('GET'));
  const byPath = Map.groupBy(API_ROUTES, route => route.path);
  for (const [path, routes] of byPath) {
    const handlers = router.route(expressPath(path));
    for (const route of routes) {
      handlers[route.method](express.json({ limit: BODY_LIMIT }), handlerOf(options, route));
    }
    handlers.all(methodNotAllowed(routes.map(({ method }) => method.toUpperCase()).join(', ')));
  }
  router.use(notFound);
  router.use(errorHandler(options.log));
  return Router().use('/api/v1', router);
};

/** `/connections/{subject}` → `/connections/:subject` */
export const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const STATUS = {
  invalid: 422,
  not_allowed: 403,
  not_found: 404,
  conflict: 409,
  refused: 409,
} as const satisfies Record<SupportFault, number>;

const handlerOf =
  ({ desk, publicUrl }: ApiOptions, route: ApiRoute): RequestHandler =>
  async (request, response) => {
    const actor = await authenticate(desk, request);
    try {
      insistOnRole(actor, route);
      const call = {
        desk,
        actor,
        publicUrl,
        params: check(route.params, request.params, 'path'),
        query: check(route.query, request.query, 'query'),
        body: check(route.body, request.body, 'body'),
      };
      const work = async () => ({
        status: route.status ?? 200,
        body: route.answer.parse(await route.handle(call)),
      });
      const hash = hashRequest(request.method, request.originalUrl, request.body);
      const { status, body, isRepeated } =
        route.method === 'get' || actor.onceKey === null
          ? { ...(await work()), isRepeated: false }
          : await answerOnce(desk.pool, actor.key, actor.onceKey, hash, work);
      if (isRepeated) response.set('idempotent-replayed', 'true');
      response.status(status).json(body);
    } catch (error) {
      if (!(error instanceof SupportError)) throw error;
      response.status(STATUS[error.fault]).json({
        error: { type: error.fault, message: error.message, ...faultsOf(error) },
      });
    }
  };

const faultsOf = ({ faults }: SupportError): { faults?: SupportError['faults'] } =>
  Object.keys(faults).length === 0 ? {} : { faults };

const LONGEST_KEY = 255;

/** @throws HttpError 401 where there is no good token */
const authenticate = async (desk: Desk, request: Request): Promise<Actor> => {
  const [scheme = '', secret = ''] = (request.headers.authorization ?? '').split(' ');
  const token = /^bearer$/i.test(scheme) ? await findToken(desk.pool, secret) : null;
  if (token === null) {
    throw new HttpError(
      401,
      'unauthorized',
      'Send "authorization: Bearer <token>" with a token of "token create".',
      { 'www-authenticate': 'Bearer' },
    );
  }
  const key = request.get('idempotency-key') ?? null;
  if (key !== null && (key === '' || key.length > LONGEST_KEY)) {
    const message = `An Idempotency-Key has 1 to ${LONGEST_KEY} characters.`;
    throw new HttpError(400, 'bad_request', message);
  }
  const { id, name, role } = token;
  return { key: `token:${id}`, name, role, face: 'api', onceKey: key };
};

const insistOnRole = ({ role }: Actor, { needs }: ApiRoute): void => {
  if (mayRole(role, needs)) return;
  const message = `This takes the role "${LEAST_ROLES[needs]}"; the token's is "${role}".`;
  throw new SupportError('not_allowed', message);
};

/** @throws SupportError `invalid` that names each fault by its place */
const check = (schema: z.ZodType | undefined, value: unknown, where: string): unknown => {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [
    [where, ...path].join('.'),
    `${[where, ...path].join('.')}: ${message}`,
  ]);
  throw invalid(Object.fromEntries(faults));
};
