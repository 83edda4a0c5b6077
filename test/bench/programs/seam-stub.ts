import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../child.ts';
import { idsOf } from '../messages.ts';

export type StubRequest = 'port' | 'calls';
export type StubAnswer = Readonly<{ port: number; calls: [string, number][] }>;

const latencyMs = Number(process.argv[2]);
const CREATED_AT = '2026-01-01T00:00:00.000Z';
let calls = new Map<string, number>();

const webviewOf = (run: string, connection: number) => {
  const { userId, ...ids } = idsOf(run, connection);
  return {
    ...ids,
    status: 'authorized',
    login_successful: true,
    url: 'https://connect.example/connect_webviews/view',
    workspace_id: 'workspace_1',
    accepted_providers: ['august', 'yale'],
    custom_metadata: { id: userId, plan: 'premium', is_test: false },
    created_at: CREATED_AT,
    authorized_at: CREATED_AT,
  };
};

const accountOf = (run: string, connection: number) => {
  const { userId, connected_account_id } = idsOf(run, connection);
  return {
    connected_account_id,
    account_type: 'august',
    account_type_display_name: 'August',
    display_name: userId,
    user_identifier: { email: `${userId}@example.com` },
    custom_metadata: { id: userId, plan: 'premium', is_test: false },
    errors: [],
    warnings: [],
    accepted_capabilities: ['lock'],
    automatically_manage_new_devices: true,
    customer_key: null,
    created_at: CREATED_AT,
  };
};

const ID = /^(webview|account)_(.+)_(\d+)$/;

const idOf = async (request: IncomingMessage): Promise<string> => {
  const { searchParams } = new URL(request.url ?? '/', 'http://seam');
  const text = Buffer.concat(await request.toArray()).toString();
  const given = { ...Object.fromEntries(searchParams), ...(text === '' ? {} : JSON.parse(text)) };
  return String(given.connect_webview_id ?? given.connected_account_id);
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [, kind, run = '', connection = ''] = ID.exec(await idOf(request)) ?? [];
  const name = `${run}_${connection}`;
  calls.set(name, (calls.get(name) ?? 0) + 1);
  if (latencyMs > 0) await sleep(latencyMs);
  const body =
    kind === 'webview'
      ? { connect_webview: webviewOf(run, Number(connection)), ok: true }
      : { connected_account: accountOf(run, Number(connection)), ok: true };
  response.writeHead(200, { 'content-type': 'application/json', 'seam-request-id': name });
  response.end(JSON.stringify(body));
};

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`seam-stub: ${String(error)}\n`);
    process.exit(1);
  });
}).listen(0, '127.0.0.1');
server.keepAliveTimeout = 60_000;
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

answerParent<StubRequest, StubAnswer>(async request => {
  if (request === 'port') return { port, calls: [] };
  const counted = [...calls];
  calls = new Map();
  return { port, calls: counted };
});
