import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSecurityLog, SECURITY_EVENTS } from '../../src/http/security-log.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { DOCUMENTS } from '../fixtures/documents.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

/* What the security log tells of attacks, and what an attacker can't make it tell. */

type Line = Readonly<Record<string, unknown>>;
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: line => void lines.push(line) });
const told = (): Line[] =>
  lines.map((line): Line => JSON.parse(line)).filter(line => 'security' in line);
const toldOf = (event: string): Line[] => told().filter(({ security }) => security === event);
beforeEach(() => {
  lines.length = 0;
});

test('each event is explained, with its level, and no other', () => {
  const { prose = [] } = DOCUMENTS.find(({ file }) => file === 'docs/running.md') ?? {};
  const rows = prose.flatMap(line => /^\| `(\w+)` \| (info|warn) \|/.exec(line)?.slice(1) ?? []);
  expect(rows).toEqual(Object.entries(SECURITY_EVENTS).flat());
});

describe('a flood', () => {
  const openLog = () => {
    const clock = { ms: 0 };
    return { clock, ...createSecurityLog(log, () => clock.ms) };
  };

  test('of one address is told in so many lines a minute, and then in a count', async () => {
    const { tell, clock } = openLog();
    for (let times = 0; times < 1_000; times++) {
      await tell('token_refused', { address: '203.0.113.9' });
    }
    expect(toldOf('token_refused')).toHaveLength(20);
    await tell('token_refused', { address: '203.0.113.10' });
    await tell('signed_in', { address: '203.0.113.9' });
    expect(told()).toHaveLength(22);
    clock.ms += 60_000;
    await tell('token_refused', { address: '203.0.113.9' });
    expect(told().slice(22)).toMatchObject([
      { left_out: 980, from: [{ network: '203.0.113.9', lines: 980 }] },
      { security: 'token_refused', address: '203.0.113.9' },
    ]);
  });

  test('of many addresses, too, and the addresses of one IPv6 network are one', async () => {
    const { tell, flush } = openLog();
    for (let number = 0; number < 100; number++) {
      await tell('sign_in_failed', { address: `2001:db8::${number.toString(16)}` });
    }
    expect(told()).toHaveLength(20);
    for (let number = 0; number < 1_000; number++) {
      await tell('sign_in_failed', { address: `198.51.${number % 4}.${number % 250}` });
    }
    expect(told()).toHaveLength(300);
    flush();
    const [{ left_out: leftOut, from } = {} as Line] = told().slice(300);
    expect(leftOut).toBe(800);
    expect(from).toHaveLength(10);
    flush();
    expect(told()).toHaveLength(301);
  });

  test('asks the database no more than it tells', async () => {
    const { tell } = openLog();
    let asked = 0;
    for (let times = 0; times < 50; times++) {
      await tell('signed_in', { address: '203.0.113.9' }, async () => {
        asked += 1;
        throw new Error('the database is away');
      });
    }
    expect(asked).toBe(20);
    expect(told()).toHaveLength(20);
  });
});

describe('at the door', () => {
  const PASSWORD = 'correct horse battery';
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk({}, { log });
    await addWithPassword(desk.database.pool, { name: 'Ada', role: 'admin', password: PASSWORD });
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  const send = (path: string, fields: Record<string, string>, headers = {}) =>
    fetch(`${desk.url}/support${path}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const signIn = (name: string, password: string, headers = {}) =>
    send('/sign-in', { name, password }, headers);
  const rowsOf = async (action: string): Promise<Line[]> => {
    const { rows } = await desk.database.pool.query<Line>(
      'select actor_name, target, after from reconciler.audit_log where action = $1 order by id',
      [action],
    );
    return rows;
  };

  test('a name that is nobody’s may be a password: it is told as a number only, the same one each time', async () => {
    await signIn('hunter2 is my password', 'x');
    await signIn('Hunter2 is my password ', 'x');
    await signIn('another', 'x');
    const numbers = toldOf('sign_in_failed').map(line => line.name_hash);
    expect(numbers).toEqual([numbers[0], numbers[0], expect.stringMatching(/^[0-9a-f]{12}$/)]);
    expect(numbers[2]).not.toBe(numbers[0]);
    expect(lines.join('')).not.toMatch(/hunter2/i);
  });

  test('a wrong password for somebody’s name names them, and never the password', async () => {
    await signIn('ada', 'hunter2');
    expect(toldOf('sign_in_failed')).toMatchObject([
      {
        level: 40,
        why: 'wrong',
        actor_name: 'Ada',
        address: '127.0.0.1',
        path: '/support/sign-in',
      },
    ]);
    expect(lines.join('')).not.toMatch(/hunter2/);
  });

  test('signing in, signing out: with who it was, and the signing out in the audit log', async () => {
    const entered = await signIn('Ada', PASSWORD);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(toldOf('signed_in')).toMatchObject([{ level: 30, actor_name: 'Ada' }]);
    const page = await (await fetch(`${desk.url}/support`, { headers: { cookie } })).text();
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page) ?? [];
    await send('/sign-out', { csrf: 'guessed' }, { cookie });
    expect(toldOf('form_refused')).toMatchObject([
      { actor_name: 'Ada', path: '/support/sign-out' },
    ]);
    expect(await rowsOf('sign_out')).toEqual([]);
    await send('/sign-out', { csrf }, { cookie });
    expect(toldOf('signed_out')).toMatchObject([{ actor_name: 'Ada' }]);
    expect(await rowsOf('sign_out')).toMatchObject([
      { actor_name: 'Ada', after: { from: '127.0.0.1' } },
    ]);
    expect(lines.join('')).not.toContain(csrf);
  });

  test('a link that opens nothing', async () => {
    await send('/sign-in/link', { key: randomBytes(32).toString('base64url') });
    expect(toldOf('sign_in_failed')).toMatchObject([{ why: 'link' }]);
  });

  test('a form of another site or another session', async () => {
    await signIn('Ada', PASSWORD, { 'sec-fetch-site': 'cross-site' });
    await desk.clerks.admin.post('/support/operators/add', { csrf: 'guessed', name: 'Eve' });
    expect(toldOf('form_refused')).toMatchObject([
      { level: 40, why: 'other_site' },
      { actor_name: 'a admin', path: '/support/operators/add' },
    ]);
  });

  test('neither a path nor a browser’s name begins a line of its own, or moves a cursor', async () => {
    const agent = `x\u009b2J{"security":"signed_in"} ${'y'.repeat(500)}`;
    await fetch(`${desk.url}/api/v1/queue%0A{"security":"signed_in"}?email=ada@example.com`, {
      headers: { 'user-agent': agent },
    });
    await fetch(`${desk.url}/api/v1/queue?email=ada@example.com`, {
      headers: { 'user-agent': agent },
    });
    await signIn('x\n{"security":"signed_in"}', 'x');
    expect(toldOf('signed_in')).toEqual([]);
    expect(told().length).toBeGreaterThan(0);
    expect(lines.join('')).not.toMatch(/\u009b|ada@example/);
    for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(toldOf('token_refused').every(line => String(line.agent).length <= 120)).toBe(true);
  });

  test('what a role doesn’t allow: each time in the log, once an hour in the audit log', async () => {
    const { viewer } = desk.clerks;
    for (let times = 0; times < 3; times++) await viewer.get('/support/operators');
    await viewer.get('/support/raw-queue');
    await desk.call('viewer', 'get', '/tokens');
    expect(toldOf('permission_refused').map(line => line.permission)).toEqual([
      'manage_operators',
      'manage_operators',
      'manage_operators',
      'raw_queue',
      'manage_tokens',
    ]);
    const rows = await rowsOf('refused');
    expect(new Set(rows.map(row => row.target))).toEqual(
      new Set(['permission:manage_operators', 'permission:raw_queue', 'permission:manage_tokens']),
    );
    // Four where the hour ended meanwhile.
    expect(rows.length).toBeLessThanOrEqual(4);
    expect(rows[0]).toMatchObject({
      actor_name: 'a viewer',
      after: { from: '127.0.0.1', path: 'GET /support/operators' },
    });
  });

  test('an export: who, by which filter, and how many rows they took', async () => {
    await desk.clerks.viewer.get('/support/connections.csv?state=failed');
    await desk.clerks.viewer.get('/support/audit-log.csv?what=add_operator');
    expect(toldOf('export_begun')).toMatchObject([
      { actor_name: 'a viewer', what: expect.stringMatching(/^connections-/) },
      { actor_name: 'a viewer', what: 'audit-log.csv' },
    ]);
    expect(await rowsOf('export')).toMatchObject([
      { actor_name: 'a viewer', target: 'connections', after: { state: 'failed' } },
      { actor_name: 'a viewer', target: 'audit_log', after: { action: 'add_operator' } },
    ]);
    expect(await rowsOf('end_export')).toMatchObject([
      { after: { rows: 0, complete: true } },
      { after: { rows: 5, complete: true } },
    ]);
  });

  // Last: from here on this address has no budget left.
  test('who is throttled', async () => {
    for (let times = 0; times < 40 && toldOf('sign_in_throttled').length === 0; times++) {
      await signIn('nobody', 'x');
    }
    expect(toldOf('sign_in_throttled')[0]).toMatchObject({ address: '127.0.0.1' });
  });

  test('a token that is none, an unknown one, and more of them than an address may show', async () => {
    const call = (headers: Record<string, string>) =>
      fetch(`${desk.url}/api/v1/queue`, { headers });
    await call({});
    const secret = `srk_${randomBytes(32).toString('base64url')}`;
    await call({ authorization: `Bearer ${secret}` });
    await desk.database.pool.query(
      `update reconciler.api_tokens set revoked_at = now() where name = 'a support'`,
    );
    await call({ authorization: `Bearer ${desk.tokens.support}` });
    const reasons = toldOf('token_refused').map(({ why }) => why);
    expect(reasons).toEqual(['none was sent', 'unknown', 'revoked']);
    expect(lines.join('')).not.toContain(secret);
    for (let times = 0; times < 80; times++) {
      await call({ authorization: `Bearer srk_${randomBytes(32).toString('base64url')}` });
    }
    expect(toldOf('token_refused').length).toBeLessThanOrEqual(20);
    expect(toldOf('secrets_throttled').length).toBeGreaterThan(0);
  });
});
