import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

describe.each(BACKENDS)('Seam is away for a while (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
    await house.addUser('bob');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const connect = async (id: string, accountId?: string) => {
    const webviewId = await house.seam.createWebview({ id });
    const account = { email: 'a@l.example', ...(accountId === undefined ? {} : { accountId }) };
    return { webviewId, ...(await house.seam.completeWebview(webviewId, account)) };
  };

  test('users see their lock at once, marked as provisional; then Seam confirms it, or wins', async () => {
    house.seam.setAway(true);
    const same = await connect('ada');
    const other = await connect('ada');
    await house.deliver(...same.events, ...other.events);
    for (const { webviewId } of [same, other]) {
      const match = await until('a provisional link', async () => {
        const found = await house.find(webviewId);
        return found?.provisional && found;
      });
      expect(match).toMatchObject({ user_id: 'ada', observed_generation: 0 });
    }
    const shown = await runHere(['show', same.webviewId], house.env);
    expect(shown.stdout).toContain('provisional');
    expect((await runHere(['list'], house.env)).stdout).toContain('ada (provisional)');

    await connect('bob', other.accountId);
    house.seam.setAway(false);
    expect(await house.settled(same.webviewId, 'linked')).toMatchObject({
      user_id: 'ada',
      provisional: false,
      runs: expect.arrayContaining([expect.objectContaining({ outcome: 'linked' })]),
    });
    expect(await house.settled(other.webviewId, 'linked')).toMatchObject({
      user_id: 'bob',
      provisional: false,
      runs: expect.arrayContaining([expect.objectContaining({ outcome: 'relinked' })]),
    });
    expect((await runHere(['list'], house.env)).stdout).not.toContain('provisional');
  });
});

test('without the setting nobody is linked before Seam says so', async () => {
  await using house = await openHouse('postgres', { env: { PROVISIONAL_LINKS: 'off' } });
  await house.addUser('ada');
  house.seam.setAway(true);
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  await house.deliver(...events);
  await until('a second look', async () => ((await house.find(webviewId))?.runs.length ?? 0) >= 2);
  expect(await house.find(webviewId)).toMatchObject({ user_id: null, provisional: false });
  house.seam.setAway(false);
  expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
  expect(
    (await house.database.pool.query('select confirmed_at from reconciler.links')).rows,
  ).toEqual([{ confirmed_at: null }]);
});
