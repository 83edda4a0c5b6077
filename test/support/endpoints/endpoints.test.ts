import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { createSecretBox } from '../../../src/endpoints/secrets.ts';
import { addEndpoint, type EndpointRequest } from '../../../src/support/endpoints/add.ts';
import { changeEndpoint } from '../../../src/support/endpoints/change.ts';
import { disableEndpoint, enableEndpoint } from '../../../src/support/endpoints/enable.ts';
import { listEndpoints, readEndpoint } from '../../../src/support/endpoints/read.ts';
import { removeEndpoint } from '../../../src/support/endpoints/remove.ts';
import { rotateSecret } from '../../../src/support/endpoints/secret.ts';
import { testEndpoint } from '../../../src/support/endpoints/test.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, someone, type Telling, tokenFor } from '../../fixtures/telling.ts';

let site: Telling;
beforeAll(async () => {
  site = await openTelling();
});
afterAll(() => site[Symbol.asyncDispose]());

const TARGET = 'https://app.example.com/hooks?key=of-the-app';
const request = (given: Partial<EndpointRequest> = {}): EndpointRequest => ({
  name: `app ${crypto.randomUUID()}`,
  kind: 'http',
  target: TARGET,
  ...given,
});
const secretsOf = async (id: number): Promise<{ secret: string | null; until: Date | null }[]> => {
  const { rows } = await site.database.pool.query<{ sealed: string; until: Date | null }>(
    'select sealed, until from reconciler.endpoint_secrets where endpoint_id = $1 order by id desc',
    [id],
  );
  const box = createSecretBox(site.desk.outgoing.secretsKeys);
  return rows.map(({ sealed, until }) => ({ secret: box.open(sealed), until }));
};

describe('an endpoint', () => {
  test('is added with a secret that is stored sealed, and in no view and no audit row', async () => {
    const given = request({ types: ['account.unlinked', 'account.linked'], workspaces: ['flats'] });
    const { endpoint, secret } = await addEndpoint(site.desk, someone('admin'), {
      ...given,
      why: 'the app asks for it',
    });
    expect(secret).toMatch(/^whsec_/);
    expect(endpoint).toMatchObject({
      ...{ name: given.name, kind: 'http', target: 'https://app.example.com/hooks', perSecond: 50 },
      ...{ types: ['account.linked', 'account.unlinked'], workspaces: ['flats'], state: 'enabled' },
      ...{ waiting: { number: 0, isCapped: false }, createdBy: 'a admin', failures: 0 },
      secrets: [{ createdAt: expect.any(Date), until: null }],
    });
    expect(await secretsOf(endpoint.id)).toEqual([{ secret, until: null }]);
    const audit = await site.audit('add_endpoint');
    expect(audit.at(-1)).toMatchObject({
      target: `endpoint:${endpoint.id}`,
      after: { name: given.name, target: 'https://app.example.com/hooks', workspaces: ['flats'] },
      why: 'the app asks for it',
    });
    const { rows } = await site.database.pool.query(
      'select sealed from reconciler.endpoint_secrets',
    );
    const seen = JSON.stringify([endpoint, audit, rows]);
    expect(seen).not.toContain(String(secret));
    expect(seen).not.toContain('of-the-app');
  });

  test.each([
    ['name', { name: ' ' }],
    ['name', { name: 'a\u202eb' }],
    ['kind', { kind: 'email' }],
    ['target', { target: '' }],
    ['target', { target: 'app.example.com' }],
    ['target', { target: 'ftp://app.example.com' }],
    ['target', { target: 'https://10.0.0.1/' }],
    ['target', { target: 'https://[::ffff:169.254.169.254]/' }],
    ['target', { target: `https://app.example.com/${'a'.repeat(2_000)}` }],
    ['target', { kind: 'queue', target: 'looks' }],
    ['target', { kind: 'queue', target: 'a:b' }],
    ['types', { types: [] }],
    ['types', { types: ['account.link'] }],
    ['workspaces', { workspaces: [] }],
    ['workspaces', { workspaces: ['villas'] }],
    ['per_second', { perSecond: 0 }],
    ['per_second', { perSecond: 1.5 }],
    ['why', { why: 'w'.repeat(501) }],
  ])('is refused for its %s: %j', async (field, given) => {
    await expect(addEndpoint(site.desk, SHELL, request(given))).rejects.toMatchObject({
      fault: 'invalid',
      faults: { [field]: expect.any(String) },
    });
  });

  test('has a name of its own, and is made once for the same request', async () => {
    const given = request();
    const actor: Actor = { ...SHELL, idempotencyKey: 'the same' };
    await addEndpoint(site.desk, actor, given);
    const again = addEndpoint(site.desk, actor, { ...given, name: 'another' });
    await expect(again).rejects.toThrow('already done');
    await expect(addEndpoint(site.desk, SHELL, given)).rejects.toMatchObject({
      faults: { name: expect.stringContaining('already an endpoint') },
    });
  });

  test('is for admins to manage, for everybody to read, and for no token that is limited', async () => {
    const id = await site.add();
    const { desk } = site;
    const why = 'a test';
    const manage: ((actor: Actor) => Promise<unknown>)[] = [
      actor => addEndpoint(desk, actor, request()),
      actor => changeEndpoint(desk, actor, id, { perSecond: 5 }),
      actor => rotateSecret(desk, actor, id),
      actor => testEndpoint(desk, actor, id),
      actor => disableEndpoint(desk, actor, id, { why }),
      actor => enableEndpoint(desk, actor, id, { missed: 'skip' }),
      actor => removeEndpoint(desk, actor, id, { why }),
    ];
    const others = [someone('viewer'), someone('support'), someone('on-call'), tokenFor('hotels')];
    for (const actor of others) {
      for (const each of manage) {
        await expect(each(actor)).rejects.toMatchObject({ fault: 'not_allowed' });
      }
    }
    expect(await readEndpoint(desk, someone('viewer'), id)).toMatchObject({ id, state: 'enabled' });
    const limited = tokenFor('hotels');
    await expect(listEndpoints(desk, limited)).rejects.toMatchObject({ fault: 'not_allowed' });
    await expect(readEndpoint(desk, limited, id)).rejects.toMatchObject({ fault: 'not_allowed' });
  });

  test('that isn’t there is not found', async () => {
    const { desk } = site;
    const id = 4_711;
    const asked: (() => Promise<unknown>)[] = [
      () => changeEndpoint(desk, SHELL, id, { perSecond: 5 }),
      () => rotateSecret(desk, SHELL, id),
      () => testEndpoint(desk, SHELL, id),
      () => disableEndpoint(desk, SHELL, id, { why: 'a test' }),
      () => enableEndpoint(desk, SHELL, id, { missed: 'skip' }),
      () => removeEndpoint(desk, SHELL, id, { why: 'a test' }),
      () => readEndpoint(desk, SHELL, id),
    ];
    for (const each of asked) {
      await expect(each()).rejects.toMatchObject({ fault: 'not_found' });
    }
  });

  test('is changed in what is given; another target is tried at once', async () => {
    const id = await site.add({ types: ['account.linked'] });
    const [one = 0] = await site.tell({});
    await site.end(id, one, 'waiting', 6);
    await site.database.pool.query(
      `update reconciler.endpoints set failures = 6, failing_since = now(), fault = 'x',
              rest_until = now() + interval '5 min' where id = $1`,
      [id],
    );
    site.news();
    const { endpoint: renamed } = await changeEndpoint(site.desk, SHELL, id, {
      name: 'crm',
      perSecond: 5,
    });
    expect(renamed).toMatchObject({
      name: 'crm',
      perSecond: 5,
      types: ['account.linked'],
      failures: 6,
    });
    const { endpoint: moved } = await changeEndpoint(site.desk, SHELL, id, {
      target: TARGET,
      types: null,
    });
    expect(moved).toMatchObject({ types: null, failures: 0, failingSince: null, restUntil: null });
    const { rows } = await site.database.pool.query(
      'select attempts, due_at from reconciler.sendings where endpoint_id = $1',
      [id],
    );
    expect(rows).toEqual([{ attempts: 0, due_at: null }]);
    expect(site.news()).toContain(id);
    await changeEndpoint(site.desk, SHELL, id, { target: `${TARGET}-2` });
    await changeEndpoint(site.desk, SHELL, id, { target: `${TARGET}-2` });
    const changes = await site.audit('change_endpoint');
    expect(changes).toMatchObject([
      { before: { per_second: 50 }, after: { name: 'crm', per_second: 5 } },
      { before: { types: ['account.linked'] }, after: { types: null } },
      { after: { target: 'https://app.example.com/hooks', query: 'changed' } },
    ]);
    expect(JSON.stringify(changes)).not.toContain('of-the-app');
    await site.add({ name: 'taken' });
    await expect(changeEndpoint(site.desk, SHELL, id, { name: 'taken' })).rejects.toMatchObject({
      faults: { name: expect.any(String) },
    });
    await expect(changeEndpoint(site.desk, SHELL, id, {})).rejects.toMatchObject({
      fault: 'invalid',
    });
  });

  test('gets another secret: for the overlap both sign, and no more than five at once', async () => {
    const id = await site.add();
    const [{ secret: first = null } = {}] = await secretsOf(id);
    const { secret, formerUntil } = await rotateSecret(site.desk, SHELL, id, { overlapHours: 2 });
    expect(await secretsOf(id)).toEqual([
      { secret, until: null },
      { secret: first, until: formerUntil },
    ]);
    expect((await readEndpoint(site.desk, SHELL, id)).secrets).toMatchObject([
      { until: null },
      { until: formerUntil },
    ]);
    for (let n = 3; n <= 5; n++) await rotateSecret(site.desk, SHELL, id);
    // The first one’s overlap is not made longer.
    expect((await secretsOf(id)).at(-1)?.until).toEqual(formerUntil);
    await expect(rotateSecret(site.desk, SHELL, id)).rejects.toMatchObject({ fault: 'refused' });
    const last = await rotateSecret(site.desk, SHELL, id, { overlapHours: 0 });
    expect((await readEndpoint(site.desk, SHELL, id)).secrets).toHaveLength(1);
    await rotateSecret(site.desk, SHELL, id);
    expect((await secretsOf(id)).map(each => each.secret)).toEqual([
      expect.any(String),
      last.secret,
    ]);
    await expect(rotateSecret(site.desk, SHELL, id, { overlapHours: 721 })).rejects.toMatchObject({
      faults: { overlap: expect.any(String) },
    });
    const queue = await site.add({ kind: 'queue', target: 'seam-messages' });
    await expect(rotateSecret(site.desk, SHELL, queue)).rejects.toThrow('aren’t signed');
    const keyless = { ...site.desk, outgoing: { ...site.desk.outgoing, secretsKeys: [] } };
    await expect(rotateSecret(keyless, SHELL, id)).rejects.toThrow('ENDPOINT_SECRETS_KEY');
  });

  test('goes with all that waits for it and was sent to it, and the messages stay', async () => {
    const id = await site.add();
    const other = await site.add();
    const [one = 0] = await site.tell({});
    await site.end(id, one, 'delivered');
    await expect(removeEndpoint(site.desk, SHELL, id, { why: ' ' })).rejects.toMatchObject({
      faults: { why: expect.any(String) },
    });
    await removeEndpoint(site.desk, SHELL, id, { why: 'a test' });
    await expect(readEndpoint(site.desk, SHELL, id)).rejects.toMatchObject({ fault: 'not_found' });
    expect(await site.stands(id)).toEqual([]);
    expect(await site.stands(other)).toEqual([`${one} waiting`]);
    expect(await secretsOf(id)).toEqual([]);
    expect((await site.audit('remove_endpoint')).at(-1)).toMatchObject({
      target: `endpoint:${id}`,
      before: { kind: 'http' },
      why: 'a test',
    });
  });
});
