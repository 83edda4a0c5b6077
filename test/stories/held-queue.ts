import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type BackendKind, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

const PROBE = '/workspaces/get';

const refuse = (response: ServerResponse, status: number, type: string) =>
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { type, message: 'no' } }));

const TROUBLES = [
  {
    reason: 'seam_unauthorized',
    answer: (response: ServerResponse) =>
      response
        .writeHead(401, { 'content-type': 'application/json', 'seam-request-id': 'refused_1' })
        .end('{"error":{"type":"unauthorized","message":"bad key"}}'),
  },
  {
    reason: 'workspace_suspended',
    answer: (response: ServerResponse) => refuse(response, 403, 'workspace_suspended'),
  },
  {
    reason: 'seam_unavailable',
    answer: (response: ServerResponse) => response.writeHead(503).end(),
  },
];

/** Seam as a whole is the trouble, and not one connection. */
export const testHeldQueue = (kind: BackendKind): void => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const connectMany = async (number: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let i = 0; i < number; i++) {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      ids.push(webviewId);
    }
    return ids;
  };
  const status = async () =>
    JSON.parse((await runHere(['queue', 'status', '--json'], house.env)).stdout);
  const readiness = async () => {
    const answer = await fetch(`${house.url}/readyz`);
    return ((await answer.json()) as { checks: Record<string, string> }).checks;
  };

  test.each(TROUBLES)(
    '$reason holds the queue, is seen everywhere, and ends by itself when a probe is answered',
    async ({ reason, answer }) => {
      house.seam.interfere(() => answer);
      const before = house.seam.calls.length;
      const ids = await connectMany(8);
      const held = await until('a hold', async () => (await status()).holds[0]);
      expect(held).toMatchObject({ reason, sentence: expect.any(String) });
      expect((await readiness()).seam).toContain(reason);
      expect((await readiness()).database).toBe('ok');

      // The first probe comes seconds after the hold: whatever was under way then is over by now.
      // The scheduled backfill asks on its own account.
      const calls = () =>
        house.seam.calls
          .slice(before)
          .map(({ path }) => path)
          .filter(path => path !== '/events/list');
      const sinceProbe = () => calls().slice(Math.max(0, calls().indexOf(PROBE)));
      await until('two probes', () => sinceProbe().filter(path => path === PROBE).length >= 2);
      expect(new Set(sinceProbe())).toEqual(new Set([PROBE]));

      house.seam.interfere(null);
      for (const id of ids) {
        expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
      }
      expect((await status()).holds).toEqual([]);
      expect((await readiness()).seam).toBe('ok');
      expect(JSON.stringify([house.work.log, house.serve.log])).not.toContain(house.seam.apiKey);
    },
  );

  test('a Seam that takes a call and says nothing holds the queue, too, and says so in words', async () => {
    house.seam.interfere(() => () => undefined);
    const ids = await connectMany(5);
    const held = await until('a hold', async () => (await status()).holds[0]);
    expect(held).toMatchObject({ reason: 'seam_timeout', detail: 'no answer within 10 s' });
    house.seam.interfere(null);
    for (const id of ids) {
      expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
    }
    await until('no hold', async () => (await status()).holds.length === 0);
  });

  test('a right that our key lacks holds the queue until it has it, however well Seam shows the workspace', async () => {
    house.seam.interfere(path =>
      path === PROBE ? null : response => refuse(response, 403, 'insufficient_permissions'),
    );
    const ids = await connectMany(2);
    const held = await until('a hold', async () => (await status()).holds[0]);
    expect(held).toMatchObject({ reason: 'seam_forbidden' });
    expect((await readiness()).seam).toContain('seam_forbidden');
    house.seam.interfere(null);
    for (const id of ids) {
      expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
    }
  });

  test('what Seam refuses of one connection is that one’s: few retries for what can’t be mended by any, and no hold', async () => {
    const refusals = new Map<string, readonly [status: number, code: string]>();
    house.seam.interfere((path, body) => {
      const refusal = refusals.get(String(body.connect_webview_id));
      return path === '/connect_webviews/get' && refusal !== undefined
        ? response => refuse(response, ...refusal)
        : null;
    });
    const connectRefused = async (status: number, code: string): Promise<string> => {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      refusals.set(webviewId, [status, code]);
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      return webviewId;
    };
    const refused = await connectRefused(400, 'bad_request');
    const forbidden = await connectRefused(403, 'forbidden');
    expect(await house.settled(refused, 'failed')).toMatchObject({ reason: 'seam_refused' });
    const waiting = await until('a look that was forbidden', async () => {
      const found = await house.find(forbidden);
      return found?.reason === 'seam_forbidden' && found;
    });
    expect(waiting).toMatchObject({ state: 'retrying', attempts: 0 });
    const [healthy = ''] = await connectMany(1);
    expect(await house.settled(healthy, 'linked')).toMatchObject({ user_id: 'ada' });
    expect((await status()).holds).toEqual([]);
    house.seam.interfere(null);
  });

  test('a few subjects that Seam answers with rubbish hold up nobody else, and are not hammered', async () => {
    const broken = new Set<string>();
    house.seam.interfere((path, body) =>
      path === '/connect_webviews/get' && broken.has(String(body.connect_webview_id))
        ? response => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
        : null,
    );
    const before = house.seam.calls.length;
    for (let i = 0; i < 7; i++) {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      broken.add(webviewId);
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
    }
    const [healthy = ''] = await connectMany(1);
    expect(await house.settled(healthy, 'linked')).toMatchObject({ user_id: 'ada' });
    expect((await status()).holds).toEqual([]);
    const probes = house.seam.calls.slice(before).filter(c => c.path === PROBE);
    expect(probes).toEqual([]);
    house.seam.interfere(null);
    for (const id of broken) await house.settled(id, 'linked');
  });
};
