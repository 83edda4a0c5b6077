import { afterAll, beforeAll, expect, test } from 'vitest';
import { notExpanding } from '../db/expand-only.ts';
import { type BackendKind, type House, openHouse } from '../fixtures/house.ts';
import { type Running, run, start } from '../fixtures/processes.ts';
import { createNewerVersion, type Version } from '../fixtures/version.ts';
import { ADDITIVE, startCrowd } from './crowd.ts';

const urlOf = async (serve: Running): Promise<string> =>
  String((await serve.logged('listening')).url);
const faultsOf = (processes: readonly Running[]) =>
  processes.flatMap(({ log }) => log.filter(({ level }) => level === 'error'));

/** A newer version comes, and may go again. */
export const testDeployment = (kind: BackendKind): void => {
  let house: House;
  let newer: Version;
  beforeAll(async () => {
    house = await openHouse(kind, { apart: true });
    await house.addUser('ada');
    newer = await createNewerVersion(ADDITIVE);
  });
  afterAll(async () => {
    await newer[Symbol.asyncDispose]();
    await house[Symbol.asyncDispose]();
  });

  test('old and new take webhooks and link, side by side, before, during and after; and the old alone again', async () => {
    expect(notExpanding(ADDITIVE.join(';\n'))).toEqual([]);
    await using crowd = startCrowd(house);
    await crowd.more(10);
    expect(await run(['migrate'], house.env, newer.main)).toMatchObject({ code: 0 });
    await crowd.more(10);

    await using newServe = start(['serve'], house.env, newer.main);
    await using newWork = start(['work'], house.env, newer.main);
    await newWork.logged('worker ready');
    crowd.moveTo([house.url, await urlOf(newServe)]);
    await crowd.more(10);

    // The way back: the version before it is started again, on the newer schema.
    await using again = start(['serve'], house.env);
    const url = await urlOf(again);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await run(['migrate'], house.env)).toMatchObject({ code: 0 });
    crowd.moveTo([house.url, url]);
    await crowd.more(10);
    expect(await newServe.stop('SIGTERM')).toBe(0);
    expect(await newWork.stop('SIGTERM')).toBe(0);
    await crowd.more(10);

    const { webviewIds, refused } = await crowd.stop();
    expect(refused).toEqual([]);
    for (const id of webviewIds) {
      expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada' });
    }
    expect(faultsOf([house.serve, house.work, newServe, newWork, again])).toEqual([]);
  }, 700_000);
};
