import { afterEach, describe, expect, test } from 'vitest';
import { createSeam } from '../../../src/seam/client.ts';
import { EVENT_TYPES } from '../../../src/seam/events.ts';
import {
  endpointFault,
  judge,
  setUpWebhook,
  toEndpoint,
} from '../../../src/support/setup/webhooks.ts';
import { startTestSeam, type TestSeam } from '../../fixtures/seam.ts';
import { OTHER_SECRET, SECRET } from '../../fixtures/settings.ts';

const URL = 'https://locks.example/webhooks/seam';
const registered = (values: Partial<Parameters<typeof toEndpoint>[0]> = {}) => ({
  webhookId: 'webhook_1',
  url: URL,
  eventTypes: EVENT_TYPES as readonly string[],
  secret: null,
  ...values,
});

describe('where Seam may send webhooks', () => {
  test.each([URL, 'https://locks.example:8443/a/webhooks/seam?x=1', 'http://127.0.0.1:3000/'])(
    '%s',
    url => expect(endpointFault(url)).toBeNull(),
  );
  test.each([
    ['locks.example/webhooks/seam', /must be a full URL/],
    ['', /must be a full URL/],
    ['http://locks.example/webhooks/seam', /https/],
    ['http://127.0.0.1.locks.example/', /https/],
    ['ftp://127.0.0.1/', /https/],
    ['https://ann:pw@locks.example/', /user or a password/],
    ['https://locks.example/#here', /#/],
  ])('not %s', (url, fault) => expect(endpointFault(url)).toMatch(fault));
});

describe('an endpoint is compared by its event types', () => {
  test('exactly what is needed', () => {
    expect(toEndpoint(registered())).toMatchObject({ missing: [], superfluous: [] });
  });
  test('some are missing, some are for nothing', () => {
    const eventTypes = [...EVENT_TYPES.slice(1), 'device.connected'];
    expect(toEndpoint(registered({ eventTypes }))).toMatchObject({
      missing: [EVENT_TYPES[0]],
      superfluous: ['device.connected'],
    });
  });
  test('all there are', () => {
    expect(toEndpoint(registered({ eventTypes: ['*'] }))).toMatchObject({
      missing: [],
      superfluous: ['*'],
    });
  });
});

describe('what is registered is judged', () => {
  const lacking = registered({ webhookId: 'webhook_2', eventTypes: EVENT_TYPES.slice(1) });

  test('nothing at all, or nothing of ours', () => {
    expect(judge([], undefined, [])).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('/webhooks/seam')],
    });
    const other = registered({ url: 'https://locks.example/other' });
    expect(judge([other], undefined, []).problems[0]).toContain('1 with other URLs');
    expect(judge([registered()], 'https://other.example/webhooks/seam', []).ok).toBe(false);
    expect(judge([other], 'https://LOCKS.example:443/other', []).ok).toBe(true);
  });
  test('a type that is missing is named', () => {
    const { ok, problems } = judge([lacking], undefined, []);
    expect(ok).toBe(false);
    expect(problems).toEqual([`${URL} is not sent ${EVENT_TYPES[0]}.`]);
  });
  test('too much is no problem, but told', () => {
    const check = judge([registered({ eventTypes: ['*'] })], undefined, []);
    expect(check).toMatchObject({ ok: true, problems: [], notes: [expect.stringContaining('*')] });
  });
  test('of two endpoints of ours one that is in order is enough, and both are told', () => {
    const check = judge([lacking, registered()], undefined, []);
    expect(check).toMatchObject({ ok: true, problems: [] });
    expect(check.notes.join()).toMatch(/not sent.*more than once/);
  });
  test('a secret that we don’t have is a problem, and is not told', () => {
    const ours = registered({ secret: SECRET });
    expect(judge([ours], undefined, [OTHER_SECRET, SECRET]).ok).toBe(true);
    const check = judge([ours], undefined, [OTHER_SECRET]);
    expect(check.problems).toEqual([expect.stringContaining('SEAM_WEBHOOK_SECRET')]);
    expect(JSON.stringify(check)).not.toMatch(/whsec_/);
    // Without a secret of ours, or with one that Seam hides, there is nothing to compare.
    expect(judge([ours], undefined, []).ok).toBe(true);
    expect(judge([registered({ secret: '********' })], undefined, [SECRET]).ok).toBe(true);
  });
});

describe('setting it up', () => {
  let server: TestSeam;
  afterEach(() => server[Symbol.asyncDispose]());
  const setUp = (update: boolean, url = URL) =>
    setUpWebhook(createSeam(server), url, { update }, new AbortController().signal);

  test('registers it once, for exactly what is needed', async () => {
    server = await startTestSeam();
    expect(await setUp(false)).toMatchObject({
      kind: 'created',
      secret: expect.stringMatching(/^whsec_/),
      endpoint: { url: URL, missing: [], superfluous: [] },
    });
    const again = await setUp(false);
    expect(again.kind).toBe('already_there');
    expect(JSON.stringify(again)).not.toContain('whsec_');
    expect(server.fake.database.webhooks).toHaveLength(1);
  });

  test('leaves one alone that is there for other types, unless it is told to change it', async () => {
    server = await startTestSeam();
    const seam = createSeam(server);
    const signal = new AbortController().signal;
    await seam.createWebhook({ url: URL, eventTypes: ['device.connected'] }, signal);
    const first = await setUp(false);
    expect(first).toMatchObject({
      kind: 'differs',
      endpoint: { missing: EVENT_TYPES, superfluous: ['device.connected'] },
    });
    const [untouched] = await seam.listWebhooks(signal);
    expect(untouched?.eventTypes).toEqual(['device.connected']);
    expect(await setUp(true)).toMatchObject({ kind: 'updated', endpoint: { missing: [] } });
    expect(await seam.listWebhooks(signal)).toEqual([{ ...untouched, eventTypes: EVENT_TYPES }]);
  });
});
