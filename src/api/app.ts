import { type Request, type RequestHandler, type Response, Router } from 'express';
import { insistOn } from '../access/actor.ts';
import { tellListed } from '../audit-log/list-rows.ts';
import { tellRefused } from '../audit-log/security-rows.ts';
import { methodNotAllowed, notFound } from '../http/errors.ts';
import { baseHere, type Mount, publicUrlHere } from '../http/mount.ts';
import type { SecretGuard } from '../http/secret-guard.ts';
import { originOf } from '../http/security-log.ts';
import type { Logger } from '../ops/log.ts';
import type { Desk } from '../support/desk.ts';
import { authenticate, type Caller } from './authenticate.ts';
import { createApiFaultHandler } from './faults.ts';
import { answerIdempotently, hashRequest } from './idempotency.ts';
import { createOpenApiDocument, serversOf } from './openapi.ts';
import { withinReach } from './reach.ts';
import { check, kindsOf, readBody, readParameters } from './read.ts';
import type { ApiRoute } from './route.ts';
import { API_ROUTES } from './routes.ts';
import { createThrottle } from './throttle.ts';

export type ApiOptions = Readonly<{
  desk: Desk;
  guard: SecretGuard;
  /** How it is reached from outside, without a slash at the end; empty where nobody has said. */
  publicUrl: string;
  mount: Mount;
  log: Logger;
}>;

/** The API, at `/api/v1`. */
export const createApiRouter = (options: ApiOptions): Router => {
  const router = Router();
  router.use((_request, response, next) => {
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    next();
  });
  let document: ReturnType<typeof createOpenApiDocument> | undefined;
  answer(router, '/openapi.json', {
    get: (_request, response) => {
      // Made when it is first asked for: to start is not to wait for it.
      document ??= createOpenApiDocument(API_ROUTES, options.publicUrl);
      response.json({ ...document, servers: serversOf(urlHere(options)) });
    },
  });
  const throttle = createThrottle();
  for (const [path, routes] of Map.groupBy(inOrder(API_ROUTES), route => route.path)) {
    answer(
      router,
      expressPath(path),
      Object.fromEntries(
        routes.map(route => [route.method, handlerOf({ ...options, throttle }, route)]),
      ),
    );
  }
  router.use(notFound);
  router.use(createApiFaultHandler(options.desk));
  return options.mount('/api/v1', router);
};

/** Its paths, from the root: case and a slash at the end don't count, as Express has it. */
const PATHS = [...new Set(['/openapi.json', ...API_ROUTES.map(({ path }) => path)])].map(path =>
  `/api/v1${path}`.split('/').map(part => (/^\{\w+\}$/.test(part) ? null : part)),
);

/** Whether a path is one of the API's, whatever the method. Pure. */
export const isOfApi = (path: string): boolean => {
  const parts = path.replace(/\/$/, '').split('/');
  return PATHS.some(
    own =>
      own.length === parts.length &&
      own.every((part, at) =>
        part === null ? parts[at] !== '' : part.toLowerCase() === parts[at]?.toLowerCase(),
      ),
  );
};

/** Where nobody has said, a path. */
const urlHere = ({ publicUrl }: Pick<ApiOptions, 'publicUrl'>): string =>
  publicUrl === '' ? baseHere() : publicUrlHere(publicUrl);

/** Answers these methods, says which ones there are, and refuses the others. */
const answer = (
  router: Router,
  path: string,
  handlers: Readonly<Partial<Record<ApiRoute['method'], RequestHandler>>>,
): void => {
  const own = router.route(path);
  const methods = Object.keys(handlers) as ApiRoute['method'][];
  for (const method of methods) own[method](handlers[method] ?? notFound);
  const names = methods.map(method => method.toUpperCase());
  const allowed = [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  own.options((_request, response) => void response.status(204).set('allow', allowed).end());
  own.all(methodNotAllowed(allowed));
};

/** What is spelt out before what stands for anything: `/accounts/mine` is no account called mine. */
export const inOrder = (routes: readonly ApiRoute[]): readonly ApiRoute[] => {
  const key = ({ path }: ApiRoute): string => path.replaceAll(/\{\w+\}/g, '\uffff');
  return routes.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
};

/** `/connections/{subject}` → `/connections/:subject` */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Who, whether they may, what is asked for and where: in this order, so that a stranger learns nothing. */
const handlerOf = (
  options: ApiOptions & { throttle: ReturnType<typeof createThrottle> },
  route: ApiRoute,
): RequestHandler => {
  const { desk, guard } = options;
  const carryOut = workerOf(options, route);
  return async (request, response) => {
    const caller = await authenticate({ ...desk, guard }, request);
    try {
      await carryOut(caller, request, response);
    } catch (error) {
      await tellRefused(desk, originOf(request), caller.actor, error, route.needs);
      throw error;
    }
  };
};

const workerOf = (
  { desk, publicUrl, throttle }: ApiOptions & { throttle: ReturnType<typeof createThrottle> },
  route: ApiRoute,
) => {
  const read = readerOf(route);
  return async (
    { actor, tokenId, secret, endsAt }: Caller,
    request: Request,
    response: Response,
  ): Promise<void> => {
    response.set('token-expires-at', endsAt.toISOString());
    response.set(throttle(tokenId));
    insistOn(actor, route.needs);
    const { params, query } = read(request);
    const isChange = route.method !== 'get';
    const body = isChange
      ? check(route.body, await readBody(request, response), 'body')
      : undefined;
    const asked = { desk, actor, publicUrl: urlHere({ publicUrl }), params, query, body };
    const call = await withinReach(actor, route.reach, asked);
    const work = async () => ({
      status: route.status ?? 200,
      body: route.answer.parse(await route.handle(call)),
    });
    if (!isChange || actor.idempotencyKey === null) {
      const done = await work();
      if (route.rows !== undefined) {
        const listed = {
          what: route.operationId,
          rows: route.rows(done.body),
          fields: filterFields(query),
        };
        await tellListed(desk, originOf(request), actor, listed);
      }
      response.status(done.status).json(done.body);
      return;
    }
    const idempotent = {
      actor: actor.key,
      key: actor.idempotencyKey,
      hash: hashRequest(secret, [route.operationId, params, query, body]),
      isKept: route.answersSecret !== true,
    };
    const told = await answerIdempotently(desk.pool, idempotent, work);
    if (told.isRepeated) response.set('idempotent-replayed', 'true');
    response.status(told.status).json(told.body);
  };
};

/** Which page of a list it is, and no filter. */
const PAGING: readonly string[] = ['limit', 'cursor', 'before', 'after'];
const filterFields = (query: unknown): string[] =>
  Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined || PAGING.includes(name) ? [] : [name],
  );

/** @throws SupportError `invalid` */
const readerOf = ({ params, query }: ApiRoute) => {
  const kinds = {
    path: params === undefined ? new Map() : kindsOf(params),
    query: query === undefined ? new Map() : kindsOf(query),
  };
  return (request: Request): { params: unknown; query: unknown } => {
    const inPath = Object.entries(request.params).map(
      ([name, own]) => [name, String(own)] as const,
    );
    const [, text = ''] = /\?(.*)$/s.exec(request.originalUrl) ?? [];
    return {
      params: check(params, readParameters(kinds.path, inPath), 'path'),
      query: check(query, readParameters(kinds.query, new URLSearchParams(text)), 'query'),
    };
  };
};
