import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisTarget } from '../config/redis-url.ts';
import type { Logger } from '../ops/log.ts';
import { QueueAwayError, QueueFault } from './errors.ts';
import { examineRedis } from './redis-fitness.ts';

type RedisClient = Redis | Cluster;

/** Connections to the Redis of REDIS_URL, whatever kind it is. */
export type RedisConnections = Readonly<{
  /**
   * @param key tried with it, and then gone
   * @returns what is wrong with it though it works for now
   * @throws when Redis can't be used now
   */
  probe: (key: string) => Promise<QueueFault | null>;
  /** To add with. A command fails within seconds while Redis is out of reach. Probe first. */
  openForQueue: () => RedisClient;
  /** To work with: BullMQ makes its own connections after this one, which wait for Redis. Probe first. */
  openForWorker: () => RedisClient;
}> &
  AsyncDisposable;

/** What a connection to one server and to a node of a cluster have in common. */
type CommonOptions = Pick<
  RedisOptions,
  | 'username'
  | 'password'
  | 'tls'
  | 'maxRetriesPerRequest'
  | 'connectTimeout'
  | 'commandTimeout'
  | 'socketTimeout'
  | 'enableReadyCheck'
>;

type Settings = Readonly<{
  redis: CommonOptions;
  /** How commands behave before there is a connection, and whether a lost one is made again. */
  waits: boolean;
  retries: boolean;
}>;

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 5_000;
const NEVER = (): null => null;

const FOR_QUEUE: Settings = {
  redis: {
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // A server that hangs is left, so that Sentinel or the cluster can name another.
    socketTimeout: 2 * COMMAND_TIMEOUT_MS,
  },
  waits: false,
  retries: true,
};
const FOR_WORKER: Settings = {
  // BullMQ waits for a job 10 s at most in one command: a longer silence is no answer any more.
  redis: { maxRetriesPerRequest: null, socketTimeout: 20_000 },
  waits: true,
  retries: true,
};
const FOR_PROBE: Settings = {
  // Whether it is ready, the probe asks, also where INFO is refused.
  redis: { commandTimeout: CONNECT_TIMEOUT_MS, enableReadyCheck: false },
  waits: true,
  retries: false,
};

export const createRedisConnections = (target: RedisTarget, log: Logger): RedisConnections => {
  const opened: RedisClient[] = [];
  /** Sentinels often go without a password where Redis has one; sent to such, it would be refused. */
  let sentinelsAskPassword = false;

  const open = (settings: Settings): RedisClient => {
    const client = connect(target, settings, { sentinelsAskPassword });
    // BullMQ reports these too, through `error` of the queue; unheard, one would end the process.
    client.on('error', (err: unknown) => log.debug({ err }, 'redis connection error'));
    return client;
  };
  const keep = (client: RedisClient): RedisClient => {
    opened.push(client);
    return client;
  };
  const probe = async (key: string): Promise<QueueFault | null> => {
    const client = open(FOR_PROBE);
    const heard: unknown[] = [];
    client.on('error', (error: unknown) => heard.push(error));
    try {
      await client.connect();
      return await examineRedis(client, key);
    } catch (error) {
      if (error instanceof QueueFault) throw error;
      // No cause: ioredis hangs the command on its errors, and that of a login has the password.
      throw new QueueAwayError(`Redis can't be used: ${reasonOf(heard.at(-1) ?? error)}`);
    } finally {
      client.disconnect();
    }
  };
  return {
    probe: async key => {
      try {
        return await probe(key);
      } catch (error) {
        if (sentinelsAskPassword || !isSentinelWithPassword(target, error)) throw error;
        sentinelsAskPassword = true;
        return await probe(key);
      }
    },
    openForQueue: () => keep(open(FOR_QUEUE)),
    openForWorker: () => keep(open(FOR_WORKER)),
    [Symbol.asyncDispose]: async () => {
      for (const client of opened) client.disconnect();
    },
  };
};

const connect = (
  target: RedisTarget,
  { redis, waits, retries }: Settings,
  { sentinelsAskPassword }: { sentinelsAskPassword: boolean },
): RedisClient => {
  const { username, password } = target;
  const login = {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
  };
  const common: CommonOptions = {
    ...redis,
    ...login,
    // Node checks the certificate as for any other TLS connection (NODE_EXTRA_CA_CERTS).
    ...(target.tls ? { tls: {} } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
  const once = retries
    ? {}
    : { lazyConnect: true, retryStrategy: NEVER, sentinelRetryStrategy: NEVER };
  switch (target.kind) {
    case 'single':
      return new Redis({ ...common, ...once, ...target.address, db: target.db });
    case 'sentinel':
      return new Redis({
        ...common,
        ...once,
        sentinels: target.sentinels.map(toOptions),
        name: target.masterName,
        db: target.db,
        sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
        ...(target.tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
        ...(sentinelsAskPassword && username !== null ? { sentinelUsername: username } : {}),
        ...(sentinelsAskPassword && password !== null ? { sentinelPassword: password } : {}),
      });
    case 'cluster':
      return new Cluster(target.nodes.map(toOptions), {
        redisOptions: common,
        // Names stay names: a certificate is made out to them, not to addresses.
        dnsLookup: (address, callback) => callback(null, address),
        slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
        // Else commands wait for a lost cluster without end: commandTimeout counts from a node on.
        enableOfflineQueue: waits,
        ...(retries ? {} : { lazyConnect: true, clusterRetryStrategy: NEVER }),
      });
    default:
      return target satisfies never;
  }
};

const toOptions = ({ host, port }: RedisAddress): { host: string; port: number } => ({
  host,
  port,
});

/** `connect` itself only says that the connection is closed; why, its `error` events say. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!('lastNodeError' in error)) return error.message;
  return `${error.message} ${reasonOf(error.lastNodeError)}`;
};

const isSentinelWithPassword = (target: RedisTarget, error: unknown): boolean =>
  target.kind === 'sentinel' &&
  target.password !== null &&
  error instanceof Error &&
  /sentinels are unreachable.*NOAUTH/s.test(error.message);
