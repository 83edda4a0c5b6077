import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BACKENDS, openHouse } from '../fixtures/house.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const CLOCK = new URL('../stress/clock.mjs', import.meta.url).href;
/** As far as a process's clock may be off before it takes signatures for too old or too new (5 minutes). */
const FAR_SECONDS = 240;

describe.each(BACKENDS)('the clock of the machine is set while it runs (queue in %s)', kind => {
  test('forward and back again: what waits to be tried again doesn’t wait for the clock', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await makeFolder();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const clock = path.join(folder, 'clock');
    await writeFile(clock, '0');
    const house = stack.use(
      await openHouse(kind, {
        env: { NODE_OPTIONS: `--import=${CLOCK}`, STRESS_CLOCK_FILE: clock },
      }),
    );
    await house.addUser('ada');
    /** @returns once `/readyz` says that the process goes by that clock */
    const setClock = async (seconds: number): Promise<void> => {
      await writeFile(clock, String(seconds));
      await until(`the clock to be off by ${seconds} s`, async () => {
        const { checks } = (await (await fetch(`${house.url}/readyz`)).json()) as {
          checks: { clock: string };
        };
        const wrong = { 1: /ahead/, 0: /^ok$/, '-1': /behind/ }[String(Math.sign(seconds))];
        return wrong?.test(checks.clock);
      });
    };
    const connect = async () => {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      return webviewId;
    };
    await setClock(FAR_SECONDS);
    const ahead = await connect();
    await house.settled(ahead, 'linked');
    // Fails once, and is put off, by the clock that is ahead.
    house.seam.interfere(() => response => response.destroy());
    const waiting = await connect();
    await until('a failed run', async () => (await house.find(waiting))?.state === 'retrying');
    await setClock(-FAR_SECONDS);
    house.seam.interfere(null);
    await house.settled(waiting, 'linked');
    const match = await house.settled(await connect(), 'linked');
    expect(match.user_id).toBe('ada');
  }, 300_000);
});
