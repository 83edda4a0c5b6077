import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { deliveryOf, takeIn } from '../fixtures/intake.ts';

const WORKSPACES = ['hotels', 'flats'].map(id => ({
  id,
  name: id === 'hotels' ? 'Hotels' : null,
  apiKey: null,
  webhookSecrets: [],
}));

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({ workspaces: WORKSPACES });
});
afterAll(() => desk[Symbol.asyncDispose]());

test('an event that another workspace has signed is shown with why, and what it says of a person is hidden from viewers', async () => {
  const subject = 'connect_webview:webview_1';
  const body = JSON.stringify({
    event_type: 'connect_webview.login_failed',
    workspace_id: 'hotels',
    note: '<b>ada@lock.example</b>',
  });
  await takeIn(desk.database.pool, [
    deliveryOf(subject, { by: 'hotels', names: 'hotels' }),
    deliveryOf(subject, { eventId: 'forged', by: 'flats', names: 'hotels', body }),
  ]);
  const { viewer, support } = desk.clerks;
  const why = 'igned with the secret of flats, names Hotels (hotels)';
  const queue = await viewer.get('/support/queue');
  expect(queue.text).toContain('Events set aside</dt><dd>1</dd>');
  expect(queue.text).toContain(`S${why}.`);
  const connection = await viewer.get(`/support/connections/${encodeURIComponent(subject)}`);
  expect(connection.text).toContain(`Set aside, changes nothing: s${why}`);
  const payload = `/support/connections/${encodeURIComponent(subject)}/deliveries/forged`;
  expect(queue.text).toContain(payload);
  const [masked, full] = [await viewer.get(payload), await support.get(payload)];
  for (const { text } of [masked, full]) {
    expect(text).toContain(`It changes nothing: s${why}`);
    expect(text).not.toContain('<b>ada');
  }
  expect(masked.text).not.toContain('ada@lock.example');
  expect(full.text).toContain('ada@lock.example');
});
