import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../fixtures/settings.ts';
import { startChild } from './child.ts';
import { signMessages } from './messages.ts';
import type { LoadAnswer, LoadRequest } from './programs/load.ts';
import { hasWrk, runWrk, writeRequests } from './wrk.ts';

type Part = 'warm-up' | 'measured';

/** What came of sending. */
type Sent = Pick<LoadAnswer, 'perSecond' | 'p50Ms' | 'p99Ms' | 'taken' | 'refused' | 'failed'>;

/** Sends signed events, four to a connection of a user, each once. */
export type LoadGenerator = Readonly<{
  /** How it sends, for whoever reads the figures. */
  method: string;
  /** Signs what one round sends: the same to all contenders, each of which has seen none of it. */
  prepare: (round: number) => Promise<void>;
  send: (url: string, part: Part) => Promise<Sent>;
}> &
  AsyncDisposable;

/** wrk where it is here: the other takes more CPU to send than the ceiling takes to answer. */
export const openLoadGenerator = (options: {
  connections: number;
  quick: boolean;
}): Promise<LoadGenerator> => (hasWrk() ? openWrk(options) : openAutocannon(options));

const openWrk = async ({
  connections,
  quick,
}: {
  connections: number;
  quick: boolean;
}): Promise<LoadGenerator> => {
  const folder = await makeFolder();
  // So many as the fastest contender may answer in that time, and half as many again. Code is compiled by
  // how often it has run: whoever has more of it, or is slower, needs longer until it is warm.
  const parts = {
    'warm-up': { count: quick ? 45_000 : 110_000, seconds: quick ? 2 : 5 },
    measured: { count: quick ? 50_000 : 110_000, seconds: quick ? 2 : 4 },
  } as const satisfies Record<Part, object>;
  const fileOf = (part: Part): string => path.join(folder, part);
  return {
    method: `wrk sends signed events, four to a connection of a user, for ${parts.measured.seconds} s over ${connections} connections that each wait for their answer; signed before the clock starts.`,
    prepare: async round => {
      for (const part of ['warm-up', 'measured'] as const) {
        const messages = signMessages(`${part}_${round}`, parts[part].count);
        await writeRequests(fileOf(part), 'http://bench.example/webhooks/seam', messages);
      }
    },
    send: (url, part) => runWrk({ url, file: fileOf(part), connections, ...parts[part] }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};

const openAutocannon = async ({
  connections,
  quick,
}: {
  connections: number;
  quick: boolean;
}): Promise<LoadGenerator> => {
  const child = await startChild<LoadRequest, LoadAnswer>('load', []);
  const requests = quick ? 4_096 : 20_480;
  let round = 0;
  return {
    method: `${requests.toLocaleString('en-US')} signed events, four to a connection of a user, over ${connections} connections that each wait for their answer; signed before the clock starts. (autocannon: wrk is not here.)`,
    prepare: async current => {
      round = current;
    },
    send: async (url, part) => {
      const count = part === 'measured' ? requests : Math.ceil(requests / 4);
      await child.ask({ kind: 'prepare', run: `${part}_${round}`, count });
      return child.ask({ kind: 'send', url, connections });
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
};
