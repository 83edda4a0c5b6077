import { z } from 'zod';
import { invalid } from '../../access/errors.ts';
import { isStorable } from '../../seam/storable.ts';

/* How far a timeline was read, source by source. Pure. */

const number = z.int().nonnegative().optional();

const cursor = z.strictObject({
  delivery: z.string().min(1).max(600).refine(isStorable).optional(),
  run: number,
  /** Of a link: it is gone on with, without its end where that was told. */
  link: number,
  isEndTold: z.boolean().optional(),
  change: number,
  note: number,
  message: number,
});

/** Of each source the last that was told; nothing: its newest comes next. */
export type TimelineCursor = z.infer<typeof cursor>;

export const formatTimelineCursor = (given: TimelineCursor): string =>
  Buffer.from(JSON.stringify(given)).toString('base64url');

/** @throws SupportError `invalid` for one that we did not make */
export const parseTimelineCursor = (text: string): TimelineCursor => {
  try {
    return cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw invalid({
      cursor: 'This "cursor" didn\'t come from a timeline. Start at its newest page.',
    });
  }
};
