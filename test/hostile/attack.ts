import { readFileSync } from 'node:fs';
import pg from 'pg';
import { MARK } from '../fixtures/arbitraries.ts';
import { freePort } from '../fixtures/ports.ts';
import { type Running, start } from '../fixtures/processes.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { type Exchange, type Outcome, openLane, sendAlone } from './client.ts';
import { createFuzzer, type Hostile } from './fuzz.ts';
import { checkRows } from './rows.ts';
import { createLedger } from './signing.ts';

export type Report = Readonly<{
  requests: number;
  seconds: number;
  byAnswer: Readonly<Record<string, number>>;
  /** Kind → answers, for those that want to see what became of what. */
  byKind: Readonly<Record<string, Readonly<Record<string, number>>>>;
  memoryMb: Readonly<{ start: number; warm: number; peak: number; end: number }>;
  rows: number;
  refusedInLog: number;
  /** What must not be, at most a few of each sort; empty when all is well. */
  faults: readonly string[];
}>;

const LANES = 8;
const MOST_IN_A_PIPELINE = 8;
const MEMORY_GROWTH_MB = 200;
const API_KEY = 'seam_test_key_that_nobody_may_see';
const MOST_FAULTS = 20;

const residentMb = (pid: number): number => {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
};

/** What the service may neither log nor answer. */
const SECRETS = [SECRET, SECRET.replace('whsec_', ''), API_KEY, MARK];

const faultOf = (hostile: Hostile, outcome: Outcome): string | null => {
  if (outcome === 'hung') return 'was left hanging';
  if (outcome !== 'closed' && outcome >= 500) return `was answered ${outcome}`;
  if (hostile.forged && outcome === 204) return 'is forged and was taken';
  if (hostile.goodEventId !== null && outcome !== 204) return `is good and was answered ${outcome}`;
  return null;
};

/** Counts the answers, and keeps what must not be. */
const createBook = () => {
  const byAnswer: Record<string, number> = {};
  const byKind: Record<string, Record<string, number>> = {};
  const faults: string[] = [];
  const takenEvents = new Set<string>();
  const fault = (text: string): void => {
    if (faults.length < MOST_FAULTS) faults.push(text);
  };
  return {
    byAnswer,
    byKind,
    faults,
    takenEvents,
    fault,
    note: (hostile: Hostile, { outcomes, text }: Exchange): void => {
      const { kind, index, goodEventId } = hostile;
      const [first = 'closed'] = outcomes;
      byAnswer[first] = (byAnswer[first] ?? 0) + 1;
      const answers = byKind[kind] ?? {};
      answers[first] = (answers[first] ?? 0) + 1;
      byKind[kind] = answers;
      for (const outcome of outcomes) {
        const wrong = faultOf(hostile, outcome);
        if (wrong !== null) fault(`request ${index} (${kind}) ${wrong}`);
      }
      if (SECRETS.some(secret => text.includes(secret))) {
        fault(`the answer to request ${index} (${kind}), or to one sent with it, tells a secret`);
      }
      if (goodEventId !== null && first === 204) takenEvents.add(goodEventId);
    },
  };
};

type Book = ReturnType<typeof createBook>;

const throwAll = async (port: number, next: () => Hostile[], book: Book): Promise<void> => {
  const lane = openLane(port);
  try {
    for (let batch = next(); batch.length > 0; batch = next()) {
      const sound = batch.filter(({ alone }) => !alone);
      const { outcomes, text } = await lane.pipeline(sound);
      sound.forEach((hostile, n) => {
        book.note(hostile, { outcomes: [outcomes[n] ?? 'closed'], text });
      });
      const broken = batch.filter(({ alone }) => alone);
      await Promise.all(
        broken.map(async hostile => book.note(hostile, await sendAlone(port, hostile.raw))),
      );
    }
  } finally {
    lane.close();
  }
};

const checkLog = (serve: Running, book: Book): void => {
  for (const line of serve.log) {
    const text = JSON.stringify(line);
    if (SECRETS.some(secret => text.includes(secret))) book.fault('the log tells a secret');
    if (line.level !== 'warn') book.fault(`the log says: ${text.slice(0, 300)}`);
  }
};

/** Watches the memory of a process; what it takes to warm up doesn't count as growth. */
const watchMemory = (pid: number) => {
  const first = residentMb(pid);
  let warm = first;
  let peak = first;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid));
  }, 100);
  return {
    isWarm: (): void => {
      warm = residentMb(pid);
      peak = warm;
    },
    /** Ends the watch. */
    read: () => {
      clearInterval(timer);
      return { start: first, warm, peak, end: residentMb(pid) };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};

/** Its log is too quiet to say that it is listening. */
const untilAlive = (port: number): Promise<boolean> =>
  until('the service to listen', async () => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  });

/** Throws hostile requests at a `serve` process of its own, and checks that it withstands them. */
export const attack = async (options: {
  databaseUrl: string;
  requests: number;
  seed: string;
  tell?: (line: string) => void;
}): Promise<Report> => {
  const { databaseUrl, requests, seed, tell = () => undefined } = options;
  const port = await freePort();
  await using serve = start(['serve'], {
    DATABASE_URL: databaseUrl,
    SEAM_WEBHOOK_SECRET: SECRET,
    SEAM_API_KEY: API_KEY,
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
  });
  await untilAlive(port);
  using memory = watchMemory(serve.pid);
  const ledger = createLedger();
  const fuzz = createFuzzer(seed, ledger);
  const book = createBook();
  const startedAt = performance.now();
  let made = 0;

  const upTo = (limit: number) => (): Hostile[] => {
    const size = Math.min(1 + (made % MOST_IN_A_PIPELINE), limit - made);
    made += size;
    return Array.from({ length: size }, fuzz);
  };
  const throwUpTo = (limit: number) =>
    Promise.all(Array.from({ length: LANES }, () => throwAll(port, upTo(limit), book)));

  await throwUpTo(Math.ceil(requests / 10));
  memory.isWarm();
  for (let tenth = 2; tenth <= 10; tenth += 1) {
    await throwUpTo(Math.ceil((requests * tenth) / 10));
    tell(`${made} requests, ${residentMb(serve.pid)} MB`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const memoryMb = memory.read();
  if (memoryMb.peak > memoryMb.warm + MEMORY_GROWTH_MB) {
    book.fault(`memory grew from ${memoryMb.warm} to ${memoryMb.peak} MB`);
  }

  const good = createFuzzer(`${seed}, at the end`, ledger);
  let last = good();
  while (last.kind !== 'good') last = good();
  const lane = openLane(port);
  const { outcomes } = await lane.pipeline([last]);
  lane.close();
  if (outcomes[0] !== 204) book.fault(`a good webhook at the end was answered ${outcomes[0]}`);

  const code = await serve.stop('SIGTERM');
  if (code !== 0) book.fault(`serve ended with ${code}`);
  checkLog(serve, book);

  const client = new pg.Client(databaseUrl);
  await client.connect();
  const rows = await checkRows(client, { ledger, taken: book.takenEvents, fault: book.fault });
  await client.end();
  const { byAnswer, byKind, faults } = book;
  const refusedInLog = serve.log.filter(({ msg }) => msg === 'webhook refused').length;
  return { requests: made, seconds, byAnswer, byKind, memoryMb, rows, refusedInLog, faults };
};
