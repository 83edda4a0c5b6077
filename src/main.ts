#!/usr/bin/env node
import { runCli } from './cli/program.ts';
import { endQuietlyWithoutReader } from './cli/reader.ts';
import { readEnv } from './config/config.ts';

/** Connections are closed within moments, where the server plays its part. */
const LEAVING_LIMIT_MS = 3_000;

endQuietlyWithoutReader();
process.exitCode = await runCli(process.argv.slice(2), readEnv());
// One to a server that says nothing any more would keep this process for as long as that lasts.
setInterval(() => {
  if (process.stdout.writableLength === 0) process.exit();
}, LEAVING_LIMIT_MS).unref();
