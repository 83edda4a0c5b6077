import { setTimeout as sleep } from 'node:timers/promises';

/** On average there is a fault every so often. */
const FAULT_GAP_MS = 2_000;
const BURST_MS = 500;
const UNDISTURBED_PER_BURST = 200;

/**
 * Spreads the sending over the time that the faults need, in bursts: what comes at once hits the
 * system while a fault lasts.
 *
 * @returns waits until the delivery at this position (from 0) may be sent
 */
export const createPace = (
  deliveries: number,
  faults: number,
  signal: AbortSignal,
): ((position: number) => Promise<void>) => {
  const bursts = (faults * FAULT_GAP_MS) / BURST_MS;
  const perBurst = bursts === 0 ? UNDISTURBED_PER_BURST : Math.ceil(deliveries / bursts);
  const beganAt = performance.now();
  return async position => {
    const dueAt = beganAt + Math.floor(position / perBurst) * BURST_MS;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  };
};
