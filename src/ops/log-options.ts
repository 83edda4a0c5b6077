/** From what is least to what is most; `silent`: nothing. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger of pino's, of whatever version. */
export type PinoLike = {
  // A method, as pino's own types of its options differ from version to version.
  child(bindings: Record<string, unknown>, options?: Record<string, unknown>): object;
};
