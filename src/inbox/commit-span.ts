import { beginSharedQuery, isTracing, linkSpan, type Span, traceparentOf } from '../ops/tracing.ts';

/**
 * Begins the span of a commit, which is of all whose deliveries it stores: part of the first one's trace and linked to those
 * of the others, and theirs to it.
 */
export const beginCommit = (waiting: readonly Readonly<{ span: Span }>[]): Span => {
  const spans = isTracing() ? waiting.map(({ span }) => span) : [];
  const commit = beginSharedQuery(
    'store-deliveries',
    spans.flatMap(span => traceparentOf(span) ?? []),
  );
  for (const other of spans.slice(1)) linkSpan(other, traceparentOf(commit));
  return commit;
};
