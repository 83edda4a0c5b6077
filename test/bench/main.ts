import { once } from 'node:events';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { acknowledge } from './acknowledge.ts';
import { backlog } from './backlog.ts';
import { burst } from './burst.ts';
import { calls } from './calls.ts';
import { desk } from './desk.ts';
import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { type Options, parseOptions } from './options.ts';
import { pages } from './pages.ts';
import { reconcile } from './reconcile.ts';
import { type Report, reportText, type Section } from './report.ts';
import { openRig, type Rig } from './rig.ts';
import { startup } from './startup.ts';
import { told } from './told.ts';
import { waiting } from './waiting.ts';
import { writeDocument } from './write.ts';
import { year } from './year.ts';

const MEASURES: Readonly<Record<string, (rig: Rig, options: Options) => Promise<Section>>> = {
  'acknowledge-64': (rig, options) => acknowledge(rig, options, 64),
  'acknowledge-512': (rig, options) => acknowledge(rig, options, 512),
  'reconcile-0': (rig, options) => reconcile(rig, options, 0),
  'reconcile-50': (rig, options) => reconcile(rig, options, 50),
  calls,
  latency,
  told,
  growth,
  backlog,
  waiting,
  burst,
  startup,
  pages,
  desk,
  year,
};

/** What `--quick` takes about a minute for. */
const QUICK = ['acknowledge-64', 'reconcile-0', 'calls', 'latency', 'burst'];

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const EXIT_INTERRUPTED = 130;
const CLEAN_UP_LIMIT_MS = 20_000;

const machine = (): Report['machine'] => ({
  cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.availableParallelism(),
  memoryGib: Math.round(os.totalmem() / 2 ** 30),
  node: process.versions.node,
});

/** Fires at the first Ctrl-C (or SIGTERM), so that all that was opened is closed. */
const untilInterrupted = (): AbortSignal => {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      setTimeout(() => process.exit(EXIT_INTERRUPTED), CLEAN_UP_LIMIT_MS).unref();
      interruption.abort(new Error('interrupted'));
    });
  }
  return interruption.signal;
};

const measureAll = async (options: Options, interrupted: AbortSignal): Promise<Section[]> => {
  const sections: Section[] = [];
  const interruption = once(interrupted, 'abort');
  await using rig = await openRig();
  for (const [id, measure] of Object.entries(MEASURES)) {
    if (options.only.length > 0 && !options.only.includes(id)) continue;
    interrupted.throwIfAborted();
    const measured = Promise.allSettled([measure(rig, options)]);
    await Promise.race([measured, interruption]);
    // Without its rig a measure fails soon, and ends what it has started.
    if (interrupted.aborted) await rig[Symbol.asyncDispose]();
    const [result] = await measured;
    interrupted.throwIfAborted();
    if (result.status === 'rejected') throw result.reason;
    sections.push(result.value);
  }
  return sections;
};

const main = async (): Promise<number> => {
  const args = process.argv.slice(2);
  const options = parseOptions(args, Object.keys(MEASURES), QUICK);
  if (typeof options === 'number') return options;
  const interrupted = untilInterrupted();
  try {
    const report: Report = {
      command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
      date: new Date().toISOString().slice(0, 10),
      sections: await measureAll(options, interrupted),
      machine: machine(),
    };
    const text = options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report);
    process.stdout.write(text);
    if (options.write) await writeDocument(report, DOCS);
    return 0;
  } catch (error) {
    if (interrupted.aborted) return EXIT_INTERRUPTED;
    throw error;
  }
};

process.exitCode = await main();
