import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHealthRouter } from '../../src/http/health.ts';
import { argumentsOf } from '../fixtures/image.ts';
import { freePort } from '../fixtures/ports.ts';
import { silentLog } from '../fixtures/settings.ts';

/* The image's HEALTHCHECK, as an engine runs it, against the health page of `serve` and `work`. */

let ready = true;
const check = async () => {
  if (!ready) throw new Error('the database is away');
};
const server = createServer(express().use(createHealthRouter({ database: check }, {}, silentLog)));
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => once(server.close(), 'close'));

const exitCode = async (port: number): Promise<number> => {
  const [command, ...args] = argumentsOf('HEALTHCHECK');
  expect(command).toBe('node');
  const child = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return Number(code);
};

test('an engine is told that it is ready, that it isn’t, and that nothing answers', async () => {
  const { port } = server.address() as AddressInfo;
  expect(await exitCode(port)).toBe(0);
  ready = false;
  expect(await exitCode(port)).toBe(1);
  expect(await exitCode(await freePort())).toBe(1);
});
