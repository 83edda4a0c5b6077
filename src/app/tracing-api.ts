import {
  type Context,
  context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type SpanOptions, spanContextOf, type Traces } from '../ops/tracing.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
} as const satisfies Record<NonNullable<SpanOptions['kind']>, SpanKind>;

const contextOf = (parent: string | null | undefined): Context => {
  if (parent === undefined) return context.active();
  const read = parent === null ? null : spanContextOf(parent);
  return read === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, read);
};

/** Makes spans by OpenTelemetry's API. */
export const tracesBy = (tracer: Tracer): Traces => ({
  begin: (name, { kind = 'internal', attributes = {}, parent, links = [], beganAt }) => {
    const linked = links
      .flatMap(link => spanContextOf(link) ?? [])
      .map(each => ({ context: each }));
    const options = { kind: KINDS[kind], attributes, links: linked };
    const at = beganAt === undefined ? {} : { startTime: beganAt };
    return tracer.startSpan(name, { ...options, ...at }, contextOf(parent));
  },
  // All spans there are were made here.
  within: (span, work) => context.with(trace.setSpan(context.active(), span as OtelSpan), work),
  active: () => trace.getActiveSpan(),
});
