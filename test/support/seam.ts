import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SandboxSeam, startSandboxSeam } from '../../src/sandbox/seam.ts';

/** What stands in for Seam's answer; null lets the fake answer. */
type Interference = (
  path: string,
  body: Record<string, unknown>,
  apiKey: string,
) => ((response: ServerResponse) => void) | null;

/** Seam's own fake over HTTP, behind a layer that counts calls and can answer in its place. */
export type TestSeam = SandboxSeam &
  Readonly<{
    /** Every call so far: path, the id that was asked for, and the key that it was asked with. */
    calls: readonly { path: string; id: string; apiKey: string }[];
    interfere: (interference: Interference | null) => void;
    /** Changes the fake's JSON answers on their way (for fields that the fake doesn't know). */
    amend: (change: ((path: string, answer: Record<string, unknown>) => void) | null) => void;
  }>;

/** A key shows what is in its workspace; the fake shows every key every webview and account. */
const isolate = (
  { fake: { database } }: SandboxSeam,
  id: string,
  apiKey: string,
): ReturnType<Interference> => {
  const home = [
    ...database.connect_webviews.filter(webview => webview.connect_webview_id === id),
    ...database.connected_accounts.filter(account => account.connected_account_id === id),
  ][0]?.workspace_id;
  const own = database.api_keys.find(({ token }) => token === apiKey)?.workspace_id;
  if (home === undefined || own === undefined || home === own) return null;
  return response =>
    response
      .writeHead(404, {
        'content-type': 'application/json',
        'seam-request-id': 'another_workspace',
      })
      .end('{"error":{"type":"connect_webview_not_found","message":"of another workspace"}}');
};

/** The fake lists all events; Seam as many as were asked for, and says nothing of the others. */
const keepToLimit = (answer: Record<string, unknown>, limit: number): void => {
  if (Array.isArray(answer.events)) answer.events = answer.events.slice(-limit);
};

export const startTestSeam = async (): Promise<TestSeam> => {
  const sandbox = await startSandboxSeam();
  const calls: { path: string; id: string; apiKey: string }[] = [];
  let interference: Interference | null = null;
  let amendment: ((path: string, answer: Record<string, unknown>) => void) | null = null;

  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? '/', 'http://seam');
    const path = url.pathname;
    const body = {
      ...Object.fromEntries(url.searchParams),
      ...(text === '' ? {} : JSON.parse(text)),
    } as Record<string, unknown>;
    const id = String(body.connect_webview_id ?? body.connected_account_id);
    const apiKey = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    calls.push({ path, id, apiKey });
    const instead = interference?.(path, body, apiKey) ?? isolate(sandbox, id, apiKey);
    if (instead) {
      instead(response);
      return;
    }
    const answer = await fetch(`${sandbox.endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      ...(text === '' ? {} : { body: text }),
    });
    const json = (await answer.json()) as Record<string, unknown>;
    if (path === '/events/list') keepToLimit(json, Number(body.limit));
    amendment?.(path, json);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'seam-request-id': answer.headers.get('seam-request-id') ?? 'request_of_the_test',
    });
    response.end(JSON.stringify(json));
  };

  const server = createServer((request, response) => {
    forward(request, response).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    ...sandbox,
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    interfere: next => {
      interference = next;
    },
    amend: next => {
      amendment = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await sandbox[Symbol.asyncDispose]();
    },
  };
};
