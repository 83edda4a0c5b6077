import type { Books } from './books.ts';
import type { Ledger } from './ledger.ts';
import type { Problem } from './problems.ts';

/** Every acknowledged event is stored once, as it was sent, under the right subject. Pure. */
export const checkDeliveries = (
  { events }: Pick<Ledger, 'events'>,
  { deliveries }: Pick<Books, 'deliveries'>,
): Problem[] => {
  const stored = Map.groupBy(deliveries, ({ eventId }) => eventId);
  const sent = new Set(events.map(({ eventId }) => eventId));
  const ofSent = events.flatMap(({ eventId, subject, digest, acknowledged }): Problem[] => {
    const rows = stored.get(eventId) ?? [];
    const [row] = rows;
    if (row === undefined) {
      const what = `an event of ${subject} was acknowledged but is not stored`;
      return acknowledged ? [{ kind: 'lost', id: eventId, what }] : [];
    }
    const problems: Problem[] = [];
    if (rows.length > 1) {
      problems.push({ kind: 'doubled', id: eventId, what: `it is stored ${rows.length} times` });
    }
    if (row.digest !== digest) {
      problems.push({ kind: 'wrong', id: eventId, what: 'the stored body is not what was sent' });
    }
    if (row.subject !== subject) {
      const what = `it is stored under ${row.subject}, not under ${subject}`;
      problems.push({ kind: 'wrong', id: eventId, what });
    }
    return problems;
  });
  const strangers = [...stored.keys()].filter(eventId => !sent.has(eventId));
  return [
    ...ofSent,
    ...strangers.map(
      id => ({ kind: 'wrong', id, what: 'it is stored but was never sent' }) as const,
    ),
  ];
};
