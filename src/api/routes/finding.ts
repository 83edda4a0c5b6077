import { z } from 'zod';
import { readAttention } from '../../support/finding/attention.ts';
import { parseFilter, STATE_CHOICES } from '../../support/finding/connection-filter.ts';
import type { ConnectionRow } from '../../support/finding/connection-row.ts';
import { type FailedLogins, readRepeatedFailures } from '../../support/finding/failed-logins.ts';
import { listConnections } from '../../support/finding/list.ts';
import { leftOut, search } from '../../support/finding/search.ts';
import { placeOf } from '../../support/finding/search-place.ts';
import { described, failureReason, limitOf } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { attentionAnswer, connectionPage } from '../schemas/finding.ts';
import { searchAnswer } from '../schemas/search.ts';

const toConnection = ({ account_troubles: troubles, ...row }: ConnectionRow) => ({
  ...row,
  account_troubles: troubles.map(({ device_ids: ids, ...trouble }) => ({
    ...trouble,
    device_ids: [...ids],
  })),
});

const filterQuery = {
  state: described(
    z.enum(STATE_CHOICES as [string, ...string[]]).optional(),
    'Only in this state; `open`: failed or retrying; `settled`: linked or no_action',
  ),
  reason: failureReason.optional().describe('Only for this reason'),
  workspace: described(
    z.string().max(500).optional(),
    'Only of this Seam workspace, by id',
    SAMPLE.workspace_id,
  ),
  user: described(
    z.string().max(500).optional(),
    'Only those that belong to this user: linked to them now',
    SAMPLE.user_id,
  ),
  named: described(
    z.string().max(500).optional(),
    'Only those whose metadata names this user, whoever they are linked to',
    SAMPLE.user_id,
  ),
  since: described(
    z.string().max(100).optional(),
    'Changed at or after this time, or within this age',
    '24h',
  ),
  until: described(
    z.string().max(100).optional(),
    'Changed before this time, or longer ago than this age',
    '1h',
  ),
};

const MOST_ROWS = 500;
const MOST_HITS = 100;
const MOST_SEARCHED = 4_000;
const SEARCH_CURSOR = placeOf({
  rank: 0,
  at: Date.parse(SAMPLE.at),
  subject: `connected_account:${SAMPLE.account_id}`,
});
const CURSOR =
  'MjAyNi0xMS0yNFQwNjo1MTowMy4yNzcxMThaIGNvbm5lY3RlZF9hY2NvdW50OjZjMmYwZDZlLThhNTUtNGMzOS05YTVhLTJmN2MzYjllNDFkMA';

const toFailedLogins = (found: FailedLogins) => ({ ...found, subjects: [...found.subjects] });

/** Finding things. */
export const FINDING_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/connections',
    needs: 'view',
    reach: 'list',
    operationId: 'listConnections',
    tag: 'Connections',
    summary: 'List connections, most recently changed first',
    query: z.object({
      ...filterQuery,
      limit: limitOf(MOST_ROWS, 100),
      cursor: described(
        z.string().max(2_000).optional(),
        '`next_cursor` from the previous page',
        CURSOR,
      ),
    }),
    answer: connectionPage,
    rows: ({ connections }) => connections.length,
    handle: async ({ desk, actor, query: { limit, cursor = null, ...fields } }) => {
      const filter = parseFilter(fields);
      const page = await listConnections(desk, actor, filter, { limit, cursor });
      return {
        connections: page.connections.map(toConnection),
        next_cursor: page.nextCursor,
        count: page.count?.number ?? null,
        count_is_capped: page.count?.isCapped ?? true,
      };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/attention',
    needs: 'view',
    reach: 'installation',
    operationId: 'readAttention',
    tag: 'Connections',
    summary: 'List what needs attention, one row per reason',
    query: z.object({
      tab: described(
        z.enum(['open', 'dismissed', 'settled']).default('open'),
        'What is open, what people put aside, or what is well',
      ),
    }),
    answer: attentionAnswer,
    // Of people, those; the rest are reasons.
    rows: ({ failed_logins }) => failed_logins?.length ?? 0,
    handle: async ({ desk, actor, query }) => {
      const { rows, last_settled_at } = await readAttention(desk, actor, query.tab);
      const repeated = query.tab === 'open' ? await readRepeatedFailures(desk, actor) : [];
      return {
        failed_logins: repeated?.map(toFailedLogins) ?? null,
        rows: rows.map(({ connections, failed_runs_by_hour: hours, ...row }) => ({
          ...row,
          connections: connections.number,
          connections_is_capped: connections.isCapped,
          failed_runs_by_hour: [...hours],
        })),
        last_settled_at,
      };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/search',
    needs: 'view',
    reach: 'installation',
    operationId: 'search',
    tag: 'Connections',
    summary: 'Find connections by whatever names them',
    query: z.object({
      q: described(
        z.string().min(1).max(MOST_SEARCHED),
        'Whatever a customer gave: ids, e-mails, telephone numbers, tickets and addresses are taken out of it; else words of names, which all must match. Only whole ones if the role can’t see e-mails',
        SAMPLE.user_email,
      ),
      limit: limitOf(MOST_HITS, 50),
      cursor: described(
        z.string().max(2_000).optional(),
        '`next_cursor` from the previous page',
        SEARCH_CURSOR,
      ),
    }),
    answer: searchAnswer,
    rows: ({ connections, users }) => connections.length + users.length,
    handle: async ({ desk, actor, query: { q, limit, cursor = null } }) => {
      const result = await search(desk, actor, q, { limit, cursor });
      return {
        text: result.text,
        connections: result.hits.map(hit => ({
          ...toConnection(hit),
          case: hit.case,
          found_by: hit.found_by,
          found_text: hit.found_text,
        })),
        total: result.total.number,
        total_is_capped: result.total.isCapped,
        next_cursor: result.nextCursor,
        more: result.nextCursor !== null,
        failed_logins: result.failedLogins.map(toFailedLogins),
        users: result.usersWithout.map(({ userId, ...user }) => ({ user_id: userId, ...user })),
        left_out: leftOut(result),
      };
    },
  }),
];
