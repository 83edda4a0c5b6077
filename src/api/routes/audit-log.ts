import { z } from 'zod';
import { parseAuditFilter, readAuditLog } from '../../audit-log/read.ts';
import { CHANGES } from '../../audit-log/record.ts';
import { CURSOR_FORM, readAuditStream } from '../../audit-log/stream.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { changeRecord } from './case-schemas.ts';

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
      actor: text.describe('Their name'),
      action: z.enum(CHANGES).optional(),
      target: text.describe('As recorded in the log, or the id of a webview, account or event'),
      since: text,
      until: text,
      before: z.number().int().positive().optional().describe('`next` from the previous page'),
      limit: z.number().int().min(1).max(MOST).default(100),
    }),
    answer: z.object({
      changes: z.array(changeRecord),
      next: z.number().nullable().describe('Where the next page begins; null on the last page'),
    }),
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
      after: text.describe(`${CURSOR_FORM}; \`next\` from the previous answer`),
      limit: z.number().int().min(1).max(MOST).default(MOST),
    }),
    answer: z.object({
      changes: z.array(changeRecord.extend({ cursor: z.string() })),
      next: z.string().describe('Where to go on, now if `more`, else whenever you like'),
      more: z.boolean(),
    }),
    rows: ({ changes }) => changes.length,
    handle: async ({ desk, actor, query: { after = 'start', limit } }) => {
      const found = await readAuditStream(desk.db, actor, after, limit + 1);
      const changes = found.slice(0, limit);
      return { changes, next: changes.at(-1)?.cursor ?? after, more: found.length > limit };
    },
  }),
];
