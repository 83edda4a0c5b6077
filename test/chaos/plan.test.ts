import { describe, expect, test } from 'vitest';
import { FAULTS, type FaultKind } from './faults.ts';
import { commandOf, planChaos } from './plan.ts';
import { STORY_KINDS } from './stories.ts';

const options = {
  seed: 'a seed',
  deliveries: 1_000,
  faults: 60,
  gapSeconds: 2,
  queue: 'redis',
} as const;
const kindsOf = (faults: readonly { kind: FaultKind }[]) => new Set(faults.map(({ kind }) => kind));

describe('the plan of the chaos', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planChaos(options)).toEqual(planChaos(options));
    const other = planChaos({ ...options, seed: 'another' });
    expect(other.scenario).not.toEqual(planChaos(options).scenario);
    expect(other.faults).not.toEqual(planChaos(options).faults);
  });

  test('keeps its scenario when only the faults are others', () => {
    expect(planChaos({ ...options, faults: 3 }).scenario).toEqual(planChaos(options).scenario);
  });

  test.each([10, 137, 1_000])('sends exactly as many webhooks as asked for (%i)', deliveries => {
    const { timeline } = planChaos({ ...options, deliveries }).scenario;
    expect(timeline.filter(({ kind }) => kind === 'delivery')).toHaveLength(deliveries);
  });

  test('sends nothing before it has happened, some of it twice, and not in order', () => {
    const happened: string[] = [];
    const sent: string[] = [];
    for (const entry of planChaos(options).scenario.timeline) {
      if (entry.kind === 'change') happened.push(...entry.change.eventIds);
      else {
        expect(happened).toContain(entry.delivery.eventId);
        sent.push(entry.delivery.eventId);
      }
    }
    expect(new Set(sent)).toEqual(new Set(happened));
    expect(sent.length).toBeGreaterThan(happened.length);
    expect([...new Set(sent)]).not.toEqual(happened);
  });

  test('has every kind of story and of fault', () => {
    const { scenario, faults } = planChaos(options);
    expect(new Set(scenario.stories.map(({ kind }) => kind))).toEqual(new Set(STORY_KINDS));
    expect(kindsOf(faults)).toEqual(new Set(Object.keys(FAULTS)));
  });

  test('strikes in order, in time, and no Redis where there is none', () => {
    const { faults } = planChaos({ ...options, queue: 'postgres' });
    const positions = faults.map(({ afterDelivery }) => afterDelivery);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions.at(-1)).toBeLessThan(options.deliveries * 0.95);
    expect(faults.filter(({ target }) => target === 'redis')).toEqual([]);
  });

  test('is repeated by a command that a shell takes', () => {
    expect(commandOf({ ...options, seed: "it's" })).toBe(
      "npm run chaos -- --deliveries 1000 --faults 60 --queue redis --seed 'it'\\''s'",
    );
  });
});
