import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';

export type { Span };

/*
 * Traces, by OpenTelemetry's API. Where none are sent (app/tracing.ts starts that) there is no tracer, nothing of its SDK
 * is loaded, and what is here costs a test of one variable.
 *
 * What a span says goes to another system, which no erasure reaches: never a payload, an id or a name of a person, or a
 * message of an error, which may hold a value.
 */

let tracer: Tracer | null = null;

/** @param given null: from now on there are no traces */
export const useTracer = (given: Tracer | null): void => {
  tracer = given;
};

export const isTracing = (): boolean => tracer !== null;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

export type SpanOptions = Readonly<{
  /** By who asks whom, as OpenTelemetry has it; internal, where it isn't given. */
  kind?: keyof typeof KINDS;
  attributes?: Attributes;
  /** A `traceparent` of ours, whose part it is; null: a trace of its own begins. Not given: what goes on around it. */
  parent?: string | null;
  /** The `traceparent` of each other span that it has to do with. */
  links?: readonly string[];
  /** When it began, in ms since 1970, if not now. */
  beganAt?: number;
}>;

const SHAPE = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * What a `traceparent` says, in the version that we write and in later ones that look the same; null where it is none.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
const readTraceparent = (text: string): SpanContext | null => {
  const [, traceId = '', spanId = '', flags = ''] = SHAPE.exec(text) ?? [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const read = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(read) ? read : null;
};

const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;

const contextOf = (parent: string | null | undefined): Context => {
  if (parent === undefined) return context.active();
  const read = parent === null ? null : readTraceparent(parent);
  return read === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, read);
};

const begin = (
  given: Tracer,
  name: string,
  { kind = 'internal', attributes = {}, parent, links = [], beganAt }: SpanOptions,
): Span => {
  const linked = links
    .flatMap(link => readTraceparent(link) ?? [])
    .map(each => ({ context: each }));
  const options = { kind: KINDS[kind], attributes, links: linked };
  const at = beganAt === undefined ? {} : { startTime: beganAt };
  return given.startSpan(name, { ...options, ...at }, contextOf(parent));
};

/** Takes what is set of it, and says it to nobody. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * Begins a span that its caller ends.
 *
 * @returns one that is of no trace, where there are none
 */
export const beginSpan = (name: string, options: SpanOptions): Span =>
  tracer === null ? NO_SPAN : begin(tracer, name, options);

/** What goes on within is part of the span. */
export const within = <T>(span: Span, work: () => T): T =>
  tracer === null ? work() : context.with(trace.setSpan(context.active(), span), work);

/** That it failed, and by what kind of error: its words may hold what was being written. */
export const failSpan = (span: Span, error: unknown): void => {
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

const inSpan = async <T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> => {
  try {
    return await within(span, () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/**
 * Does something as a span: until it ends, also where it throws.
 *
 * @param name of few, so that one can ask for all of a name: no id in it
 */
export const withSpan = <T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> => (tracer === null ? work(NO_SPAN) : inSpan(begin(tracer, name, options), work));

/**
 * Notes a statement that was of several traces at once, of which it tells only by its answer: part of the first, and linked
 * to the others.
 *
 * @param beganAt in ms since 1970
 */
export const noteQuery = (name: string, traceparents: readonly string[], beganAt: number): void => {
  const [first, ...links] = traceparents;
  if (tracer === null || first === undefined) return;
  const attributes = queryAttributes(name);
  begin(tracer, name, { kind: 'client', attributes, parent: first, links, beganAt }).end();
};

/** A statement, by its name; without what it was asked with. */
export const withQuery = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  tracer === null
    ? work()
    : inSpan(begin(tracer, name, { kind: 'client', attributes: queryAttributes(name) }), work);

/** Source: https://opentelemetry.io/docs/specs/semconv/database/database-spans */
export const queryAttributes = (name: string): Attributes => ({
  'db.system.name': 'postgresql',
  'db.query.summary': name,
});

/** Of a span; null where it is of no trace. */
export const traceparentOf = (span: Span): string | null => {
  const its = span.spanContext();
  return isSpanContextValid(its) ? writeTraceparent(its) : null;
};

/** Of what goes on now; null where that is part of no trace. */
export const currentTraceparent = (): string | null => {
  if (tracer === null) return null;
  const span = trace.getActiveSpan();
  return span === undefined ? null : traceparentOf(span);
};

/** The id of a trace; null where it is none, or one that is recorded nowhere. */
export const traceIdOf = (traceparent: string | null): string | null => {
  const read = traceparent === null ? null : readTraceparent(traceparent);
  return read !== null && read.traceFlags === TraceFlags.SAMPLED ? read.traceId : null;
};

/** The id of the trace that what goes on now is part of; null where it is of none, or of one that is recorded nowhere. */
export const currentTraceId = (): string | null => traceIdOf(currentTraceparent());

/** Of what goes on now, as log lines name it; nothing, where it is part of no trace. */
export const traceFields = (): Readonly<Record<string, string>> => {
  const its = tracer === null ? undefined : trace.getActiveSpan()?.spanContext();
  return its === undefined || !isSpanContextValid(its)
    ? {}
    : { trace_id: its.traceId, span_id: its.spanId };
};

/** Has a span name another one that it has to do with, which began after it. */
export const linkSpan = (span: Span, traceparent: string | null): void => {
  const other = traceparent === null ? null : readTraceparent(traceparent);
  if (other !== null) span.addLink({ context: other });
};
