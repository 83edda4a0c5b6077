import { untilInterrupted } from '../chaos/interrupted.ts';
import { parseInvocation } from './options.ts';
import { playRounds, type Report } from './rounds.ts';

const EXIT = { held: 0, broken: 1, interrupted: 130 } as const;

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const textOf = (report: Report): string => {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([key, count]) => `${key === '0' ? 'no answer' : key} ${count}`)
      .join(', ');
  return [
    `seed ${report.seed}: ${report.rounds} rounds in ${report.minutes} minutes, ${report.webhooks} webhooks, ${report.looks} looks at the books`,
    `operations: ${list(report.operations)}`,
    `answers to people: ${list(report.answers)}`,
    ...report.failures.map(
      ({ seed, breaches, operations, shrunkTo, file }) =>
        `FAILED ${seed}: ${breaches[0]?.invariant}: ${breaches[0]?.what}\n` +
        `  ${operations} operations, shortened to ${shrunkTo}: npm run stress -- --replay ${file}`,
    ),
    report.ok ? 'Everything held.' : `${report.failures.length} of ${report.rounds} rounds failed.`,
  ].join('\n');
};

const main = async (): Promise<number> => {
  const invocation = parseInvocation(process.argv.slice(2));
  if (invocation.kind === 'told') return invocation.exitCode;
  const interrupted = untilInterrupted(tell, EXIT.interrupted);
  try {
    const report = await playRounds(invocation.options, interrupted, tell);
    process.stdout.write(
      `${invocation.options.json ? JSON.stringify(report, null, 2) : textOf(report)}\n`,
    );
    return report.ok ? EXIT.held : EXIT.broken;
  } catch (error) {
    if (interrupted.aborted) return EXIT.interrupted;
    throw error;
  }
};

process.exitCode = await main();
