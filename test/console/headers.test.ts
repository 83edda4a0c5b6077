import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await addConnection(desk.database, { subject: 'connect_webview:w1', reason: 'user_not_found' });
});
afterAll(() => desk[Symbol.asyncDispose]());

const POLICY =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'";

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const ANSWERS: readonly (readonly [string, string, string, RequestInit?])[] = [
  ['a page', 'viewer', '/support'],
  ['a page asked for its headers', 'viewer', '/support', { method: 'HEAD' }],
  ['the sign-in', '', '/support/sign-in'],
  ['a link to sign in with', '', '/support/sign-in/link'],
  ['a wrong link', '', '/support/sign-in/link', { method: 'POST', headers: FORM, body: 'key=abc' }],
  ['a redirect to the sign-in', '', '/support/queue'],
  ['a form of nobody', '', '/support/queue/pause', { method: 'POST', headers: FORM, body: 'x=1' }],
  ['a form without its number', 'admin', '/support/queue/pause', { method: 'POST', headers: FORM }],
  ['a page of another role', 'viewer', '/support/operators'],
  ['no such page', 'viewer', '/support/nothing'],
  ['no such case', 'viewer', '/support/connections/x'],
  ['an address that can’t be read', 'viewer', '/support/connections/%ff'],
  ['a NUL', 'viewer', '/support/connections/%00'],
  [
    'a form that is too large',
    '',
    '/support/sign-in',
    { method: 'POST', headers: FORM, body: 'x'.repeat(300_000) },
  ],
  ['a list as CSV', 'viewer', '/support/connections.csv'],
  ['the audit log as CSV', 'viewer', '/support/audit-log.csv'],
  ['the raw queue, refused', 'viewer', '/support/raw-queue'],
];

const CASES = ANSWERS.map(([what, role, path, init = {}]) => ({ what, role, path, init }));

test.each(CASES)(
  '$what comes with the strict policy, and is kept by no cache',
  async ({ role, path, init }) => {
    const cookie = role === 'viewer' || role === 'admin' ? desk.clerks[role].cookie : '';
    const { headers } = await fetch(`${desk.url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { cookie, ...init.headers },
    });
    if (!path.startsWith('/support/raw-queue')) {
      expect(headers.get('content-security-policy')).toBe(POLICY);
    }
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  },
);

test.each([
  ['https://support.example.com', 'max-age=31536000'],
  ['https://localhost:8443', null],
  ['http://127.0.0.1:3000', null],
])('at %s browsers are told to come back with TLS: %s', async (consoleUrl, expected) => {
  await using elsewhere = await openDesk({ consoleUrl });
  for (const path of ['/support/sign-in', '/support/nothing']) {
    const response = await fetch(`${elsewhere.url}${path}`);
    await response.text();
    expect(response.headers.get('strict-transport-security')).toBe(expected);
  }
});
