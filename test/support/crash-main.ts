/**
 * `serve` or `work`, dying at one step: `crash-main.ts <serve|work> <step>`. The first time that the
 * step is reached the process is gone, as with kill -9.
 */
import { parseConfig, readEnv } from '../../src/config.ts';
import { createContext } from '../../src/context.ts';
import { createLogger } from '../../src/log.ts';
import { startWeb } from '../../src/services.ts';
import { startWork } from '../../src/work.ts';

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
