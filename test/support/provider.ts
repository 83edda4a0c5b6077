import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { Role } from '../../src/access/permissions.ts';
import type { OpenIdConnect } from '../../src/config/openid-connect.ts';

/** What the company knows of somebody: by the login that they type. */
type Account = { name?: string; email?: string; groups: string[] };

/** A company's OpenID Connect provider, on a port of this machine. */
export type TestProvider = Readonly<{
  settings: OpenIdConnect;
  accounts: Map<string, Account>;
}> &
  AsyncDisposable;

const SECRET = 'the secret of the client, for tests only';

/**
 * @param options.consoleUrl where it sends people back to
 * @param options.inIdToken whether the groups are in the ID token, or have to be asked for
 */
export const startProvider = async (options: {
  consoleUrl: string;
  roles: Readonly<Record<string, Role>>;
  inIdToken?: boolean;
}): Promise<TestProvider> => {
  const accounts = new Map<string, Account>();
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        client_secret: SECRET,
        redirect_uris: [`${options.consoleUrl}/support/sign-in/company/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
    conformIdTokenClaims: options.inIdToken !== true,
    pkce: { required: () => true },
    cookies: { keys: ['of the tests'] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_context, id) => {
      const account = accounts.get(id);
      return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
    },
  });
  answer = provider.callback();
  return {
    settings: {
      issuer,
      clientId: 'console',
      clientSecret: SECRET,
      roles: new Map(Object.entries(options.roles)),
      groupsClaim: 'groups',
    },
    accounts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** What a browser without scripts ends on. */
export type Ended = Readonly<{ status: number; url: string; text: string }>;

/** A browser without scripts, with cookies of its own: for signing in across two sites. */
export const openBrowserlet = () => {
  const jar = new Map<string, Map<string, string>>();
  const cookiesOf = (url: string): Map<string, string> => {
    const { host } = new URL(url);
    const own = jar.get(host) ?? new Map<string, string>();
    jar.set(host, own);
    return own;
  };
  /** One request, no redirect followed. */
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookies = cookiesOf(url);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...init.headers };
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  /** Follows redirects, as far as the address that `until` is true of. */
  const go = async (
    url: string,
    init: RequestInit = {},
    until: (next: string) => boolean = () => false,
  ): Promise<Ended> => {
    const response = await ask(url, init);
    const to = response.headers.get('location');
    if (to === null) return { status: response.status, url, text: await response.text() };
    const next = new URL(to, url).href;
    return until(next) ? { status: response.status, url: next, text: '' } : go(next, {}, until);
  };
  const submit = (page: Ended, fields: Record<string, string>, until?: (next: string) => boolean) =>
    go(
      page.url,
      {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      until,
    );
  return { ask, go, submit, cookiesOf };
};
export type Browserlet = ReturnType<typeof openBrowserlet>;

const isCallback = (url: string): boolean => url.includes('/sign-in/company/callback');

/** Begins at the console, signs in at the provider and agrees. @returns the address that leads back */
export const throughProvider = async (
  browser: Browserlet,
  consoleUrl: string,
  login: string,
  next = '/support',
): Promise<string> => {
  const start = `${consoleUrl}/support/sign-in/company?next=${encodeURIComponent(next)}`;
  let page = await browser.go(start, {}, isCallback);
  while (!isCallback(page.url)) {
    const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page.text) ?? [];
    if (prompt === '') throw new Error(`no form at ${page.url}: ${page.status} ${page.text}`);
    const fields = prompt === 'login' ? { prompt, login, password: 'any' } : { prompt };
    page = await browser.submit(page, fields, isCallback);
  }
  return page.url;
};
