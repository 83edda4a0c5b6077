import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { runHere } from '../fixtures/here.ts';
import { freePort } from '../fixtures/ports.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';

const ENDPOINT = 'https://locks.example/webhooks/seam';

let seam: TestSeam;
let env: Record<string, string>;
beforeEach(async () => {
  seam = await startTestSeam();
  env = {
    // Nobody asks it; without one, a running `npm start` would lend its own.
    DATABASE_URL: 'postgresql://127.0.0.1:1/none',
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
  };
});
afterEach(() => seam[Symbol.asyncDispose]());

describe('webhook', () => {
  test('setup prints the secret once, alone on stdout; again, it changes nothing', async () => {
    const first = await runHere(['webhook', 'setup', '--url', ENDPOINT], env);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^whsec_\S+\n$/);
    expect(first.stderr).toContain('SEAM_WEBHOOK_SECRET');
    expect(first.stderr).not.toContain('whsec_');
    const again = await runHere(['webhook', 'setup', '--url', ENDPOINT], env);
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain('already');
    expect(seam.fake.database.webhooks).toHaveLength(1);
    const check = await runHere(['webhook', 'check'], {
      ...env,
      SEAM_WEBHOOK_SECRET: first.stdout.trim(),
    });
    expect(check).toMatchObject({ code: 0, stderr: '' });
  });

  test('setup refuses to change one that differs; check names what is missing', async () => {
    const types = EVENT_TYPES.slice(2);
    seam.fake.database.addWebhook({
      workspace_id: seam.workspaceId,
      url: ENDPOINT,
      event_types: types,
    });
    const setup = await runHere(['webhook', 'setup', '--url', ENDPOINT], env);
    expect(setup).toMatchObject({ code: 4, stdout: '' });
    const check = await runHere(['webhook', 'check'], env);
    expect(check.code).toBe(1);
    for (const type of EVENT_TYPES.slice(0, 2)) {
      expect(setup.stderr).toContain(type);
      expect(check.stdout).toContain(type);
    }
    const mended = await runHere(['webhook', 'setup', '--url', ENDPOINT, '--update'], env);
    expect(mended).toMatchObject({ code: 0, stdout: '' });
    expect((await runHere(['webhook', 'check', '--json'], env)).code).toBe(0);
  });

  test('check looks for the endpoint that WEBHOOK_URL names, as the alert does', async () => {
    const url = 'https://locks.example/seam/in';
    await seam.registerEndpoint(url, SECRET);
    expect(await runHere(['webhook', 'check'], env)).toMatchObject({ code: 1 });
    const named = await runHere(['webhook', 'check'], { ...env, WEBHOOK_URL: url });
    expect(named).toMatchObject({ code: 0, stderr: '' });
    const other = await runHere(['webhook', 'check', '--url', ENDPOINT], {
      ...env,
      WEBHOOK_URL: url,
    });
    expect(other.code).toBe(1);
  });

  test('setup takes no URL that would carry webhooks in the open', async () => {
    const setup = await runHere(['webhook', 'setup', '--url', 'http://locks.example/'], env);
    expect(setup).toMatchObject({ code: 2, stdout: '' });
    expect(setup.stderr).toContain('https://');
    expect(seam.calls).toEqual([]);
  });

  test('says that Seam is out of reach, or refuses the key, without a stack', async () => {
    const gone: Record<string, string> = {
      ...env,
      SEAM_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    };
    const stranger: Record<string, string> = { ...env, SEAM_API_KEY: 'seam_not_a_key' };
    for (const settings of [gone, stranger]) {
      const { code, stdout, stderr } = await runHere(['webhook', 'check'], settings);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stderr).not.toContain(String(settings.SEAM_API_KEY));
    }
  });
});
