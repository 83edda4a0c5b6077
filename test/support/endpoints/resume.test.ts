import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeAnswer } from '../../../src/cli/endpoints-text.ts';
import { createSecretBox } from '../../../src/endpoints/secrets.ts';
import { testEndpoint } from '../../../src/support/endpoints/test.ts';
import { type Receiver, startReceiver } from '../../fixtures/endpoints.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, type Telling } from '../../fixtures/telling.ts';

let site: Telling;
let app: Receiver;
beforeAll(async () => {
  site = await openTelling();
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(async () => {
  app = await startReceiver();
});
afterEach(() => app[Symbol.asyncDispose]());

const endpointOf = async (id: number) =>
  (
    await site.database.pool.query(
      'select failures, rest_until, failing_since, disabled_at from reconciler.endpoints where id = $1',
      [id],
    )
  ).rows[0];
const waitingOf = async (id: number) =>
  (
    await site.database.pool.query(
      'select attempts, due_at is null as is_due from reconciler.sendings where endpoint_id = $1',
      [id],
    )
  ).rows;

/** An endpoint to which one message is owed that comes in five hours. */
const waiting = async (standing: string) => {
  const id = await site.add({ target: app.url });
  const { rows } = await site.database.pool.query<{ sealed: string }>(
    'select sealed from reconciler.endpoint_secrets where endpoint_id = $1',
    [id],
  );
  const box = createSecretBox(site.desk.outgoing.secretsKeys);
  app.verifyWith(...rows.map(({ sealed }) => box.open(sealed) ?? ''));
  const [position = 0] = await site.tell({ account: crypto.randomUUID() });
  await site.end(id, position, 'waiting', 6);
  await site.database.pool.query(`update reconciler.endpoints set ${standing} where id = $1`, [id]);
  site.news();
  return id;
};
const RESTS = `failures = 9, failing_since = now(), fault = 'x', rest_until = now() + interval '5 min'`;

describe('a test that the app takes', () => {
  test.each([
    ['rests', RESTS, 9],
    ['fails', `failures = 1, failing_since = now(), fault = 'x'`, 1],
    ['asked for a pause', `rest_until = now() + interval '1 h'`, 0],
  ])('has what waits sent now by an endpoint that %s', async (_, standing, failures) => {
    const id = await waiting(standing);
    const tested = await testEndpoint(site.desk, SHELL, id);
    expect(tested).toMatchObject({ status: 204, resumed: true });
    expect(describeAnswer(tested)).toContain('What waits for it is sent now.');
    // Not by a message that counts: it is seen to fail until it takes one of those.
    expect(await endpointOf(id)).toMatchObject({ failures, rest_until: null });
    expect(await waitingOf(id)).toEqual([{ attempts: 0, is_due: true }]);
    expect(site.news()).toEqual([id]);
  });

  test.each([
    ['well', 'failures = 0'],
    ['disabled', `${RESTS}, disabled_at = now(), disabled_because = 'failing'`],
  ])('changes nothing of one that is %s', async (_, standing) => {
    const id = await waiting(standing);
    const before = await endpointOf(id);
    const tested = await testEndpoint(site.desk, SHELL, id);
    expect(tested).toMatchObject({ status: 204, resumed: false });
    expect(describeAnswer(tested)).not.toContain('sent now');
    expect(await endpointOf(id)).toEqual(before);
    expect(await waitingOf(id)).toEqual([{ attempts: 6, is_due: false }]);
    expect(site.news()).toEqual([]);
  });
});

test('a test that fails leaves an endpoint its rest', async () => {
  const id = await waiting(RESTS);
  const before = await endpointOf(id);
  app.handle((_got, response) => {
    response.writeHead(500).end();
  });
  expect(await testEndpoint(site.desk, SHELL, id)).toMatchObject({ status: 500, resumed: false });
  expect(await endpointOf(id)).toEqual(before);
  expect(await waitingOf(id)).toEqual([{ attempts: 6, is_due: false }]);
});
