#!/usr/bin/env node
import { runCli } from './cli/program.ts';
import { endQuietlyWithoutReader } from './cli/reader.ts';
import { loadEnvFile, readEnv } from './config/config.ts';
import { IS_BUILT } from './ops/built.ts';

/** Connections are closed within moments, where the server plays its part. */
const LEAVING_LIMIT_MS = 3_000;

endQuietlyWithoutReader();
const args = process.argv.slice(2);
loadEnvFile(IS_BUILT, args[0]);
process.exitCode = await runCli(args, readEnv());
// One to a server that says nothing any more would keep this process for as long as that lasts.
setInterval(() => {
  if (process.stdout.writableLength === 0) process.exit();
}, LEAVING_LIMIT_MS).unref();
