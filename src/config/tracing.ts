import { z } from 'zod';
import { url } from './values.ts';

/*
 * What is set of traces, by the names that OpenTelemetry gives its settings everywhere:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables and
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter. Its SDK (3.x) reads none of them but those of the exporter.
 */

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Which traces are recorded. */
type SamplerName = (typeof SAMPLERS)[number];

/** Where spans go; only there where they go somewhere. */
export type Tracing = Readonly<{
  /** To which they are posted. */
  url: string;
  /** Sent with them. Secrets. */
  headers: Readonly<Record<string, string>>;
  sampler: SamplerName;
  /** Of a sampler by ratio: how many of all traces are recorded, from 0 to 1. */
  ratio: number;
  /** What is said of this service besides its name, version and host. */
  resource: Readonly<Record<string, string>>;
}>;

const DEFAULT_SERVICE = 'seam-reconciler';

/** `key=value,key2=value2`, percent-encoded where need be, as W3C Baggage; null where it isn't. */
const readPairs = (text: string): Readonly<Record<string, string>> | null => {
  const pairs: Record<string, string> = {};
  for (const pair of text.split(',').filter(each => each.trim() !== '')) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, Math.max(at, 0)).trim();
    if (!/^[\w.!#$%&'*+^`|~/-]+$/.test(key)) return null;
    try {
      pairs[key] = decodeURIComponent(pair.slice(at + 1).trim());
    } catch {
      return null;
    }
  }
  return pairs;
};

export const keyValuePairs = z.string().transform((text, context) => {
  const pairs = readPairs(text);
  if (pairs !== null) return pairs;
  context.addIssue({
    code: 'custom',
    message:
      'must be key=value, several separated by commas (other characters percent-encoded: a space as %20)',
  });
  return z.NEVER;
});

/** Of a header's value: what Node would refuse to send. */
const isHeaderValue = (value: string): boolean => /^[\t\x20-\x7e]*$/.test(value);

export const otlpHeaders = keyValuePairs.refine(
  pairs => Object.values(pairs).every(isHeaderValue),
  { error: 'must be headers that can be sent: key=value, several separated by commas' },
);

export const otlpEndpoint = url('http:', 'https:');

export const otlpProtocol = z.enum(['http/protobuf'], {
  error:
    'must be http/protobuf, the only one that is spoken here: collectors take it on port 4318 (grpc is on 4317)',
});

export const tracesExporter = z.enum(['otlp', 'none'], { error: 'must be otlp or none' });

export const tracesSampler = z.enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` });

export const samplerRatio = z
  .string()
  .refine(text => /^(?:0?\.\d+|[01](?:\.0+)?)$/.test(text), {
    error: 'must be a number from 0 to 1: 0.1 is every tenth trace',
  })
  .transform(Number);

type Settings = Readonly<{
  OTEL_SDK_DISABLED: boolean;
  OTEL_TRACES_EXPORTER: z.output<typeof tracesExporter>;
  OTEL_SERVICE_NAME?: string | undefined;
  OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
  OTEL_EXPORTER_OTLP_TRACES_HEADERS?: Readonly<Record<string, string>> | undefined;
  OTEL_TRACES_SAMPLER: SamplerName;
  OTEL_TRACES_SAMPLER_ARG?: number | undefined;
}>;

/** The endpoint for traces is taken as it is; the common one is the base of all signals'. */
const urlOf = (settings: Settings): string | null => {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: base } = settings;
  if (own !== undefined) return own;
  return base === undefined ? null : `${base.replace(/\/$/, '')}/v1/traces`;
};

/** The name of this service, in log lines and traces; and where traces go, null where they go nowhere. */
export const tracingOf = (
  settings: Settings,
): Readonly<{ service: string; tracing: Tracing | null }> => {
  const { 'service.name': named, ...resource } = settings.OTEL_RESOURCE_ATTRIBUTES ?? {};
  const service = settings.OTEL_SERVICE_NAME ?? named ?? DEFAULT_SERVICE;
  const to = urlOf(settings);
  const isOff = settings.OTEL_SDK_DISABLED || settings.OTEL_TRACES_EXPORTER === 'none';
  if (to === null || isOff) return { service, tracing: null };
  return {
    service,
    tracing: {
      url: to,
      headers: {
        ...settings.OTEL_EXPORTER_OTLP_HEADERS,
        ...settings.OTEL_EXPORTER_OTLP_TRACES_HEADERS,
      },
      sampler: settings.OTEL_TRACES_SAMPLER,
      ratio: settings.OTEL_TRACES_SAMPLER_ARG ?? 1,
      resource,
    },
  };
};

/** A ratio for a sampler that has none would be heeded by nobody. */
export const samplerFaults = (settings: Settings): readonly string[] =>
  settings.OTEL_TRACES_SAMPLER_ARG === undefined || settings.OTEL_TRACES_SAMPLER.endsWith('ratio')
    ? []
    : [
        'OTEL_TRACES_SAMPLER_ARG must be left out where OTEL_TRACES_SAMPLER is neither traceidratio nor parentbased_traceidratio',
      ];
