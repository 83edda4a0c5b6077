/** What REDIS_URL says: where Redis is and how it is reached. */
export type RedisTarget = Readonly<{
  tls: boolean;
  username: string | null;
  password: string | null;
}> &
  (
    | Readonly<{ kind: 'single'; address: RedisAddress; db: number }>
    | Readonly<{
        kind: 'sentinel';
        sentinels: readonly RedisAddress[];
        masterName: string;
        db: number;
      }>
    | Readonly<{ kind: 'cluster'; nodes: readonly RedisAddress[] }>
  );

export type RedisAddress = Readonly<{ host: string; port: number }>;

/** A REDIS_URL of no known form. Says what is wrong with it and never what it is. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

type Kind = RedisTarget['kind'];

const FORMS: Readonly<Record<Kind, string>> = {
  single: '://[user:password@]host:port[/db]',
  sentinel: '+sentinel://[user:password@]host:port[,host:port…]/<master name>[/db]',
  cluster: '+cluster://[user:password@]host:port[,host:port…]',
};
const SCHEME = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(.*)$/s;
const SCHEMES =
  'must be a URL that starts with redis:// or rediss://, redis+sentinel:// or rediss+sentinel://, ' +
  'redis+cluster:// or rediss+cluster://';
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** @throws RedisUrlError when the text is none of the forms */
export const parseRedisUrl = (text: string): RedisTarget => {
  const [, scheme, named, rest = ''] = SCHEME.exec(text) ?? [];
  if (scheme === undefined) throw new RedisUrlError(SCHEMES);
  const kind: Kind = named === 'sentinel' || named === 'cluster' ? named : 'single';
  try {
    return parseRest(kind, scheme === 'rediss', rest);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new RedisUrlError(`must be of the form ${scheme}${FORMS[kind]}: ${error.message}`);
  }
};

/** What is wrong, before it is told together with the form it should have. */
class Fault extends Error {}

const parseRest = (kind: Kind, tls: boolean, rest: string): RedisTarget => {
  if (/[\s?#]/.test(rest)) {
    throw new Fault("it can't contain spaces, ? or # (percent-encode them in a password)");
  }
  const [authority = '', ...path] = rest.replace(/\/$/, '').split('/');
  const at = authority.lastIndexOf('@');
  const login = { tls, ...parseLogin(at === -1 ? null : authority.slice(0, at)) };
  const hosts = authority.slice(at + 1).split(',');
  switch (kind) {
    case 'single': {
      const [address, another] = hosts.map(host => parseAddress(host, REDIS_PORT));
      if (address === undefined || another !== undefined) {
        throw new Fault('only redis+sentinel:// and redis+cluster:// take several addresses');
      }
      return { kind, ...login, address, db: parseDb(path) };
    }
    case 'sentinel': {
      const [name = '', ...db] = path;
      if (name === '') throw new Fault('the name of the master is missing');
      const sentinels = hosts.map(host => parseAddress(host, SENTINEL_PORT));
      return { kind, ...login, sentinels, masterName: decode(name), db: parseDb(db) };
    }
    case 'cluster':
      if (path.length > 0) throw new Fault('a cluster has no numbered databases');
      return { kind, ...login, nodes: hosts.map(host => parseAddress(host, REDIS_PORT)) };
    default:
      return kind satisfies never;
  }
};

const parseLogin = (text: string | null): Pick<RedisTarget, 'username' | 'password'> => {
  if (text === null || text === ':') return { username: null, password: null };
  const colon = text.indexOf(':');
  if (colon === -1) throw new Fault('before the @ it takes user:password or :password');
  const username = decode(text.slice(0, colon));
  return { username: username === '' ? null : username, password: decode(text.slice(colon + 1)) };
};

const parseAddress = (text: string, defaultPort: number): RedisAddress => {
  const [, ipv6, name, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\s:@[\]]+))(?::(\d+))?$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Fault(
      "an address isn't host:port (percent-encode special characters in a password: / is %2F)",
    );
  }
  return { host, port };
};

const parseDb = (path: readonly string[]): number => {
  const [db = '0', ...more] = path;
  if (!/^\d{1,5}$/.test(db) || more.length > 0) throw new Fault('the database is not a number');
  return Number(db);
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new Fault('a literal % must be written as %25');
  }
};
