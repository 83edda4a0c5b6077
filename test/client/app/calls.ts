import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { type Api, createClient, pages, ReconcilerError } from 'seam-reconciler-client';
import { accountsOf, connectUrlOf } from './accounts.ts';

/* Calls the API as an app does; says what comes of it. */

const { RECONCILER_URL: url = '', RECONCILER_TOKEN: token = '' } = process.env;
const client = createClient({ url, token });

const outcomeOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return { done: await call };
  } catch (error) {
    if (!(error instanceof ReconcilerError)) return { thrown: (error as Error).name };
    const { status, type, message, faults, retryAfterMs, requestId } = error;
    return { status, type, message, faults, retryAfterMs, requestId };
  }
};

const states: (Api.AccountState | null)[] = [];
const sizes: number[] = [];
for await (const page of pages(at => client.listAccounts({ query: { limit: 400, ...at } }))) {
  sizes.push(page.accounts.length);
  states.push(...page.accounts.map(account => account.state));
}

/** Takes connections, and never answers. */
const silent = createServer();
await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
const address = silent.address();
const silentUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

/** Refuses the first request of each token as the API does where it gets too many, and answers the next. */
const seen = new Set<string>();
const throttled = createHttpServer((request, response) => {
  const { authorization = '' } = request.headers;
  const isFirst = !seen.has(authorization);
  seen.add(authorization);
  response.writeHead(isFirst ? 429 : 200, {
    'content-type': 'application/json',
    'retry-after': '1',
  });
  response.end(
    JSON.stringify(isFirst ? { error: { type: 'too_many', message: 'Later.' } } : { accounts: [] }),
  );
});
await new Promise<void>(resolve => throttled.listen(0, '127.0.0.1', resolve));
const place = throttled.address();
const throttledUrl = `http://127.0.0.1:${typeof place === 'object' ? place?.port : ''}`;

const once = {
  body: { user_id: 'ada' },
  headers: { 'Idempotency-Key': crypto.randomUUID() },
};

const said = {
  ada: (await accountsOf('ada')).length,
  nobody: await accountsOf('nobody'),
  of: { states: [...new Set(states)], sizes },
  connectUrl: await connectUrlOf('ada'),
  noSuchUser: (await connectUrlOf('nobody')) ?? 'undefined',
  stranger: await outcomeOf(createClient({ url, token: 'rubbish' }).listAccounts()),
  rotated: await outcomeOf(
    createClient({ url: `${url}/`, token: async () => token }).listAccounts({
      query: { limit: 1 },
    }),
  ),
  missing: await outcomeOf(client.getMessage({ path: { message_id: crypto.randomUUID() } })),
  repeated: await outcomeOf(
    (async () => {
      await client.createWebview(once);
      await client.createWebview(once);
    })(),
  ),
  types: await outcomeOf(
    client.listMessages({ query: { types: ['account.linked', 'account.unlinked'] } }),
  ),
  // As from JavaScript.
  invalid: await outcomeOf(client.listAccounts({ query: { limit: 0 } })),
  elsewhere: await outcomeOf(createClient({ url: `${url}/support`, token }).listAccounts()),
  aborted: await outcomeOf(client.listAccounts({ signal: AbortSignal.abort() })),
  silent: await outcomeOf(createClient({ url: silentUrl, token, timeoutMs: 100 }).listAccounts()),
  away: await outcomeOf(createClient({ url: 'http://127.0.0.1:1', token }).listAccounts()),
  hasty: await outcomeOf(
    createClient({ url: throttledUrl, token: 'hasty', retries: 0 }).listAccounts(),
  ),
  patient: await outcomeOf(createClient({ url: throttledUrl, token: 'patient' }).listAccounts()),
};
silent.close();
console.log(JSON.stringify(said));
// Whoever started it ends it, once it has read that.
setInterval(() => undefined, 60_000);
