import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultKind } from './faults.ts';

export type AppFaultKind = Extract<FaultKind, `app_${string}`>;

/** A try of the sender's, and what the app can do with it. */
type Sent = Readonly<{ response: ServerResponse; take: () => void }>;

const SLOW_MS = 2_000;

/** How the app that is told can misbehave: each stands in for every answer while the fault lasts. */
export const APP_FAULTS = {
  app_500: ({ response }) => void response.writeHead(500).end('Internal Server Error'),
  app_429: ({ response }) => void response.writeHead(429, { 'retry-after': '2' }).end(),
  app_410: ({ response }) => void response.writeHead(410).end('Gone'),
  // Its disk is full.
  app_507: ({ response }) => void response.writeHead(507).end('Insufficient Storage'),
  app_redirect: ({ response }) =>
    void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  // Never answers; the sender has to give up.
  app_hang: () => undefined,
  app_reset: ({ response }) => void response.destroy(),
  // Has taken it, and is gone before it could say so.
  app_forget: ({ response, take }) => {
    take();
    response.destroy();
  },
  app_slow: async ({ response, take }) => {
    await sleep(SLOW_MS);
    take();
    response.writeHead(204).end();
  },
} as const satisfies Record<AppFaultKind, (sent: Sent) => void | Promise<void>>;
