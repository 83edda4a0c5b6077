import { createRequire } from 'node:module';
import express, { type Express } from 'express';
import { expect, test } from 'vitest';
import { openApp, openGround } from '../fixtures/library.ts';
import { post } from '../fixtures/webhooks.ts';

const require = createRequire(import.meta.url);

/** As an app has it whose package manager has put another one beside ours: with prototypes of its own. */
const anotherExpress = (): (() => Express) => {
  const own = Object.entries(require.cache).filter(([file]) =>
    /node_modules\/(?:express|router)\//.test(file),
  );
  for (const [file] of own) delete require.cache[file];
  const another: unknown = require('express');
  for (const [file, module] of own) require.cache[file] = module;
  return another as () => Express;
};

test('an app whose Express is another copy has our webhooks, console and API, and its own pages', async () => {
  const make = anotherExpress();
  expect(make).not.toBe(express);
  await using ground = await openGround();
  const options = { ...ground.options, console: { url: 'http://localhost:3000' } };
  await using app = await openApp(options, undefined, make);
  const event = ground.seam.event('connected_account.created', { connected_account_id: 'a' });
  expect((await post(app.url, event)).status).toBe(204);
  for (const [path, status] of [
    ['/support/sign-in', 200],
    ['/support', 303],
    ['/api/v1/openapi.json', 200],
    ['/api/v1/queue?state=a&state=b', 401],
    ['/api/v1/orders', 200],
    ['/nothing', 404],
  ] as const) {
    const response = await fetch(`${app.url}${path}`, { redirect: 'manual' });
    await response.text();
    expect({ path, status: response.status }).toEqual({ path, status });
  }
});
