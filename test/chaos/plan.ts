import { type Fault, planFaults, type QueueKind } from './faults.ts';
import { planScenario, type Scenario } from './scenario.ts';

export type ChaosOptions = Readonly<{
  seed: string;
  deliveries: number;
  faults: number;
  /** From one fault to the next, on average. */
  gapSeconds: number;
  queue: QueueKind;
}>;

/** The next fault comes before the last one's backlog is gone. */
export const DEFAULT_GAP_SECONDS = 2;

/** Everything that the seed decides, before anything is started. */
export type Plan = Readonly<{
  options: ChaosOptions;
  scenario: Scenario;
  faults: readonly Fault[];
}>;

/** Pure: the same options give the same plan. */
export const planChaos = (options: ChaosOptions): Plan => ({
  options,
  scenario: planScenario(options.seed, options.deliveries),
  faults: planFaults(options.seed, options.faults, options.deliveries, options.queue),
});

/** What a person types to get the same plan again. */
export const commandOf = ({
  seed,
  deliveries,
  faults,
  queue,
  gapSeconds,
}: ChaosOptions): string => {
  const quoted = /^[\w.-]+$/.test(seed) ? seed : `'${seed.replaceAll("'", "'\\''")}'`;
  const amounts = `--deliveries ${deliveries} --faults ${faults}`;
  const gap = gapSeconds === DEFAULT_GAP_SECONDS ? '' : ` --gap ${gapSeconds}`;
  return `npm run chaos -- ${amounts}${gap} --queue ${queue} --seed ${quoted}`;
};
