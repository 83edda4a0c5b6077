import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { run } from '../fixtures/processes.ts';
import { makeFolder } from '../fixtures/settings.ts';
import { attack, type Report } from './attack.ts';

const MOST_REQUESTS = 10_000_000;

const options = (): { requests: number; seed: string; json: boolean } => {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const requests = Number(values.requests);
  if (!Number.isInteger(requests) || requests < 100 || requests > MOST_REQUESTS) {
    throw new RangeError(`--requests must be a whole number from 100 to ${MOST_REQUESTS}`);
  }
  return { requests, seed: values.seed, json: values.json };
};

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([answer, count]) => `${answer}: ${count}`)
    .join(', ');

const textOf = (report: Report): string => {
  const { start, warm, peak, end } = report.memoryMb;
  const kinds = Object.entries(report.byKind).sort(([a], [b]) => a.localeCompare(b));
  return [
    ...kinds.map(([kind, answers]) => `  ${kind.padEnd(32)}${listed(answers)}`),
    `requests        ${report.requests} in ${report.seconds} s`,
    `answers         ${listed(report.byAnswer)}`,
    `memory          ${start} MB at the start, ${warm} warm, ${peak} at most, ${end} at the end`,
    `rows stored     ${report.rows}, each as it was signed and sent`,
    `refusals logged ${report.refusedInLog}`,
    ...(report.faults.length === 0 ? ['faults          none'] : report.faults),
  ].join('\n');
};

const main = async (): Promise<number> => {
  const { requests, seed, json } = options();
  const folder = await makeFolder();
  try {
    await using postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
    const migrated = await run(['migrate'], { DATABASE_URL: postgres.url });
    if (migrated.code !== 0) throw new Error(`migrate failed: ${migrated.stderr}`);
    const tell = (line: string): void => void process.stderr.write(`${line}\n`);
    const report = await attack({ databaseUrl: postgres.url, requests, seed, tell });
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : textOf(report)}\n`);
    return report.faults.length === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

process.exitCode = await main();
