import type { ServerResponse } from 'node:http';
import type { FaultKind } from './faults.ts';

export type SeamFaultKind = Extract<FaultKind, `seam_${string}`>;

const JSON_TYPE = { 'content-type': 'application/json' } as const;

const seamError = (type: string): string =>
  JSON.stringify({ ok: false, error: { type, message: 'as the chaos would have it' } });

/** How Seam can misbehave: each stands in for every answer while the fault lasts. */
export const SEAM_FAULTS = {
  seam_429: response => {
    response.writeHead(429, { ...JSON_TYPE, 'retry-after': '1' }).end(seamError('rate_limited'));
  },
  seam_401: response => {
    response.writeHead(401, JSON_TYPE).end(seamError('unauthorized'));
  },
  seam_500: response => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
  },
  // Never answers; the caller has to give up.
  seam_hang: () => undefined,
  seam_reset: response => {
    response.destroy();
  },
  seam_html: response => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Down for maintenance</h1>');
  },
  seam_truncated: response => {
    response.writeHead(200, JSON_TYPE).end('{"ok": true, "connect_webview": {"connect_web');
  },
  seam_wrong_shape: response => {
    const answer = { ok: true, connect_webview: { id: 1 }, connected_account: ['none'] };
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer));
  },
} as const satisfies Record<SeamFaultKind, (response: ServerResponse) => void>;
