import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracing } from '../config/tracing.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import type { Traces } from '../ops/tracing.ts';
import { VERSION } from '../ops/version.ts';
import { tracesBy } from './tracing-api.ts';

/* OpenTelemetry's SDK. Only tracing.ts imports this, and only where traces are sent: it costs memory and time to start. */

/** As many as a commit may have deliveries. */
const MOST_LINKS = 500;
const LONGEST_VALUE = 500;
/** How long a process that stops waits for a collector. */
const LAST_SENDING_MS = 2_000;
/** The SDK's result of an export that went well (ExportResultCode of @opentelemetry/core). */
const SENT = 0;

const samplerOf = ({ sampler, ratio }: Tracing): Sampler => {
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
    default:
      return sampler satisfies never;
  }
};

/** An exporter that says once that it fails, and once that it works again. What failed is gone; nothing waits for it. */
const tellingOfFaults = (exporter: SpanExporter, log: Logger): SpanExporter => {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, result => {
        if (result.code === SENT && isFailing) log.info('traces can be sent again');
        if (result.code !== SENT && !isFailing) {
          log.warn({ err: result.error }, "traces can't be sent: they are dropped until they can");
        }
        isFailing = result.code !== SENT;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
};

/**
 * Of 2,048 spans that wait, 512 are sent at a time, every five seconds; what comes on top is dropped. The exporter posts
 * them as OTLP (protobuf), tries again for ten seconds, and heeds the settings of its own besides (a time-out, gzip, TLS):
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter
 */
export const createTracing = (
  service: string,
  tracing: Tracing,
  log: Logger,
): Readonly<{ traces: Traces; end: () => Promise<void> }> => {
  const exporter = new OTLPTraceExporter({ url: tracing.url, headers: { ...tracing.headers } });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'host.name': os.hostname(),
        'process.pid': process.pid,
        'service.instance.id': randomUUID(),
        'service.version': VERSION,
        ...tracing.resource,
        'service.name': service,
      }),
    ),
    sampler: samplerOf(tracing),
    spanLimits: { linkCountLimit: MOST_LINKS, attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [new BatchSpanProcessor({ exporter: tellingOfFaults(exporter, log) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    traces: tracesBy(provider.getTracer('seam-reconciler', VERSION)),
    end: async () => {
      const sent = provider.shutdown().catch((err: unknown) => {
        log.debug({ err }, 'the last traces could not be sent');
      });
      const limit = new AbortController();
      await Promise.race([sent, pause(LAST_SENDING_MS, limit.signal)]);
      limit.abort();
      context.disable();
    },
  };
};
