import { describe, expect, test } from 'vitest';
import { parseRedisUrl, RedisUrlError } from '../../src/config/redis-url.ts';

const OPEN = { tls: false, username: null, password: null };

describe('a REDIS_URL', () => {
  test.each([
    ['redis://cache', { ...OPEN, kind: 'single', address: { host: 'cache', port: 6379 }, db: 0 }],
    [
      'redis://127.0.0.1:7000/',
      { ...OPEN, kind: 'single', address: { host: '127.0.0.1', port: 7000 }, db: 0 },
    ],
    [
      'redis://[::1]:7000/3',
      { ...OPEN, kind: 'single', address: { host: '::1', port: 7000 }, db: 3 },
    ],
    [
      'rediss://:p%2Fw%40%25@cache:6380/1',
      {
        kind: 'single',
        tls: true,
        username: null,
        password: 'p/w@%',
        address: { host: 'cache', port: 6380 },
        db: 1,
      },
    ],
    [
      'redis://ann:a:b@c@cache',
      {
        kind: 'single',
        tls: false,
        username: 'ann',
        password: 'a:b@c',
        address: { host: 'cache', port: 6379 },
        db: 0,
      },
    ],
    [
      'redis+sentinel://one:26000,two,[fd00::3]:26002/my%20master/2',
      {
        ...OPEN,
        kind: 'sentinel',
        sentinels: [
          { host: 'one', port: 26_000 },
          { host: 'two', port: 26_379 },
          { host: 'fd00::3', port: 26_002 },
        ],
        masterName: 'my master',
        db: 2,
      },
    ],
    [
      'rediss+sentinel://:pw@one/main',
      {
        kind: 'sentinel',
        tls: true,
        username: null,
        password: 'pw',
        sentinels: [{ host: 'one', port: 26_379 }],
        masterName: 'main',
        db: 0,
      },
    ],
    [
      'redis+cluster://one:7000,two',
      {
        ...OPEN,
        kind: 'cluster',
        nodes: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
        ],
      },
    ],
    [
      'rediss+cluster://ann:pw@one/',
      {
        kind: 'cluster',
        tls: true,
        username: 'ann',
        password: 'pw',
        nodes: [{ host: 'one', port: 6379 }],
      },
    ],
  ])('%s is understood', (text, target) => {
    expect(parseRedisUrl(text)).toEqual(target);
  });

  test.each([
    ['', /starts with/],
    ['cache.secret:6379', /starts with/],
    ['http://secret', /starts with/],
    ['redis+tls://secret', /starts with/],
    ['redis://', /an address isn't host:port/],
    ['redis://secret:', /an address isn't host:port/],
    ['redis://secret:0', /an address isn't host:port/],
    ['redis://secret:65536', /an address isn't host:port/],
    ['redis://:secret/word@cache', /percent-encode/],
    ['redis://:secret?word@cache', /percent-encode/],
    ['redis://:secret#word@cache', /percent-encode/],
    ['redis://:secret word@cache', /percent-encode/],
    ['redis://:secret%@cache', /%25/],
    ['redis://secret@cache', /takes user:password or :password/],
    ['redis://secret/one', /database is not a number/],
    ['redis://secret/-1', /database is not a number/],
    ['redis://secret/1/2', /database is not a number/],
    ['redis://secret?db=1', /can't contain/],
    ['redis://secret,two', /several addresses/],
    ['redis+sentinel://secret:26379', /name of the master is missing/],
    ['redis+sentinel://secret//1', /name of the master is missing/],
    ['redis+sentinel://secret/main/secret', /database is not a number/],
    ['redis+sentinel://secret,,two/main', /an address isn't host:port/],
    ['rediss+cluster://secret,', /an address isn't host:port/],
    ['redis+cluster://secret/1', /no numbered databases/],
  ])('%j is refused with what is wrong, and never repeated', (text, told) => {
    const parse = () => parseRedisUrl(text);
    expect(parse).toThrow(RedisUrlError);
    expect(parse).toThrow(told);
    expect(parse).toThrow(/^must be /);
    expect(parse).not.toThrow(/secret/);
  });
});
