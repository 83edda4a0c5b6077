import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SandboxSeam, startSandboxSeam } from '../../src/sandbox/seam.ts';
import { type Random, stream, wholeBetween } from './random.ts';
import { SEAM_FAULTS, type SeamFaultKind } from './seam-faults.ts';

/** Seam's own fake behind a front that is as slow as a real one, and can misbehave. */
export type ChaosSeam = SandboxSeam &
  Readonly<{
    /** Every answer is of this kind from now on; null: the fake answers again. */
    misbehave: (kind: SeamFaultKind | null) => void;
  }>;

const USUAL_MS = [20, 120] as const;
const SLOW_MS = [1_000, 2_500] as const;
const SLOW_SHARE = 0.06;

const latency = (random: Random): number => {
  const [min, max] = random() < SLOW_SHARE ? SLOW_MS : USUAL_MS;
  return wholeBetween(random, min, max);
};

/** @param seed of the latencies */
export const startSeam = async (seed: string): Promise<ChaosSeam> => {
  const sandbox = await startSandboxSeam();
  const random = stream(seed, 'latency');
  let fault: SeamFaultKind | null = null;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    if (fault !== null) {
      SEAM_FAULTS[fault](response);
      return;
    }
    const answered = await fetch(`${sandbox.endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answered.text();
    // After the fake has answered: what arrives may be old news by then.
    await sleep(latency(random));
    response.writeHead(answered.status, {
      'content-type': 'application/json',
      'seam-request-id': answered.headers.get('seam-request-id') ?? '',
    });
    response.end(text);
  };

  const server = createServer((request, response) => {
    // A caller that was killed in the middle of a call: there is nobody to answer.
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    ...sandbox,
    endpoint: `http://127.0.0.1:${port}`,
    misbehave: kind => {
      fault = kind;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      await sandbox[Symbol.asyncDispose]();
    },
  };
};
