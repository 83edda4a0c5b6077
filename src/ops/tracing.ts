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
import { readTraceparent, traceIdOf, writeTraceparent } from '../model/traceparent.ts';

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
  producer: SpanKind.PRODUCER,
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
  /** What kind of error one is, of few; its name, where it isn't given. */
  kindOf?: (error: unknown) => string;
}>;

const spanContextOf = (traceparent: string): SpanContext | null => {
  const read = readTraceparent(traceparent);
  if (read === null) return null;
  const { traceId, spanId, isSampled } = read;
  return {
    ...{ traceId, spanId, isRemote: true },
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  };
};

const contextOf = (parent: string | null | undefined): Context => {
  if (parent === undefined) return context.active();
  const read = parent === null ? null : spanContextOf(parent);
  return read === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, read);
};

const begin = (
  given: Tracer,
  name: string,
  { kind = 'internal', attributes = {}, parent, links = [], beganAt }: SpanOptions,
): Span => {
  const linked = links.flatMap(link => spanContextOf(link) ?? []).map(each => ({ context: each }));
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

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** That it failed, and by what kind of error, of few: its words may hold what was being written. */
export const failSpan = (span: Span, kind: string): void => {
  span.setAttribute('error.type', kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

const inSpan = async <T>(
  given: Tracer,
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  const span = begin(given, name, options);
  try {
    return await within(span, () => work(span));
  } catch (error) {
    failSpan(span, (options.kindOf ?? nameOf)(error));
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
): Promise<T> => (tracer === null ? work(NO_SPAN) : inSpan(tracer, name, options, work));

/** The same for what is only told of as a part: where what goes on is part of no trace, none begins for it. */
export const withPart = <T>(
  name: string,
  options: Omit<SpanOptions, 'parent'>,
  work: (span: Span) => Promise<T>,
): Promise<T> =>
  tracer === null || trace.getActiveSpan() === undefined
    ? work(NO_SPAN)
    : inSpan(tracer, name, options, work);

/** Source: https://opentelemetry.io/docs/specs/semconv/database/database-spans */
const queryOf = (name: string) =>
  ({
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name },
  }) as const;

/** A statement, or a transaction, as a part: by its name, without what it was asked with. */
export const withQuery = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  withPart(name, queryOf(name), work);

/**
 * Begins a statement that is of several traces at once: part of the first, and linked to the others. Its caller ends it.
 *
 * @param beganAt in ms since 1970; not given: now
 */
export const beginSharedQuery = (
  name: string,
  [first, ...links]: readonly string[],
  beganAt?: number,
): Span => {
  if (first === undefined) return NO_SPAN;
  const at = beganAt === undefined ? {} : { beganAt };
  return beginSpan(name, { ...queryOf(name), ...at, parent: first, links });
};

/** Of a span; null where it is of no trace. */
export const traceparentOf = (span: Span): string | null => {
  const its = span.spanContext();
  if (!isSpanContextValid(its)) return null;
  const { traceId, spanId, traceFlags } = its;
  return writeTraceparent({ traceId, spanId, isSampled: traceFlags === TraceFlags.SAMPLED });
};

/** Of what goes on now; null where that is part of no trace. */
export const currentTraceparent = (): string | null => {
  if (tracer === null) return null;
  const span = trace.getActiveSpan();
  return span === undefined ? null : traceparentOf(span);
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
  const other = traceparent === null ? null : spanContextOf(traceparent);
  if (other !== null) span.addLink({ context: other });
};

/** What goes on now. */
export const currentSpan = (): Span =>
  (tracer === null ? undefined : trace.getActiveSpan()) ?? NO_SPAN;
