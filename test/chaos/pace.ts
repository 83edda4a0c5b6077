import { setTimeout as sleep } from 'node:timers/promises';

const BURST_MS = 500;
const UNDISTURBED_PER_BURST = 200;

/**
 * Spreads the sending over the time that the faults need, in bursts: what comes at once hits the
 * system while a fault lasts.
 *
 * @param gapMs how long it is, on average, from one fault to the next
 * @returns waits until the delivery at this position (from 0) may be sent
 */
export const createPace = (
  deliveries: number,
  { faults, gapMs }: { faults: number; gapMs: number },
  signal: AbortSignal,
): ((position: number) => Promise<void>) => {
  const bursts = (faults * gapMs) / BURST_MS;
  const perBurst = bursts === 0 ? UNDISTURBED_PER_BURST : Math.ceil(deliveries / bursts);
  const beganAt = performance.now();
  return async position => {
    const dueAt = beganAt + Math.floor(position / perBurst) * BURST_MS;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  };
};
