import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Vitals } from '../model/vitals.ts';
import { VERSION } from '../ops/version.ts';
import { createInstruments } from './counting.ts';
import type { Instruments } from './instruments.ts';
import { createVitalsGauges, PREFIX } from './vitals-gauges.ts';

/** The figures of one app, for Prometheus. */
export type Metrics = Readonly<{
  instruments: Instruments;
  contentType: string;
  /**
   * All of them as text (https://prometheus.io/docs/instrumenting/exposition_formats/).
   *
   * @param vitals what was measured of the whole; null: nothing yet; undefined: it can't be read
   */
  render: (vitals: Vitals | null | undefined) => Promise<string>;
}>;

const tellBuild = (registry: Registry): void => {
  const [version = VERSION, commit = ''] = VERSION.split('+');
  new Gauge({
    name: `${PREFIX}build_info`,
    help: '1; its labels say which version runs.',
    labelNames: ['version', 'commit'],
    registers: [registry],
  }).set({ version, commit }, 1);
};

/**
 * A registry of its own, with all that is counted in it: several apps in one process don't count for each other.
 *
 * @param options.ofNode whether those of Node and the process are among them: an app that has us as a part has its own
 */
export const createMetrics = ({ ofNode = true }: Readonly<{ ofNode?: boolean }> = {}): Metrics => {
  const registry = new Registry();
  if (ofNode) collectDefaultMetrics({ register: registry });
  tellBuild(registry);
  const instruments = createInstruments(registry);
  const setVitals = createVitalsGauges(registry);
  const up = new Gauge({
    name: `${PREFIX}vitals_up`,
    help: '1 where what the processes have in common could be read from Postgres, else 0.',
    registers: [registry],
  });
  return {
    instruments,
    contentType: registry.contentType,
    render: vitals => {
      setVitals(vitals ?? null);
      up.set(vitals === undefined ? 0 : 1);
      return registry.metrics();
    },
  };
};
