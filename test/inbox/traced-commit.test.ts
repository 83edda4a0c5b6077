import { expect, test } from 'vitest';
import { beginSpan, currentTraceparent, traceparentOf, within } from '../../src/ops/tracing.ts';
import { delivery, useInbox } from '../fixtures/inbox.ts';
import { readTraces } from '../fixtures/traces.ts';

const site = useInbox();

const traceparentsOf = async (eventId: string): Promise<(string | null)[]> => {
  const { rows } = await site.database.pool.query(
    `select traceparent from reconciler.deliveries where event_id = $1 or event_id like $1 || e'\\x1e%'
      order by event_id`,
    [eventId],
  );
  return rows.map(row => row.traceparent);
};

/** Each as the part of a trace of its own, all in one turn. */
const receiveTraced = async (deliveries: readonly ReturnType<typeof delivery>[]) => {
  const { inbox } = site.open();
  const requests = deliveries.map(() => beginSpan('request', { kind: 'server', parent: null }));
  await Promise.all(
    requests.map((span, index) =>
      within(span, () =>
        inbox.receive({ ...delivery(), ...deliveries[index], traceparent: currentTraceparent() }),
      ),
    ),
  );
  for (const span of requests) span.end();
  return requests;
};

test('webhooks of two traces in one commit: it is part of the one, and each names the other', async () => {
  using traces = readTraces();
  const deliveries = [delivery(), delivery()];
  const requests = await receiveTraced(deliveries);

  const [one, other] = requests.map(span => span.spanContext());
  const [commit, another] = traces.named('store-deliveries');
  expect(another).toBeUndefined();
  expect(commit?.parentSpanContext).toMatchObject({ spanId: one?.spanId, traceId: one?.traceId });
  expect(commit?.links.map(({ context }) => context)).toMatchObject([
    { traceId: other?.traceId, spanId: other?.spanId },
  ]);
  const linked = traces.named('request').map(({ links }) => links.map(({ context }) => context));
  const its = commit?.spanContext();
  expect(linked).toMatchObject([[], [{ traceId: its?.traceId, spanId: its?.spanId }]]);

  for (const [index, { event }] of deliveries.entries()) {
    const span = requests[index];
    if (span === undefined) throw new Error('no request');
    expect(await traceparentsOf(event.eventId)).toEqual([traceparentOf(span)]);
  }
});

test('the word of another workspace under the same id keeps its own trace', async () => {
  using _traces = readTraces();
  const first = delivery();
  const wordOf = (workspaceId: string) => ({
    ...{ ...first, vouchedBy: workspaceId },
    event: { ...first.event, workspaceId },
  });
  const requests = await receiveTraced([wordOf('a'), wordOf('b')]);
  expect(await traceparentsOf(first.event.eventId)).toEqual(requests.map(traceparentOf));
});

test('without traces, none is kept', async () => {
  const one = delivery();
  await site.open().inbox.receive(one);
  expect(await traceparentsOf(one.event.eventId)).toEqual([null]);
});
