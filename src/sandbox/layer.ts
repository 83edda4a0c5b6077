import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** What the layer answers in the fake's place. */
type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;
export type Routes = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>) => Promise<Answer> | Answer>
>;

export const answered = (body: Answer['body']): Answer => ({ status: 200, body });

/** An error in the form of Seam's API. */
export const refused = (status: number, type: string, message: string): Answer => ({
  status,
  body: { error: { type, message } },
});

/**
 * A thin layer over Seam's fake: answers these paths in its place, for whoever has the API key, and leaves
 * all else to the fake.
 */
export const addLayer = (server: Server, apiKey: string, routes: Routes): void => {
  const fake = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const route = routes[new URL(request.url ?? '/', 'http://seam').pathname];
    const isOurs = request.method !== 'GET' && route !== undefined;
    if (!isOurs || request.headers.authorization !== `Bearer ${apiKey}`) {
      for (const listener of fake) listener(request, response);
      return;
    }
    answer(request, response, route).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  route: Routes[string],
): Promise<void> => {
  const text = Buffer.concat(await request.toArray()).toString();
  const { status, body } = await route(text === '' ? {} : JSON.parse(text));
  const headers = { 'content-type': 'application/json', 'seam-request-id': 'request_of_sandbox' };
  response.writeHead(status, headers).end(JSON.stringify(body));
};
