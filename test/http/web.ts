import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { pino } from 'pino';
import { Webhook } from 'svix';
import { createContext } from '../../src/app/context.ts';
import { startWeb } from '../../src/app/web.ts';
import { OTHER_SECRET, onlyWorkspace, SECRET } from '../support/settings.ts';

/** In the body of every event: may be neither logged nor answered. */
export const MARK = 'the-payload-of-a-user';
export const JSON_TYPE = { 'content-type': 'application/json' };

export type Sent = Readonly<{
  body?: Buffer;
  headers?: OutgoingHttpHeaders;
  method?: string;
  path?: string;
}>;
export type Answer = Readonly<{
  status: number | undefined;
  headers: IncomingMessage['headers'];
  text: string;
}>;

/** The web side in this process, as `serve` starts it, with two secrets. */
export type TestWeb = Readonly<{
  url: string;
  /** Its log lines so far, before anything is redacted. */
  logLines: readonly string[];
  /** Sends just what it is given: no header of its own, nothing normalised. */
  send: (sent: Sent) => Promise<Answer>;
}> &
  AsyncDisposable;

export const openWeb = async (
  databaseUrl: string,
  redisUrl?: string,
  workspaces = onlyWorkspace({ webhookSecrets: [OTHER_SECRET, SECRET] }),
): Promise<TestWeb> => {
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: line => void logLines.push(line) });
  const stack = new AsyncDisposableStack();
  const context = createContext({
    databaseUrl,
    redisUrl,
    workspaces,
    log,
    name: 'test',
    maxConnections: 4,
  });
  stack.use(context);
  const settings = { host: '127.0.0.1', port: 0, workspaces };
  const { url } = stack.use(await startWeb(context, settings));
  return {
    url,
    logLines,
    send: async ({ body, headers = {}, method = 'POST', path = '/webhooks/seam' }) => {
      const request = httpRequest(url, { method, path, headers, agent: false }).end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const text = Buffer.concat(await response.toArray()).toString();
      return { status: response.statusCode, headers: response.headers, text };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

export const event = (fields: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      event_id: randomUUID(),
      event_type: 'connected_account.created',
      connected_account_id: randomUUID(),
      note: MARK,
      ...fields,
    }),
  );

export const sign = (
  body: Buffer,
  { secret = SECRET, ageMs = 0 }: { secret?: string; ageMs?: number } = {},
) => {
  const at = new Date(Date.now() - ageMs);
  const id = `msg_${randomUUID()}`;
  return {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(id, at, body),
  };
};

/** A webhook that is good but for the headers that are changed; undefined takes one away. */
export const signed = (body: Buffer, changed: OutgoingHttpHeaders = {}): Sent => {
  const headers = Object.entries({ ...JSON_TYPE, ...sign(body), ...changed });
  return { body, headers: Object.fromEntries(headers.filter(([, value]) => value !== undefined)) };
};
