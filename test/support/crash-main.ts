/**
 * `serve` or `work`, dying at one step: `crash-main.ts <serve|work> <step>`. The first time that the
 * step is reached the process is gone, as with kill -9.
 */

import { createContext } from '../../src/app/context.ts';
import { startWeb } from '../../src/app/web.ts';
import { startWork } from '../../src/app/worker.ts';
import { parseConfig, readEnv } from '../../src/config/config.ts';
import { createLogger } from '../../src/ops/log.ts';

const [role, fatalStep] = process.argv.slice(2);
const config = parseConfig(readEnv(), ['DATABASE_URL', 'SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET']);
const context = createContext({
  databaseUrl: config.databaseUrl ?? '',
  redisUrl: config.redisUrl,
  workspaces: config.workspaces,
  log: createLogger({ level: 'info', pretty: false }),
  name: 'crash test',
  maxConnections: 5,
  onStep: step => {
    if (step === fatalStep) process.kill(process.pid, 'SIGKILL');
  },
});
if (role === 'serve') {
  await startWeb(context, config);
} else {
  await startWork(context, config);
}
