import os from 'node:os';
import pino, { type Logger } from 'pino';
import type { PinoLike } from './log-options.ts';
import { traceFields } from './tracing.ts';
import { VERSION } from './version.ts';

export type { Logger };

/** Paths that could carry a secret or a payload. Nothing logs them on purpose; this is the net. */
const SECRET_PATHS = [
  'apiKey',
  'secret',
  'password',
  'authorization',
  'body',
  'payload',
  'headers',
];

/** Takes the user and password out of anything that looks like a URL. */
const withoutCredentials = (text: string): string =>
  text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1***@');

/** A chain of causes can be a circle. */
const MAX_CAUSES = 5;

/**
 * An error as a log line may show it: its own words and those of its causes, never the objects that
 * HTTP libraries hang on it (they hold the API key and the payload).
 */
export const describeError = (error: unknown, depth = 0): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: withoutCredentials(String(error)) };
  // Drizzle's message is the query with its parameters: payload. Its cause says what went wrong.
  if ('query' in error && 'params' in error) return describeError(error.cause, depth);
  const hasCause = error.cause !== undefined && depth < MAX_CAUSES;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...code,
    stack: withoutCredentials(error.stack ?? ''),
    ...(hasCause ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
};

/** What is logged in one turn of the event loop goes out in one write, at the turn's end or the process's. */
const createDestination = (): pino.DestinationStream => {
  const stderr = pino.destination({ dest: 2, sync: true });
  let lines = '';
  const flush = (): void => {
    const text = lines;
    lines = '';
    if (text !== '') stderr.write(text);
  };
  process.on('exit', flush);
  return {
    write: line => {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
};

/** What keeps secrets and payloads out of log lines, whoever writes them. */
const GUARDS = {
  redact: { paths: SECRET_PATHS.flatMap(path => [path, `*.${path}`]), censor: '[redacted]' },
  serializers: { err: describeError, error: describeError },
};

/**
 * A logger for a process that is an app's: a child of its own logger, or one that writes JSON lines to stderr at once, and
 * leaves no handler with the process.
 *
 * @param options.level undefined: that of the app's logger, or `info`
 */
export const createLoggerWithin = (options: {
  parent: PinoLike | undefined;
  level: string | undefined;
}): Logger => {
  const { parent, level } = options;
  const named = { service: 'seam-reconciler' };
  if (parent !== undefined) {
    return parent.child(named, { ...GUARDS, ...(level === undefined ? {} : { level }) }) as Logger;
  }
  const stderr = pino.destination({ dest: 2, sync: true });
  const base = { ...named, version: VERSION, host: os.hostname() };
  return pino({ ...AS_LINES, ...GUARDS, level: level ?? 'info', base }, stderr);
};

const AS_LINES = {
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label: string) => ({ level: label }) },
};

/**
 * A logger that writes JSON lines to stderr (stdout is for data), or readable ones on a terminal. A JSON line says which
 * service it is of, its version and host, as many of these meet in one place.
 *
 * @param options.isTraced lines name the trace that they are part of
 */
export const createLogger = (options: {
  level: string;
  pretty: boolean;
  service?: string;
  isTraced?: boolean;
}): Logger => {
  const { level, pretty, service = 'seam-reconciler', isTraced = false } = options;
  const settings = {
    level,
    base: pretty ? null : { service, version: VERSION, host: os.hostname() },
    ...(isTraced ? { mixin: traceFields } : {}),
    ...AS_LINES,
    ...GUARDS,
  };
  if (!pretty) return pino(settings, createDestination());
  const { formatters: _, ...prettySettings } = settings;
  return pino({
    ...prettySettings,
    transport: { target: 'pino-pretty', options: { destination: 2, translateTime: 'HH:MM:ss' } },
  });
};
