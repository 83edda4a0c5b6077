import { expect, test } from 'vitest';
import { type Env, parseConfig } from '../../src/config/config.ts';
import { faultsOf } from '../fixtures/config-faults.ts';

const ENDPOINT = 'http://collector.example:4318';
const tracingWith = (env: Env) => parseConfig(env).tracing;

test('traces go nowhere unless it is said where', () => {
  expect(tracingWith({ OTEL_SERVICE_NAME: 'locks' })).toBeNull();
});

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT },
  { OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/` },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` },
  // That for traces is taken as it is, and before the other.
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other.example',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces`,
  },
])('where to: %j', env => {
  expect(tracingWith(env)?.url).toBe(`${ENDPOINT}/v1/traces`);
});

test.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
  'with %j they are off',
  env => {
    expect(tracingWith({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env })).toBeNull();
  },
);

test('headers for traces come on top of those for all signals', () => {
  const tracing = tracingWith({
    OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b = 2%2C3 ,',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=4',
  });
  expect(tracing?.headers).toEqual({ a: '1', b: '4' });
});

test.each([
  [{}, 'seam-reconciler'],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=locks,team=a' }, 'locks'],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=locks', OTEL_SERVICE_NAME: 'doors' }, 'doors'],
] as const)('with %j this service is called %s', (env, name) => {
  const config = parseConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env });
  expect(config.service).toBe(name);
  expect(config.tracing?.resource).not.toHaveProperty('service.name');
});

test('a ratio for a sampler that has none is refused', () => {
  const both = { OTEL_TRACES_SAMPLER_ARG: '0.5', OTEL_TRACES_SAMPLER: 'always_on' };
  expect(faultsOf(both).faults).toEqual([expect.stringMatching(/^OTEL_TRACES_SAMPLER_ARG must /)]);
  expect(
    tracingWith({
      ...both,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
    }),
  ).toMatchObject({ sampler: 'traceidratio', ratio: 0.5 });
});

test('who asks for gRPC is told what is spoken, and where', () => {
  const { faults } = faultsOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  expect(faults).toEqual([expect.stringContaining('http/protobuf')]);
  expect(faults).toEqual([expect.stringContaining('4318')]);
});
