import { z } from 'zod';
import { parseAuditFilter, readAuditLog } from '../../audit-log/read.ts';
import { CHANGES } from '../../audit-log/record.ts';
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
    handle: async ({ desk, actor, query: { before, limit, ...fields } }) => {
      const filter = parseAuditFilter(fields);
      const found = await readAuditLog(desk.db, actor, filter, { before, limit: limit + 1 });
      const changes = found.slice(0, limit);
      return { changes, next: found.length > limit ? (changes.at(-1)?.id ?? null) : null };
    },
  }),
];
