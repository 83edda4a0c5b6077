import { untilInterrupted } from './interrupted.ts';
import { parseInvocation } from './options.ts';
import { planChaos } from './plan.ts';
import { reportOf } from './report.ts';
import { tableOf } from './table.ts';

const EXIT = { right: 0, wrong: 1, interrupted: 130 } as const;
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const main = async (): Promise<number> => {
  const invocation = parseInvocation(process.argv.slice(2));
  if (invocation.kind === 'told') return invocation.exitCode;
  const interrupted = untilInterrupted(tell, EXIT.interrupted);
  // Only once it is known that there is something to do: it loads all of the product.
  const { conduct } = await import('./conduct.ts');
  try {
    const result = await conduct(planChaos(invocation.options), interrupted, tell);
    const report = reportOf(result);
    process.stdout.write(
      invocation.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(report)}\n`,
    );
    return report.ok ? EXIT.right : EXIT.wrong;
  } catch (error) {
    if (interrupted.aborted) return EXIT.interrupted;
    throw error;
  }
};

process.exitCode = await main();
