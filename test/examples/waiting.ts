import { expect, test } from 'vitest';
import type { Tab } from '../fixtures/browser.ts';
import { until } from '../fixtures/wait.ts';
import type { Stage } from './stage.ts';

/** The page that waits, left alone by whoever opened it. */
export const describeWaiting = (
  stageNow: () => Stage,
  signedIn: (user: 'alan') => Promise<Tab>,
): void => {
  test('a page that waits asks less often, ends after minutes, goes on when asked, and leaves with the session', async () => {
    const { app, pool } = stageNow();
    await using tab = await signedIn('alan');
    const { page } = tab;
    await page.clock.install();
    let asked = 0;
    page.on('request', request => {
      if (request.resourceType() === 'fetch') asked += 1;
    });
    await page.getByRole('button', { name: 'Connect a lock' }).click();
    await page.getByLabel('E-mail of your account there').waitFor();
    const { rows } = await pool.query<{ id: string }>(
      `select id from connect_attempts where user_id = 'alan' order by created_at desc limit 1`,
    );
    await page.goto(`${app.url}/locks/attempts/${rows[0]?.id}`);
    const again = page.getByRole('button', { name: 'Check again' });
    await until('it to stop', async () => {
      await page.clock.runFor(5_000);
      return again.isVisible();
    });
    const before = asked;
    // 30 in the first half a minute, 54 in the rest of the five.
    expect(before).toBeLessThanOrEqual(90);
    await page.clock.runFor(600_000);
    expect(asked).toBe(before);
    await again.click();
    await until('it to ask', () => asked > before);
    expect(await again.isVisible()).toBe(false);
    await tab.context.clearCookies();
    await until('the sign-in', async () => {
      await page.clock.runFor(5_000);
      return page.getByRole('heading', { name: 'Sign in' }).isVisible();
    });
  });
};
