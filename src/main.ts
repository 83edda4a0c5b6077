import { runCli } from './cli/program.ts';
import { readEnv } from './config/config.ts';

process.exitCode = await runCli(process.argv.slice(2), readEnv());
