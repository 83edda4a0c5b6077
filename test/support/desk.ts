import { shellActor } from '../../src/access/actor.ts';
import { ROLES, type Role } from '../../src/access/permissions.ts';
import { createContext } from '../../src/app/context.ts';
import { openDeskRouters } from '../../src/app/desk.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { addOperator } from '../../src/operators/operators.ts';
import {
  createSignInLink,
  signInWithLink,
  signInWithPassword,
} from '../../src/operators/sign-in.ts';
import { createToken } from '../../src/operators/tokens.ts';
import type { Logger } from '../../src/ops/log.ts';
import { insistOnContract } from './contract.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { onlyWorkspace, silentLog } from './settings.ts';

export const SHELL = shellActor('a test');

/** The settings of a desk without Seam, over the built-in table of users. */
export const DESK_CONFIG = {
  users: {
    schema: 'reconciler',
    table: 'users',
    idColumn: 'id',
    nameColumn: 'name',
    emailColumn: 'email',
  },
  workspaces: onlyWorkspace(),
  seamEndpoint: 'http://127.0.0.1:1',
  userMetadataKey: 'id',
  webviewLookAfterMinutes: 15,
  consoleUrl: undefined,
  openIdConnect: null,
  production: false,
} as const;

/** What a page answered. */
type Shown = Readonly<{ status: number; text: string; headers: Headers; url: string }>;

/** One operator with a browser that runs no scripts: cookies, redirects and forms, as HTTP has them. */
export type Clerk = Readonly<{
  role: Role;
  cookie: string;
  get: (path: string) => Promise<Shown>;
  /** Sends a form with the numbers that belong into it, and follows to the page after it. */
  post: (path: string, fields?: Readonly<Record<string, string | string[]>>) => Promise<Shown>;
}>;

/** The console and the API over a database of their own, in this process. */
export type TestDesk = Readonly<{
  url: string;
  database: TestDatabase;
  /** Signed in, one of each role. */
  clerks: Readonly<Record<Role, Clerk>>;
  /** Of the API, one of each role. */
  tokens: Readonly<Record<Role, string>>;
  /** Signs in with a password; where a role is given, as an operator who is made for it. */
  signIn: (as: { name: string; password: string; role?: Role }) => Promise<Clerk>;
  /** Calls the API, and insists that the answer is as the OpenAPI document says. */
  call: (
    role: Role,
    method: string,
    path: string,
    options?: { body?: unknown; key?: string },
  ) => Promise<{ status: number; body: unknown; headers: Headers }>;
}> &
  AsyncDisposable;

const csrfIn = (page: string): string => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';

const createClerk = (url: string, role: Role, cookie: string): Clerk => {
  const send = async (path: string, init: RequestInit): Promise<Shown> => {
    const response = await fetch(new URL(path, url), {
      redirect: 'manual',
      ...init,
      headers: { cookie, ...init.headers },
    });
    const to = response.headers.get('location');
    if (response.status === 303 && to !== null) return send(to, { method: 'GET' });
    const { status, headers } = response;
    return { status, headers, text: await response.text(), url: path };
  };
  const get = (path: string): Promise<Shown> => send(path, { method: 'GET' });
  return {
    role,
    cookie,
    get,
    post: async (path, fields = {}) => {
      const form = new URLSearchParams({ csrf: csrfIn((await get('/support')).text) });
      form.set('once', crypto.randomUUID());
      for (const [name, value] of Object.entries(fields)) {
        form.delete(name);
        for (const each of [value].flat()) form.append(name, each);
      }
      return send(path, {
        method: 'POST',
        body: form.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    },
  };
};

const each = async <T>(make: (role: Role) => Promise<T>): Promise<Record<Role, T>> =>
  Object.fromEntries(
    await Promise.all(ROLES.map(async role => [role, await make(role)] as const)),
  ) as Record<Role, T>;

/**
 * @param config what differs from DESK_CONFIG
 * @param options.redisUrl where the queue is; left out: in Postgres
 * @param options.port where it listens, for who has to know that beforehand
 * @param options.log what is logged
 */
export const openDesk = async (
  config: Partial<Parameters<typeof openDeskRouters>[1]> = {},
  {
    redisUrl,
    port = 0,
    log = silentLog,
  }: { redisUrl?: string | undefined; port?: number; log?: Logger } = {},
): Promise<TestDesk> => {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const { pool, url: databaseUrl } = database;
  const settings = { ...DESK_CONFIG, databaseUrl, ...config };
  const context = stack.use(
    createContext({
      databaseUrl,
      redisUrl,
      workspaces: settings.workspaces,
      log,
      name: 'test',
      maxConnections: 4,
    }),
  );
  const { routers } = stack.use(openDeskRouters(context, settings));
  const server = await startHttpServer({ host: '127.0.0.1', port, routers, log });
  stack.use(server);
  const { url } = server;

  const clerks = await each(async role => {
    const { id } = await addOperator(pool, SHELL, { name: `a ${role}`, role, password: null });
    const token = await signInWithLink(pool, await createSignInLink(pool, id, 5));
    return createClerk(url, role, `seam-reconciler=${token}`);
  });
  const tokens = await each(
    async role => (await createToken(pool, SHELL, { name: `a ${role}`, role })).secret,
  );
  return {
    url,
    database,
    clerks,
    tokens,
    signIn: async ({ name, password, role }) => {
      if (role !== undefined) await addOperator(pool, SHELL, { name, role, password });
      const signedIn = await signInWithPassword(pool, { name, password, from: 'a test' });
      if (signedIn.kind !== 'signed_in') throw new Error(`${name}: ${signedIn.kind}`);
      return createClerk(url, role ?? 'viewer', `seam-reconciler=${signedIn.token}`);
    },
    call: async (role, method, path, { body, key } = {}) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${tokens[role]}`,
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { status, headers } = response;
      const answer: unknown = await response.json();
      insistOnContract(method, path, status, answer);
      return { status, headers, body: answer };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

/** Puts in a reconciliation as it would stand after a run. */
export const addConnection = async (
  { pool }: TestDatabase,
  of: {
    subject: string;
    state?: string;
    reason?: string | null;
    accountId?: string | null;
    claimedUserId?: string | null;
    updatedAt?: Date;
  },
): Promise<void> => {
  const { subject, state = 'failed', reason = null, accountId = null, claimedUserId = null } = of;
  await pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, connect_webview_id,
             connected_account_id, claimed_user_id, updated_at)
     values ($1, 1, 1, $2, $3, $4, $5, $6, $7)`,
    [
      subject,
      state,
      reason,
      subject.startsWith('connect_webview:') ? subject.slice('connect_webview:'.length) : null,
      accountId,
      claimedUserId,
      of.updatedAt ?? new Date(),
    ],
  );
};
