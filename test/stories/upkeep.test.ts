import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse('postgres');
});
afterAll(() => house[Symbol.asyncDispose]());

const cli = (...args: string[]) => runHere(args, house.env);
const connect = async (id: string): Promise<string> => {
  const webviewId = await house.seam.createWebview({ id });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  await house.deliver(...events);
  return webviewId;
};

test('what waits for a user, given up or not, settles by itself once there is one', async () => {
  const webviewId = await connect('late');
  await until('the user to be missed', async () => (await house.find(webviewId))?.reason);
  await house.database.pool.query(
    `update reconciler.reconciliations
        set state = 'failed', observed_generation = generation where claimed_user_id = 'late'`,
  );
  await house.addUser('late');
  const match = await house.settled(webviewId, 'linked');
  expect(match).toMatchObject({ user_id: 'late' });
  expect(match.runs[0]).toMatchObject({ trigger: 'healing', outcome: 'linked' });
});

test('replay counts first, does nothing unasked, and then asks for another look at what matches', async () => {
  await house.addUser('ada');
  const webviewId = await connect('ada');
  const { generation } = await house.settled(webviewId, 'linked');
  expect(await cli('replay')).toMatchObject({ code: 2, stdout: '' });
  expect(await cli('replay', '--since', 'yesterday')).toMatchObject({ code: 2, stdout: '' });
  const what = ['replay', '--since', '1h', '--type', 'connect_webview.*', '--json'];
  const preview = await cli(...what, '--dry-run');
  expect(JSON.parse(preview.stdout)).toMatchObject({ asked: 0, dry_run: true });
  const refused = await cli(...what);
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(refused.stderr).toContain('--yes');
  expect(await house.find(webviewId)).toMatchObject({ generation });

  const { matches } = JSON.parse(preview.stdout);
  const done = await cli(...what, '--yes', '--rate', '100');
  expect(JSON.parse(done.stdout)).toMatchObject({ matches, asked: matches });
  await until('the look', async () => {
    const match = await house.find(webviewId);
    return match?.runs[0]?.trigger === 'replay' && match.runs[0].outcome !== null;
  });
  const looked = await house.settled(webviewId, 'linked');
  expect(looked).toMatchObject({ state: 'linked', generation: generation + 1 });
  expect(looked.runs[0]).toMatchObject({ outcome: 'already_linked' });
});

test('prune says what would go, refuses what is too young, and takes what is old', async () => {
  await house.addUser('old');
  const webviewId = await connect('old');
  await house.settled(webviewId, 'linked');
  await house.database.pool.query(
    `update reconciler.deliveries set received_at = now() - interval '40 days' where subject = $1`,
    [`connect_webview:${webviewId}`],
  );
  expect(await cli('prune', '--older-than', '1d')).toMatchObject({ code: 2, stdout: '' });
  const preview = await cli('prune', '--older-than', '30d', '--dry-run', '--json');
  expect(JSON.parse(preview.stdout)).toMatchObject({ deliveries: 4, dry_run: true });
  expect((await house.find(webviewId))?.deliveries).toHaveLength(4);
  const { code, stdout } = await cli('prune', '--older-than', '30d');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('4 deliveries') });
  expect(await house.find(webviewId)).toMatchObject({ user_id: 'old', deliveries: [] });
});

test('a stored delivery is verified again from what is stored', async () => {
  await house.addUser('eve');
  const { deliveries } = await house.settled(await connect('eve'), 'linked');
  const id = deliveries[0]?.event_id ?? '';
  expect(await cli('delivery', 'verify', id)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Verified: .* with secret 1 of 1\.\n$/),
  });
  expect(await cli('delivery', 'verify', 'nothing')).toMatchObject({ code: 3, stdout: '' });
  await house.database.pool.query(
    `update reconciler.deliveries set body = body || '\\x20' where event_id = $1`,
    [id],
  );
  expect(await cli('delivery', 'verify', id)).toMatchObject({ code: 1 });
});
