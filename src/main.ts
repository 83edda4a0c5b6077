#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { runCli } from './cli/program.ts';
import { endQuietlyWithoutReader } from './cli/reader.ts';
import { readEnv } from './config/config.ts';
import { readsEnvFile } from './config/env-file.ts';
import { IS_BUILT } from './ops/built.ts';

/** Connections are closed within moments, where the server plays its part. */
const LEAVING_LIMIT_MS = 3_000;

endQuietlyWithoutReader();
const args = process.argv.slice(2);
const isCalledByHand = IS_BUILT || process.env.npm_lifecycle_event === 'cli';
if (readsEnvFile({ isCalledByHand, command: args[0] }) && existsSync('.env')) {
  process.loadEnvFile('.env');
}
process.exitCode = await runCli(args, readEnv());
// One to a server that says nothing any more would keep this process for as long as that lasts.
setInterval(() => {
  if (process.stdout.writableLength === 0) process.exit();
}, LEAVING_LIMIT_MS).unref();
