import { z } from 'zod';
import { parseAuditFilter, readAuditLog } from '../../audit-log/read.ts';
import { CHANGES } from '../../audit-log/record.ts';
import { CURSOR_FORM, readAuditStream } from '../../audit-log/stream.ts';
import { described, flag, limitOf } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { CHANGE, CHANGE_OF_STREAM, changeRecord, streamedChange } from '../schemas/records.ts';

const MOST = 500;
const text = z.string().min(1).max(600).optional();

export const AUDIT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/audit-log',
    needs: 'view',
    reach: 'installation',
    operationId: 'listChanges',
    tag: 'Audit log',
    summary: 'List who did what, newest first',
    query: z.object({
      actor: described(text, 'Only what they did: their name', SAMPLE.operator),
      action: described(z.enum(CHANGES).optional(), 'Only this'),
      target: described(
        text,
        'Only to this: as recorded in the log, or the id of a webview, account or event',
        SAMPLE.account_id,
      ),
      since: described(text, 'Only at or after this time, or within this age', '24h'),
      until: described(text, 'Only before this time, or longer ago than this age', SAMPLE.last),
      before: described(
        z.number().int().positive().optional(),
        '`next` from the previous page',
        318,
      ),
      limit: limitOf(MOST, 100),
    }),
    answer: named(
      'ChangePage',
      'What people did, newest first.',
      z.object({
        changes: described(z.array(changeRecord), 'Those of this page'),
        next: described(
          z.number().nullable(),
          'Where the next page begins; null: this is the last',
        ),
      }),
      { changes: [CHANGE], next: null },
    ),
    rows: ({ changes }) => changes.length,
    handle: async ({ desk, actor, query: { before, limit, ...fields } }) => {
      const filter = parseAuditFilter(fields);
      const found = await readAuditLog(desk.db, actor, filter, { before, limit: limit + 1 });
      const changes = found.slice(0, limit);
      return { changes, next: found.length > limit ? (changes.at(-1)?.id ?? null) : null };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/audit-log/stream',
    needs: 'view',
    reach: 'installation',
    operationId: 'streamChanges',
    tag: 'Audit log',
    summary: 'Take the audit log elsewhere: oldest first, each change once, none left out',
    query: z.object({
      after: described(
        text,
        `${CURSOR_FORM}; \`next\` from the previous answer`,
        CHANGE_OF_STREAM.cursor,
      ),
      limit: limitOf(MOST, MOST),
    }),
    answer: named(
      'ChangeStream',
      'What people did, oldest first.',
      z.object({
        changes: described(z.array(streamedChange), 'Each once, none left out'),
        next: described(
          z.string(),
          'Where to go on, now if `more`, else whenever you like',
          CHANGE_OF_STREAM.cursor,
        ),
        more: flag('Whether there are more by now'),
      }),
      { changes: [CHANGE_OF_STREAM], next: CHANGE_OF_STREAM.cursor, more: false },
    ),
    rows: ({ changes }) => changes.length,
    handle: async ({ desk, actor, query: { after = 'start', limit } }) => {
      const found = await readAuditStream(desk.db, actor, after, limit + 1);
      const changes = found.slice(0, limit);
      return { changes, next: changes.at(-1)?.cursor ?? after, more: found.length > limit };
    },
  }),
];
