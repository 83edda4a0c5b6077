import { expect, test } from 'vitest';
import { createHours, type Hearing, hear, type Told } from '../../src/backfill/report.ts';

const told = (time: string, was: Told['was']): Told => ({
  occurredAt: new Date(`2026-11-22T${time}Z`),
  was,
});
const DEAF: Hearing = {
  lastHeardAt: null,
  unheardSince: null,
  unheardUntil: null,
  unheardEvents: 0,
};
const HEARING = hear(DEAF, [told('10:00', 'brought_by_webhook')]);

test('what is missing is counted by the hour in which it happened, the oldest first', () => {
  const hours = createHours();
  hours.add([told('14:59:59.999', 'missing'), told('15:00', 'missing')]);
  hours.add([told('14:00', 'missing'), told('14:10', 'here'), told('13:00', 'brought_by_webhook')]);
  expect(hours.withMissing()).toEqual([
    { hour: '2026-11-22T14:00:00.000Z', listed: 3, missing: 2 },
    { hour: '2026-11-22T15:00:00.000Z', listed: 1, missing: 1 },
  ]);
  expect(hours.totals()).toEqual({ listed: 5, missing: 3, older: 0 });
});

test('events that no webhook brought make a silence, from the first of them on', () => {
  const now = hear(HEARING, [told('11:30', 'missing'), told('11:00', 'missing')]);
  expect(now).toMatchObject({ unheardEvents: 2, unheardSince: new Date('2026-11-22T11:00Z') });
});

test('what an earlier backfill stored was heard no more than what is missing', () => {
  expect(hear(HEARING, [told('11:00', 'here')])).toMatchObject({ unheardEvents: 1 });
});

test('what is older than what is kept is neither missing nor a silence', () => {
  const events = [told('11:00', 'older'), told('11:30', 'older')];
  expect(hear(HEARING, events)).toEqual(HEARING);
  const hours = createHours();
  hours.add(events);
  expect(hours.totals()).toEqual({ listed: 2, missing: 0, older: 2 });
});

test('the same events told again, as slices overlap, are counted once', () => {
  const events = [told('11:00', 'missing'), told('11:30', 'missing')];
  const once = hear(HEARING, events);
  const again = events.map(event => ({ ...event, was: 'here' as const }));
  expect(hear(once, again)).toEqual(once);
});

test('one lost between two that came is no silence, and the next webhook ends one', () => {
  const lost = [told('11:00', 'missing'), told('11:01', 'brought_by_webhook')];
  expect(hear(HEARING, lost)).toMatchObject({ unheardEvents: 0, unheardSince: null });
  const silent = hear(HEARING, [told('11:00', 'missing')]);
  const over = hear(silent, [told('12:00', 'brought_by_webhook')]);
  expect(over).toMatchObject({ unheardEvents: 0, unheardSince: null });
  expect(over.lastHeardAt).toEqual(new Date('2026-11-22T12:00Z'));
});

test('a silence begins anew after one that ended', () => {
  const over = hear(hear(HEARING, [told('11:00', 'missing')]), [
    told('12:00', 'brought_by_webhook'),
  ]);
  expect(hear(over, [told('13:00', 'missing')])).toMatchObject({
    unheardEvents: 1,
    unheardSince: new Date('2026-11-22T13:00Z'),
  });
});
