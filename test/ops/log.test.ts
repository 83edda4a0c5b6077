import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { SeamHttp } from '@seamapi/http';
import { describe, expect, test } from 'vitest';
import { describeError } from '../../src/ops/log.ts';
import { VERSION } from '../../src/ops/version.ts';
import { freePort } from '../fixtures/ports.ts';

const LEAK = 'hunter2';
const told = (error: unknown): string => JSON.stringify(describeError(error));

describe('an error in the log', () => {
  test.each([
    ['Postgres', `postgres://app:${LEAK}@db:5432/app`, 'postgres://***@db:5432/app'],
    ['Redis without a user', `rediss://:${LEAK}@cache:6380`, 'rediss://***@cache:6380'],
    ['a token alone', `https://${LEAK}@seam.example/x`, 'https://***@seam.example/x'],
    ['capitals', `POSTGRES://App:${LEAK}@DB/app`, 'POSTGRES://***@DB/app'],
    ['an escaped password', `postgresql://app:%40${LEAK}%2F@db/app`, 'postgresql://***@db/app'],
    ['a quoted URL', `(url "redis://u:${LEAK}@cache")`, '(url "redis://***@cache")'],
    ['two', `a://b:${LEAK}@c, d://e:${LEAK}@f`, 'a://***@c, d://***@f'],
  ])('shows where it went, but not with which password: %s', (_name, text, shown) => {
    const error = new Error(`can't reach ${text}`);
    expect(describeError(error)).toMatchObject({ message: `can't reach ${shown}` });
    expect(told(error)).not.toContain(LEAK);
    expect(told(new Error('it failed', { cause: error }))).not.toContain(LEAK);
    expect(told(`thrown as a text: ${text}`)).not.toContain(LEAK);
  });

  test('leaves addresses alone that carry no password', () => {
    const message = 'ada@example.com at https://seam.example/users/@ada and localhost:5432';
    expect(describeError(new Error(message))).toMatchObject({ message });
  });

  test('tells of all its causes, each with its type, code and place', () => {
    const root = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
    const error = new Error('no answer', { cause: new Error('no socket', { cause: root }) });
    expect(describeError(error)).toEqual({
      type: 'Error',
      message: 'no answer',
      stack: expect.stringContaining('log.test.ts'),
      cause: {
        type: 'Error',
        message: 'no socket',
        stack: expect.stringContaining('log.test.ts'),
        cause: {
          type: 'TypeError',
          message: 'refused',
          code: 'ECONNREFUSED',
          stack: expect.stringContaining('log.test.ts'),
        },
      },
    });
  });

  test('drops what an HTTP library hangs on it: the key and the request', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const seam = new SeamHttp({
      apiKey: `seam_${LEAK}`,
      endpoint,
      axiosRetryOptions: { retries: 0 },
    });
    const failed: unknown = await seam.client
      .post('/devices/list', { id: LEAK })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ config: { headers: { authorization: `Bearer seam_${LEAK}` } } });
    expect(told(failed)).not.toContain(LEAK);
    expect(told(new Error('no answer', { cause: failed }))).not.toContain(LEAK);
    expect(describeError(failed)).toMatchObject({ message: expect.stringMatching(/\w/) });
  });

  test.each([[undefined], [null], [42], ['a text'], [{ password: LEAK }]])(
    'is told even when what was thrown is no error: %j',
    thrown => {
      expect(describeError(thrown)).toEqual({ message: expect.stringMatching(/\w/) });
      expect(told(thrown)).not.toContain(LEAK);
    },
  );
});

/** Logs in a process of its own. @returns what came out where */
const logInChild = (script: string): { stdout: string; lines: Record<string, unknown>[] } => {
  const log = new URL('../../src/ops/log.ts', import.meta.url).href;
  const program = `
    import { createLogger } from ${JSON.stringify(log)};
    const log = createLogger({ level: 'info', pretty: false });
    ${script}`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const lines = child.stderr.trimEnd().split('\n');
  return { stdout: child.stdout, lines: lines.map(line => JSON.parse(line)) };
};

const SECRET_FIELDS = [
  'apiKey',
  'secret',
  'password',
  'authorization',
  'body',
  'payload',
  'headers',
];

describe('the log', () => {
  test('is JSON lines on stderr, so that stdout stays for data', () => {
    const { stdout, lines } = logInChild(`
      log.info({ event_id: 'event_1\\n{"level":"fatal"}' }, 'delivery stored');
      log.debug('too fine');
      process.exit(0);`);
    expect(stdout).toBe('');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'seam-reconciler',
        version: VERSION,
        host: os.hostname(),
        // What somebody sent makes no line of its own.
        event_id: 'event_1\n{"level":"fatal"}',
        msg: 'delivery stored',
      },
    ]);
  });

  test('on a terminal is short: whoever reads it knows what it is of', () => {
    const log = new URL('../../src/ops/log.ts', import.meta.url).href;
    const program = `
      import { createLogger } from ${JSON.stringify(log)};
      createLogger({ level: 'info', pretty: true }).info({ event_id: 'event_1' }, 'delivery stored');`;
    const args = ['--input-type=module', '-e', program];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toContain('delivery stored');
    expect(stderr).toContain('event_1');
    expect(stderr).not.toContain(os.hostname());
    expect(stderr).not.toContain('seam-reconciler');
  });

  test('shows no secret and no payload, also when somebody logs one by mistake', () => {
    const fields = JSON.stringify(Object.fromEntries(SECRET_FIELDS.map(name => [name, LEAK])));
    const { lines } = logInChild(`
      log.info(${fields}, 'itself');
      log.info({ request: ${fields} }, 'inside another');
      log.child({ connection: ${fields} }).warn(${fields}, 'by a child');
      log.info({ headers: { authorization: 'Bearer ${LEAK}' }, body: Buffer.from('${LEAK}') });`);
    const redacted = Object.fromEntries(SECRET_FIELDS.map(name => [name, '[redacted]']));
    expect(lines).toMatchObject([
      redacted,
      { request: redacted },
      { connection: redacted, ...redacted },
      { headers: '[redacted]', body: '[redacted]' },
    ]);
    expect(JSON.stringify(lines)).not.toContain(LEAK);
  });

  test.each(['err', 'error'])('describes an error given as "%s"', name => {
    const { lines } = logInChild(`
      const config = { headers: { Authorization: 'Bearer ${LEAK}' } };
      const cause = Object.assign(new Error('redis://:${LEAK}@cache'), { config });
      log.error({ ${name}: new Error('it failed', { cause }) }, 'a look failed');`);
    expect(lines).toMatchObject([
      { [name]: { message: 'it failed', cause: { message: 'redis://***@cache' } } },
    ]);
    expect(JSON.stringify(lines)).not.toContain(LEAK);
  });
});
