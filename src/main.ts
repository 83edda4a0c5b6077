import { runCli } from './cli/program.ts';
import { endQuietlyWithoutReader } from './cli/reader.ts';
import { readEnv } from './config/config.ts';

endQuietlyWithoutReader();
process.exitCode = await runCli(process.argv.slice(2), readEnv());
