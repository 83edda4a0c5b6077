import pg from 'pg';
import { z } from 'zod';
import { parseRedisUrl, RedisUrlError } from './redis-url.ts';
import { isWebhookSecret } from './workspaces.ts';

/* The kinds of values that settings have: each says what it must be, and never what it was. */

/** Marks a setting whose value nobody may read: it may also be in a file (`secret-files.ts`). */
export const secret = <Type extends z.ZodType>(type: Type): Type => type.meta({ secret: true });

export const isSecret = (type: z.ZodType): boolean => type.meta()?.secret === true;

export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(value => URL.canParse(value) && protocols.some(p => value.startsWith(`${p}//`)), {
      error: `must be a URL that starts with ${protocols.map(p => `${p}//`).join(' or ')}`,
      abort: true,
    });

/** Anything else would only fail at the first connection, and at every one. Connects to nothing. */
const isReadByDriver = (connectionString: string): boolean => {
  try {
    return new pg.Client({ connectionString }) instanceof pg.Client;
  } catch {
    return false; // Its own error may hold parts of the URL, and so of the password.
  }
};

/** No host between @ and /, where `host=` names a socket's folder: libpq and pg read it, and URLs have no such form. */
const withHost = (value: string): string =>
  URL.canParse(value) || !/[?&]host=/.test(value) ? value : value.replace('@/', '@localhost/');

export const databaseUrl = z
  .string()
  .refine(value => /^postgres(ql)?:\/\//.test(value), {
    error: 'must be a URL that starts with postgres:// or postgresql://',
    abort: true,
  })
  .transform(withHost)
  .refine(value => URL.canParse(value) && isReadByDriver(value), {
    error:
      'must be readable (percent-encode special characters in the user and the password: @ is %40, / is %2F, # is %23; a socket is ?host=/its/folder; files that it names must exist)',
  });

export const redisUrl = z.string().superRefine((value, context) => {
  try {
    parseRedisUrl(value);
  } catch (error) {
    if (!(error instanceof RedisUrlError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine(value => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

/** A time of day, in minutes since midnight; null: `off`. */
export const timeOfDay = z
  .string()
  .regex(/^(off|([01]\d|2[0-3]):[0-5]\d)$/, { error: 'must be a time such as 03:30, or off' })
  .transform(value => {
    if (value === 'off') return null;
    const [hours, minutes] = value.split(':').map(Number);
    return (hours ?? 0) * 60 + (minutes ?? 0);
  });

/** Names are taken as they are written, upper case too; quotes around them are optional. */
export const unquoted = (name: string): string => name.replace(/^"(.*)"$/, '$1');

export const identifierPath = z
  .string()
  .transform(value => value.split('.').map(unquoted))
  .refine(parts => parts.length <= 2 && parts.every(part => part !== '' && !part.includes('"')), {
    error: 'must be a table name, or schema.table',
  })
  .transform(([first = '', second]) =>
    second === undefined ? { schema: null, table: first } : { schema: first, table: second },
  );

export const webhookSecrets = z
  .string()
  .transform(value => value.split(',').map(secret => secret.trim()))
  .refine(secrets => secrets.every(isWebhookSecret), {
    error: 'must be the signing secret that Seam shows (whsec_…); separate several with commas',
  });
