import type { Cluster, Redis } from 'ioredis';
import { QueueFault } from './errors.ts';

type Client = Pick<Redis | Cluster, 'info' | 'call' | 'multi'>;

/**
 * Does with a key what BullMQ's scripts do, of each kind of value, and leaves nothing. It answers with its own hash, by
 * which it is called again: BullMQ calls its scripts by theirs, and Redis may allow one way and not the other.
 */
const SCRIPT = `
  local key = KEYS[1]
  local call = redis.call
  call('SET', key, '1', 'PX', 60000) call('INCR', key) call('PTTL', key) call('DEL', key)
  call('HSET', key, 'a', '1') call('HGET', key, 'a') call('DEL', key)
  call('LPUSH', key, 'a') call('RPOPLPUSH', key, key) call('LRANGE', key, 0, -1) call('DEL', key)
  call('ZADD', key, 0, 'a') call('ZRANGEBYLEX', key, '-', '+') call('ZREM', key, 'a')
  call('SADD', key, 'a') call('SREM', key, 'a')
  call('XADD', key, 'MAXLEN', '~', 1, '*', 'a', '1') call('UNLINK', key)
  return redis.sha1hex(ARGV[1])`;

/**
 * Tries what BullMQ needs of Redis: INFO, scripts on a key of ours, a transaction, and that it is no replica.
 *
 * @param key one that nothing else uses, with the prefix of our keys
 * @returns what is wrong with it though it works for now; null: nothing
 * @throws QueueFault when the queue can't work there; whatever the connection throws
 */
export const examineRedis = async (client: Client, key: string): Promise<QueueFault | null> => {
  try {
    const info = await client.info();
    if (fieldOf(info, 'role') === 'slave')
      throw new QueueFault(`${UNUSABLE}: it is a replica`, PRIMARY);
    const hash = String(await client.call('EVAL', SCRIPT, 1, key, SCRIPT));
    await client.call('EVALSHA', hash, 1, key, SCRIPT);
    await client.multi().zadd(key, 0, 'a').bzpopmin(key, 1).del(key).exec();
    const policy = fieldOf(info, 'maxmemory_policy');
    return policy === null || policy === 'noeviction' ? null : eviction(policy);
  } catch (error) {
    throw faultOf(error, key) ?? error;
  }
};

const UNUSABLE = "Redis can't be used";
const PRIMARY = 'Set REDIS_URL to the primary, or to the Sentinels, which know it.';

const fieldOf = (info: string, name: string): string | null =>
  info
    .split('\r\n')
    .find(line => line.startsWith(`${name}:`))
    ?.slice(name.length + 1) ?? null;

const eviction = (policy: string): QueueFault =>
  new QueueFault(
    `Redis removes keys when its memory is full (maxmemory-policy ${policy}), and with them checks that wait`,
    'Set maxmemory-policy to noeviction.',
  );

/** What Redis answers where something isn't as BullMQ needs it, and what that means. */
const faultOf = (error: unknown, key: string): QueueFault | null => {
  if (error instanceof QueueFault) return error;
  const text = messagesOf(error).join(' ');
  const pattern = `${key.split(':', 1)[0]}:*`;
  const [, command] = /run the '([^']+)' command|unknown command [`']([^`',]+)/i.exec(text) ?? [];
  const rules: readonly (readonly [RegExp, string, string])[] = [
    [/READONLY/, 'it is a replica and can only be read', PRIMARY],
    [
      /NOPERM.*\b(key|keys)\b/s,
      `our user may not use keys like ${pattern}`,
      `Allow it these keys (ACL rule ~${pattern}).`,
    ],
    [
      /NOPERM|ACL failure|can't run this command|unknown command/i,
      `our user may not run ${command === undefined ? 'a command that BullMQ needs' : command.toUpperCase()}`,
      'Allow it INFO, EVAL, EVALSHA, MULTI and all commands on keys (ACL rules +@all -@dangerous +info), or use another Redis.',
    ],
    [/\bOOM\b/, 'its memory is full', 'Raise maxmemory, or remove what else is stored there.'],
    [
      /MISCONF/,
      "it can't save its data, and so refuses changes",
      'See its log: its disk may be full.',
    ],
    [/MASTERDOWN|NOREPLICAS/, 'its replication is broken, and so it refuses changes', PRIMARY],
  ];
  const rule = rules.find(([known]) => known.test(text));
  return rule === undefined ? null : new QueueFault(`${UNUSABLE}: ${rule[1]}`, rule[2]);
};

/** Of a transaction that was refused, the errors of its commands say why. */
const messagesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const causes =
    'previousErrors' in error && Array.isArray(error.previousErrors) ? error.previousErrors : [];
  return [error.message, ...causes.flatMap(messagesOf)];
};
