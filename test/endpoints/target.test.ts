import { describe, expect, test } from 'vitest';
import { createAddressGuard, type Standing } from '../../src/endpoints/addresses.ts';
import { checkTarget, shownTarget } from '../../src/endpoints/target.ts';

describe('addresses', () => {
  test.each<[string, Standing]>([
    ['93.184.216.34', 'public'],
    ['1.1.1.1', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['2606:2800:220:1::1', 'public'],
    ['::ffff:93.184.216.34', 'public'],
    ['::ffff:5db8:d822', 'public'],
    ['64:ff9b::5db8:d822', 'public'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['10.0.0.1', 'forbidden'],
    ['100.64.0.1', 'forbidden'],
    ['100.127.255.255', 'forbidden'],
    ['127.0.0.1', 'forbidden'],
    ['127.255.255.254', 'forbidden'],
    ['169.254.169.254', 'forbidden'],
    ['172.16.0.1', 'forbidden'],
    ['172.31.255.255', 'forbidden'],
    ['192.0.0.170', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['192.88.99.1', 'forbidden'],
    ['192.168.1.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['198.51.100.1', 'forbidden'],
    ['203.0.113.1', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['239.255.255.255', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['::', 'forbidden'],
    ['::1', 'forbidden'],
    ['::127.0.0.1', 'forbidden'],
    ['::ffff:127.0.0.1', 'forbidden'],
    ['::ffff:7f00:1', 'forbidden'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'forbidden'],
    ['::ffff:10.0.0.1', 'forbidden'],
    ['::ffff:0:127.0.0.1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['64:ff9b::10.0.0.1', 'forbidden'],
    ['64:ff9b:1::5db8:d822', 'forbidden'],
    ['100::1', 'forbidden'],
    ['2001::1', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['3fff::1', 'forbidden'],
    ['5f00::1', 'forbidden'],
    ['fc00::1', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['2606:2800:220:1::1%eth0', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['', 'forbidden'],
    ['example.com', 'forbidden'],
    ['127.1', 'forbidden'],
  ])('%s is %s', (address, standing) => {
    expect(createAddressGuard([])(address)).toBe(standing);
  });

  test('of private networks only those that are set', () => {
    const standingOf = createAddressGuard(['10.20.0.0/16', 'fd00:20::/48', '192.168.1.7']);
    const allowed = ['10.20.0.1', '::ffff:10.20.0.1', '64:ff9b::10.20.255.255', 'fd00:20:0:1::1'];
    for (const address of [...allowed, '192.168.1.7']) expect(standingOf(address)).toBe('allowed');
    for (const address of ['10.21.0.1', '192.168.1.8', 'fd00:21::1', '127.0.0.1']) {
      expect(standingOf(address)).toBe('forbidden');
    }
    expect(standingOf('93.184.216.34')).toBe('public');
  });
});

describe('a URL', () => {
  const NETWORKS = ['10.20.0.0/16'];
  test.each([
    'https://app.example.com/hook?token=x',
    'https://app.example.com:8443',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/hook',
    'https://app.internal/hook',
  ])('%s may be', target => {
    expect(checkTarget('http', target, [])).toBeNull();
  });

  test.each([
    ['hook', 'must be a URL'],
    ['', 'must be a URL'],
    ['ftp://app.example.com', 'must be a URL'],
    ['file:///etc/passwd', 'must be a URL'],
    ['javascript:alert(1)', 'must be a URL'],
    ['https://', 'must be a URL'],
    ['https://user:pw@app.example.com', 'no user name'],
    ['https://user@app.example.com', 'no user name'],
    ['https://app.example.com/#a', 'no fragment'],
    [`https://app.example.com/${'a'.repeat(2_000)}`, 'at most 2000'],
    ['http://app.example.com/hook', 'must begin with https://'],
    ['http://93.184.216.34/', 'must begin with https://'],
    ['https://localhost/', 'not a public address'],
    ['https://LOCALHOST./', 'not a public address'],
    ['https://app.localhost/', 'not a public address'],
    ['https://127.0.0.1./', 'not a public address'],
    ['http://2130706433/', 'not a public address'],
    ['http://0x7f.1/', 'not a public address'],
    ['http://0177.0.0.1/', 'not a public address'],
    ['http://017700000001/', 'not a public address'],
    ['http://0x7f000001/', 'not a public address'],
    ['https://127.1/', 'not a public address'],
    ['https://0/', 'not a public address'],
    ['https://①②⑦.0.0.1/', 'not a public address'],
    ['https://127。0。0。1/', 'not a public address'],
    ['https://[::]/', 'not a public address'],
    ['https://[::1]/', 'not a public address'],
    ['https://[::ffff:127.0.0.1]/', 'not a public address'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'not a public address'],
    ['https://169.254.169.254/latest/meta-data/', 'not a public address'],
    ['https://10.20.0.1/', 'not a public address'],
  ])('%s may not', (target, words) => {
    expect(checkTarget('http', target, [])).toContain(words);
  });

  test('may be in a private network that is set, also without TLS', () => {
    for (const target of [
      'http://10.20.0.1:8080/hook',
      'https://10.20.0.1/',
      'http://0xa140001/',
    ]) {
      expect(checkTarget('http', target, NETWORKS)).toBeNull();
    }
    // A name is judged by what it leads to.
    expect(checkTarget('http', 'http://app.internal/', NETWORKS)).toBeNull();
    expect(checkTarget('http', 'http://10.21.0.1/', NETWORKS)).toContain('not a public address');
    expect(checkTarget('http', 'http://93.184.216.34/', NETWORKS)).toContain('begin with https://');
    expect(checkTarget('http', 'http://localhost:3000/', ['127.0.0.0/8'])).toBeNull();
  });

  test('is shown without what may be a secret', () => {
    expect(shownTarget('https://app.example.com:8443/hook?token=x')).toBe(
      'https://app.example.com:8443/hook',
    );
    expect(shownTarget('seam-messages')).toBe('seam-messages');
  });
});

describe('a queue', () => {
  test.each(['seam-messages', 'Messages_1', 'a.b', 'q'.repeat(100)])('%s may be', name => {
    expect(checkTarget('queue', name, [])).toBeNull();
  });
  test.each([
    '',
    'a:b',
    'a b',
    '{other}',
    'q'.repeat(101),
    '-a',
    'looks',
    'looks-ws_1',
    'Endpoints',
    'endpoints',
    'é',
    'https://app.example.com',
  ])('%j may not', name => {
    expect(checkTarget('queue', name, [])).not.toBeNull();
  });
});
