/* Of which trace something is part, as systems tell each other: https://www.w3.org/TR/trace-context/#traceparent-header. Pure. */

/** What a `traceparent` says. */
export type TraceParent = Readonly<{
  traceId: string;
  spanId: string;
  /** Whether the trace is recorded. */
  isSampled: boolean;
}>;

/** In the version that we write (00), and in later ones, which may say more behind. */
const SHAPE =
  /^(?!ff)(?<version>[0-9a-f]{2})-(?<traceId>(?!0{32})[0-9a-f]{32})-(?<spanId>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;

const SAMPLED = 1;

/** @returns null for what is none */
export const readTraceparent = (text: string): TraceParent | null => {
  const { version, traceId, spanId, flags = '', more } = SHAPE.exec(text)?.groups ?? {};
  if (traceId === undefined || spanId === undefined) return null;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
};

export const writeTraceparent = ({ traceId, spanId, isSampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-0${isSampled ? SAMPLED : 0}`;

/** The id of a trace; null where there is none, or it is recorded nowhere. */
export const traceIdOf = (traceparent: string | null): string | null => {
  const read = traceparent === null ? null : readTraceparent(traceparent);
  return read?.isSampled === true ? read.traceId : null;
};
