import { errorOf } from './errors.ts';
import { createClient as createTransport } from './generated/client/index.ts';
import { Operations } from './generated/sdk.ts';
import type { AppAccount } from './generated/types.ts';
import { pages } from './pages.ts';
import { patiently } from './transport.ts';

export type ClientOptions = Readonly<{
  /** Where the reconciler is, up to the path that it is below, if any: `https://links.example.com`, `https://app.example.com/locks`. */
  url: string;
  /** A token of its API (`token create`); or what gives one, for tokens that are rotated. */
  token: string | (() => string | Promise<string>);
  /** In place of the runtime's own. */
  fetch?: (request: Request, init?: RequestInit) => Promise<Response>;
  /** How long one try may take; usually 30 s. Any call takes an AbortSignal of yours besides: `{ signal }`. */
  timeoutMs?: number;
  /** How often it asks again where the API says when to (429; 503, where nothing is changed); usually 2. */
  retries?: number;
}>;

/**
 * The API of the reconciler: each operation of its OpenAPI document, by its name, and what makes the most frequent one easier.
 * All throw a ReconcilerError where the API answers with one, and what `fetch` throws where it can't be reached.
 */
export class Client extends Operations {
  constructor(options: ClientOptions) {
    super({ client: transportOf(options) });
  }

  /**
   * The accounts that are linked to a user now, all of them. None, too, where there is no such user.
   *
   * @param userId as your users table has it
   * @param options.workspace of this Seam workspace; a token that is limited to several has to say
   * @throws ReconcilerError
   */
  async accountsOf(
    userId: string,
    { signal, ...query }: { workspace?: string; signal?: AbortSignal } = {},
  ): Promise<AppAccount[]> {
    const all: AppAccount[] = [];
    const read = (at: { cursor?: string }) =>
      this.listUserAccounts({
        path: { id: userId },
        query: { ...query, ...at, limit: 1_000 },
        ...(signal === undefined ? {} : { signal }),
      });
    for await (const { accounts } of pages(read)) all.push(...accounts);
    return all;
  }
}

/**
 * @throws TypeError for a URL or a token that is none
 */
export const createClient = (options: ClientOptions): Client => new Client(options);

const transportOf = ({
  url,
  token,
  fetch = globalThis.fetch,
  timeoutMs = 30_000,
  retries = 2,
}: ClientOptions) => {
  const client = createTransport({
    baseUrl: `${baseOf(url)}/api/v1`,
    auth: () => tokenOf(token),
    fetch: patiently(fetch, { timeoutMs, retries }) as typeof globalThis.fetch,
    // A redirect would take the token elsewhere, or make a GET of a POST.
    redirect: 'manual',
    parseAs: 'json',
    throwOnError: true,
  });
  client.interceptors.error.use(errorOf);
  if (typeof token === 'string') insistOnToken(token);
  return client;
};

const baseOf = (url: string): string => {
  const { protocol, username, password, search, hash, href } = new URL(url);
  if (!/^https?:$/.test(protocol) || `${username}${password}${search}${hash}` !== '') {
    throw new TypeError('url is where the reconciler is: https://links.example.com');
  }
  return href.replace(/\/+$/, '');
};

const tokenOf = async (token: ClientOptions['token']): Promise<string> =>
  insistOnToken(typeof token === 'string' ? token : await token());

const insistOnToken = (token: string): string => {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('token is the secret of a token of the API, in one piece.');
  }
  return token;
};
