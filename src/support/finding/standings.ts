/* How the lock account of a connection stands where it stopped, or is about to: what lists are narrowed to. Pure. */

/** In the order in which they need somebody. */
export const STOPPED = [
  'disconnected',
  'reauthorization_requested',
  'login_failing',
  'devices_elsewhere',
  'gone',
  'being_deleted',
] as const;
export type Stopped = (typeof STOPPED)[number];

/** And those of which nothing of the kind is known. */
export const STANDINGS = [...STOPPED, 'working'] as const;
export type Standing = (typeof STANDINGS)[number];
