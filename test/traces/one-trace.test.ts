import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signEvent } from '../../src/sandbox/sender.ts';
import type { Match } from '../../src/support/cases/find.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../fixtures/otlp.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

const USER = 'user_of_one_trace';
const EMAIL = 'ada.of.one.trace@locks.example';
const TOKEN = 'token-of-the-collector';
/** As a proxy or a stranger sends it. */
const THEIRS = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

type Told = Readonly<{ headers: IncomingHttpHeaders; body: { data: Record<string, unknown> } }>;

const startApp = async () => {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    told.push({ headers: request.headers, body: JSON.parse(text) });
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    told,
    url: `http://127.0.0.1:${port}/a-secret-path`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

describe('with separate processes, from the webhook to what the app is told', () => {
  const stack = new AsyncDisposableStack();
  let house: House;
  let collector: Collector;
  let told: Told;
  let secret: string;
  let ids: readonly string[];
  /** As `show --json`, the console and the API have them. */
  let runs: Match['runs'];

  beforeAll(async () => {
    collector = stack.use(await startCollector());
    const app = stack.use(await startApp());
    house = stack.use(
      await openHouse('postgres', {
        apart: true,
        env: {
          ...TELLING_ENV,
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${TOKEN}`,
          OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
        },
      }),
    );
    await house.addUser(USER);
    ({ secret } = await insertEndpoint(house.database.pool, app.url));
    const webviewId = await house.seam.createWebview({ id: USER });
    const { events, accountId } = await house.seam.completeWebview(webviewId, { email: EMAIL });
    const event = events.at(-1);
    if (event === undefined) throw new Error('no event');
    const { body, headers } = signEvent(event, SECRET);
    const answer = await fetch(`${house.url}/webhooks/seam`, {
      method: 'POST',
      body,
      headers: { ...headers, traceparent: THEIRS },
    });
    expect(answer.status).toBe(204);
    await house.settled(webviewId, 'linked');
    told = await until('the app to be told', () => app.told[0]);
    runs = (await house.find(webviewId))?.runs ?? [];
    ids = [webviewId, accountId];
    // What has ended is sent at the latest when they stop.
    expect(await house.serve.stop('SIGTERM')).toBe(0);
    expect(await house.work.stop('SIGTERM')).toBe(0);
  });
  afterAll(() => stack.disposeAsync());

  const named = (name: string): ReceivedSpan => {
    const [span, another] = ours().filter(each => each.name === name);
    if (span === undefined) throw new Error(`no span is called ${name}`);
    if (another !== undefined) throw new Error(`several spans are called ${name}`);
    return span;
  };
  const ours = (): readonly ReceivedSpan[] => {
    const [webhook] = collector.spans.filter(({ name }) => name === 'POST /webhooks/seam');
    return collector.spans.filter(({ traceId }) => traceId === webhook?.traceId);
  };

  test('it is one trace: each part is of the one that led to it', () => {
    const nameOf = (id: string) => ours().find(({ spanId }) => spanId === id)?.name ?? id;
    const parents = new Set(ours().map(({ name, parentId }) => `${name} < ${nameOf(parentId)}`));
    expect([...parents].toSorted()).toEqual(
      [
        'POST /webhooks/seam < ',
        'apply < run',
        'arrange < apply',
        'begin-run < process job',
        'count-page < POST /webhooks/seam',
        'find-user < gather',
        'gather < run',
        'GET /connect_webviews/get < gather',
        'GET /connected_accounts/get < gather',
        'process job < POST /webhooks/seam',
        'run < process job',
        'send message < apply',
        'store-deliveries < POST /webhooks/seam',
      ].toSorted(),
    );
  });

  test('the kinds of its parts are those of OpenTelemetry', () => {
    expect(named('POST /webhooks/seam')).toMatchObject({
      kind: 2,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/webhooks/seam',
        'http.response.status_code': 204,
      },
    });
    expect(named('process job')).toMatchObject({
      kind: 5,
      attributes: { 'messaging.system': 'bullmq', 'seam_reconciler.trigger': 'delivery' },
    });
    expect(named('GET /connected_accounts/get')).toMatchObject({
      kind: 3,
      attributes: {
        'server.address': '127.0.0.1',
        'http.response.status_code': 200,
        'seam.request_id': expect.stringMatching(/./),
      },
    });
    expect(named('store-deliveries').attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.query.summary': 'store-deliveries',
    });
    expect(named('run').attributes).toMatchObject({ 'seam_reconciler.outcome': 'linked' });
    expect(named('send message')).toMatchObject({
      kind: 3,
      attributes: { 'http.response.status_code': 204, 'server.address': '127.0.0.1' },
    });
  });

  test('it does not continue what a stranger began, but names it', () => {
    const { traceId, parentId, links } = named('POST /webhooks/seam');
    expect(traceId).not.toBe('a'.repeat(32));
    expect(parentId).toBe('');
    expect(links).toEqual([{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }]);
  });

  test('the app goes on with it: by the header, and by the id in the body', () => {
    const { traceId, spanId } = named('send message');
    expect(told.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    expect(told.body.data.trace_id).toBe(traceId);
  });

  test('the run shows its id', () => {
    const { traceId, attributes } = named('run');
    expect(runs).toContainEqual(
      expect.objectContaining({ id: attributes['seam_reconciler.run_id'], trace_id: traceId }),
    );
  });

  test('log lines name it, of both processes, and say who they are', () => {
    const { traceId } = named('run');
    const of = (lines: House['serve']['log'], msg: string) => lines.find(line => line.msg === msg);
    const who = { service: 'seam-reconciler', version: expect.any(String), host: os.hostname() };
    expect(of(house.serve.log, 'delivery stored')).toMatchObject({ ...who, trace_id: traceId });
    expect(of(house.work.log, 'run finished')).toMatchObject({ ...who, trace_id: traceId });
    expect(of(house.work.log, 'worker ready')).not.toHaveProperty('trace_id');
  });

  test('both processes say who they are', () => {
    const instances = new Set(ours().map(({ resource }) => resource['service.instance.id']));
    expect(instances.size).toBe(2);
    for (const { resource } of ours()) {
      expect(resource).toMatchObject({
        'service.name': 'seam-reconciler',
        'deployment.environment.name': 'test',
        'host.name': os.hostname(),
      });
    }
  });

  test('the collector gets what was set for it to be let in by, which no log line tells', () => {
    for (const { path, headers } of collector.requests) {
      expect(path).toBe('/v1/traces');
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
    }
    expect(JSON.stringify([house.serve.log, house.work.log])).not.toContain(TOKEN);
  });

  test('nothing of it names a person, or holds a secret or a payload', () => {
    const sent = collector.bytes();
    expect(sent.includes('POST /webhooks/seam')).toBe(true);
    const secrets = [SECRET, SECRET.slice(6), secret, house.seam.apiKey, TOKEN, 'a-secret-path'];
    for (const each of [...secrets, ...ids, USER, EMAIL, EMAIL.slice(0, 16)]) {
      expect(sent.includes(each)).toBe(false);
    }
  });
});
