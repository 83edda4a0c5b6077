import type { Attributes, AttributeValue, SpanContext, SpanStatusCode } from '@opentelemetry/api';
import { readTraceparent, traceIdOf, writeTraceparent } from '../model/traceparent.ts';

/*
 * Traces. Where some are sent, app/tracing.ts brings what makes them, OpenTelemetry's. Where none are, nothing of
 * OpenTelemetry is loaded, and what is here costs a test of one variable.
 *
 * What a span says goes to another system, which no erasure reaches: never a payload, an id or a name of a person, or a
 * message of an error, which may hold a value.
 */

/** What is used of OpenTelemetry's. */
export type Span = Readonly<{
  spanContext: () => SpanContext;
  setAttribute: (key: string, value: AttributeValue) => unknown;
  setAttributes: (attributes: Attributes) => unknown;
  addLink: (link: { context: SpanContext }) => unknown;
  setStatus: (status: { code: SpanStatusCode }) => unknown;
  end: () => void;
}>;

/** What makes spans. */
export type Traces = Readonly<{
  begin: (name: string, options: SpanOptions) => Span;
  within: <T>(span: Span, work: () => T) => T;
  active: () => Span | undefined;
}>;

let traces: Traces | null = null;

/** @param given null: from now on there are none */
export const useTraces = (given: Traces | null): void => {
  traces = given;
};

export const isTracing = (): boolean => traces !== null;

export type SpanOptions = Readonly<{
  /** By who asks whom, as OpenTelemetry has it; internal, where it isn't given. */
  kind?: 'internal' | 'server' | 'client' | 'consumer' | 'producer';
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

/** What a `traceparent` says, as OpenTelemetry has it; null where it is none. */
export const spanContextOf = (traceparent: string): SpanContext | null => {
  const read = readTraceparent(traceparent);
  if (read === null) return null;
  const { traceId, spanId, isSampled } = read;
  return { traceId, spanId, isRemote: true, traceFlags: isSampled ? SAMPLED : 0 };
};

const SAMPLED = 1;
const ERROR: SpanStatusCode.ERROR = 2;
const OF_NO_TRACE: SpanContext = {
  ...{ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 },
};

const nothing = (): void => undefined;
/** Takes what is set of it, and says it to nobody. */
const NO_SPAN: Span = {
  spanContext: () => OF_NO_TRACE,
  ...{ setAttribute: nothing, setAttributes: nothing, addLink: nothing, setStatus: nothing },
  end: nothing,
};

const isOfNone = ({ traceId }: SpanContext): boolean => traceId === OF_NO_TRACE.traceId;

/**
 * Begins a span that its caller ends.
 *
 * @returns one that is of no trace, where there are none
 */
export const beginSpan = (name: string, options: SpanOptions): Span =>
  traces === null ? NO_SPAN : traces.begin(name, options);

/** What goes on within is part of the span. */
export const within = <T>(span: Span, work: () => T): T =>
  traces === null || span === NO_SPAN ? work() : traces.within(span, work);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** That it failed, and by what kind of error, of few: its words may hold what was being written. */
export const failSpan = (span: Span, kind: string): void => {
  span.setAttribute('error.type', kind);
  span.setStatus({ code: ERROR });
};

const inSpan = async <T>(
  given: Traces,
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  const span = given.begin(name, options);
  try {
    return await given.within(span, () => work(span));
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
): Promise<T> => (traces === null ? work(NO_SPAN) : inSpan(traces, name, options, work));

/** The same for what is only told of as a part: where what goes on is part of no trace, none begins for it. */
export const withPart = <T>(
  name: string,
  options: Omit<SpanOptions, 'parent'>,
  work: (span: Span) => Promise<T>,
): Promise<T> =>
  traces === null || traces.active() === undefined
    ? work(NO_SPAN)
    : inSpan(traces, name, options, work);

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
  if (isOfNone(its)) return null;
  const { traceId, spanId, traceFlags } = its;
  return writeTraceparent({ traceId, spanId, isSampled: traceFlags === SAMPLED });
};

/** What goes on now. */
export const currentSpan = (): Span => (traces === null ? NO_SPAN : (traces.active() ?? NO_SPAN));

/** Of what goes on now; null where that is part of no trace. */
export const currentTraceparent = (): string | null =>
  traces === null ? null : traceparentOf(currentSpan());

/** The id of the trace that what goes on now is part of; null where it is of none, or of one that is recorded nowhere. */
export const currentTraceId = (): string | null => traceIdOf(currentTraceparent());

/** Of what goes on now, as log lines name it; nothing, where it is part of no trace. */
export const traceFields = (): Readonly<Record<string, string>> => {
  const its = currentSpan().spanContext();
  return isOfNone(its) ? {} : { trace_id: its.traceId, span_id: its.spanId };
};

/** Has a span name another one that it has to do with, which began after it. */
export const linkSpan = (span: Span, traceparent: string | null): void => {
  const other = traceparent === null ? null : spanContextOf(traceparent);
  if (other !== null) span.addLink({ context: other });
};
