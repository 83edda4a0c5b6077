import type { z } from 'zod';
import { SeamError } from './errors.ts';
import { inItsPlace, isFields, requestIdOf } from './failures.ts';

/** What Seam answered to a call. */
export type RawAnswer = Readonly<{ headers: Readonly<Record<string, unknown>>; data: unknown }>;

/** Reads an answer of which more than one part is needed. @throws SeamError as below */
export const readWhole = <Schema extends z.ZodType>(
  { data, headers }: RawAnswer,
  schema: Schema,
): z.output<Schema> => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(issue => issue.path.join('.')).join(', ');
  throw unreadable({ data, headers }, where);
};

/** Seam answers with a JSON object. Anything else isn't its answer, and says nothing of its API. */
const unreadable = ({ data, headers }: RawAnswer, where: string): SeamError => {
  const requestId = requestIdOf(headers);
  return isFields(data)
    ? new SeamError('seam_unreadable', `unreadable response at ${where}`, { requestId })
    : new SeamError('seam_unavailable', inItsPlace(data), { requestId });
};

/** @throws SeamError for an answer that isn't as documented */
export const readAnswer = <Schema extends z.ZodType>(
  { data, headers }: RawAnswer,
  key: string,
  schema: Schema,
): z.output<Schema> => {
  const parsed = schema.safeParse((data as Record<string, unknown> | null)?.[key]);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(issue => [key, ...issue.path].join('.')).join(', ');
  throw unreadable({ data, headers }, where);
};
