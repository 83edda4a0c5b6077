/** How long after a look is due the sweep waits before it takes the look for lost. */
export const SWEEP_GRACE_SECONDS = 5;
