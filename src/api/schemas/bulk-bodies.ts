import { z } from 'zod';
import { described } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';
import { BULK_RUN, why } from './bulk-run.ts';

/* What is sent about a run that was planned. */

export const startBody = named(
  'StartBulkRun',
  'Why it is done, and which preview of it was seen.',
  z.strictObject({
    why,
    planned_at: described(
      z.iso.datetime({ offset: true }).optional(),
      '`planned_at` of the preview that you saw: if someone has changed it since, nothing is started',
      SAMPLE.at,
    ),
  }),
  { why: BULK_RUN.why, planned_at: SAMPLE.at },
);

export const declineBody = named(
  'BulkDecline',
  'Why it is not started.',
  z.strictObject({
    why: described(z.string().max(500), 'Why not: whoever asked is told', 'Wait for Monday'),
  }),
  { why: 'Wait for Monday' },
);
