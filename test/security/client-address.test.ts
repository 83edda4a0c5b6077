import { Router } from 'express';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../src/access/network.ts';
import type { TrustProxy } from '../../src/config/doors.ts';
import { clientAddress } from '../../src/http/client-address.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { silentLog } from '../fixtures/settings.ts';

/* The attack: to be taken for somebody else, by a header that anyone can send. */

const addressWith = async (trustProxy: TrustProxy | undefined, forwarded: string) => {
  const router = Router().get('/', (request, response) => {
    response.json(clientAddress(request));
  });
  await using server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [router],
    log: silentLog,
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  const response = await fetch(server.url, {
    headers: {
      'x-forwarded-for': forwarded,
      'x-real-ip': forwarded,
      forwarded: `for=${forwarded}`,
    },
  });
  return response.json();
};

describe('the client’s address', () => {
  test.each([
    ['nobody is believed unless the settings say so', undefined, '203.0.113.9', '127.0.0.1'],
    ['off believes nobody', 0, '203.0.113.9', '127.0.0.1'],
    ['one proxy is believed', 1, '203.0.113.9', '203.0.113.9'],
    ['what a client sent to one proxy is not', 1, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['of two, the first one’s word', 2, '1.1.1.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['a network is believed', ['loopback'], '203.0.113.9', '203.0.113.9'],
    ['another network is not', ['10.0.0.0/8'], '203.0.113.9', '127.0.0.1'],
    ['a port is no part of it', 1, '203.0.113.9:4711', '203.0.113.9'],
    ['an IPv6 address in brackets', 1, '[2001:DB8::1]:443', '2001:db8::1'],
    ['an IPv4 address as IPv6 is that one', 1, '::ffff:203.0.113.9', '203.0.113.9'],
    ['what is no address is not taken for one', 1, '<script>', '127.0.0.1'],
  ] satisfies [string, TrustProxy | undefined, string, string][])(
    '%s',
    async (_case, trustProxy, forwarded, address) => {
      expect(await addressWith(trustProxy, forwarded)).toBe(address);
    },
  );

  test.each(['yes', 'true', '0.0.0.0/0', '::/0', '10.0.0.0/33', '11', '10.0.0', 'proxy.example'])(
    'TRUST_PROXY can’t be %s',
    TRUST_PROXY => {
      expect(faultsOf({ TRUST_PROXY }).faults.join()).toMatch(/^TRUST_PROXY must be/);
    },
  );
});

describe('a budget is that of', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
  ])('%s: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
