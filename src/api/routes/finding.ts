import { z } from 'zod';
import { FAILURE_REASONS, RECONCILIATION_STATES } from '../../model/outcome.ts';
import { FOUND_BY, type FoundBy } from '../../support/cases/find.ts';
import { readAttention } from '../../support/finding/attention.ts';
import { parseFilter, STATE_CHOICES } from '../../support/finding/connection-filter.ts';
import type { ConnectionRow } from '../../support/finding/connection-row.ts';
import { type FailedLogins, readRepeatedFailures } from '../../support/finding/failed-logins.ts';
import { listConnections } from '../../support/finding/list.ts';
import { search } from '../../support/finding/search.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const text = z.string().nullable();

/** A connection as a line of a list has it. */
const connection = z.object({
  subject: z.string(),
  workspace_id: text,
  state: z.string(),
  reason: text,
  user_id: text,
  user_name: text,
  user_email: text.describe('Masked if the role can’t see e-mails'),
  expected_user_id: text,
  reconnects_account_id: text.describe('Of a webview made to reconnect an account'),
  linked_by: z.enum(['run', 'person']).nullable(),
  provisional: z.boolean(),
  claimed_user_id: text.describe(
    'The id that the metadata names; as your users table spells it, if it has the user',
  ),
  connect_webview_id: text,
  connected_account_id: text,
  account_type: text,
  account_identifier: text.describe('Masked if the role can’t see e-mails'),
  account_state: text,
  account_state_since: text,
  account_troubles: z.array(
    z.object({
      kind: z.enum(['error', 'warning']),
      code: text,
      sentence: z.string(),
      remedy: z.string(),
      message: text,
      device_ids: z.array(z.string()),
    }),
  ),
  attempts: z.number(),
  updated_at: z.iso.datetime(),
});

const toConnection = ({ account_troubles: troubles, ...row }: ConnectionRow) => ({
  ...row,
  account_troubles: troubles.map(({ device_ids: ids, ...trouble }) => ({
    ...trouble,
    device_ids: [...ids],
  })),
});

const filterQuery = {
  state: z.enum(STATE_CHOICES as [string, ...string[]]).optional(),
  reason: z.enum(FAILURE_REASONS).optional(),
  workspace: z.string().max(500).optional(),
  user: z.string().max(500).optional().describe('The id that the metadata names'),
  since: z.string().max(100).optional().describe('A time, or an age: 24h'),
  until: z.string().max(100).optional().describe('A time, or an age: 1h'),
};

const MOST_ROWS = 500;

const attentionRow = z.object({
  state: z.enum(RECONCILIATION_STATES),
  reason: z.enum(FAILURE_REASONS).nullable(),
  connections: z.number(),
  connections_is_capped: z.boolean(),
  people: z.number().nullable(),
  oldest_at: z.iso.datetime(),
  failed_runs_by_hour: z.array(z.number()).describe('For the last day, with the current hour last'),
});

const failedLogins = z.object({
  user_id: z.string(),
  times: z.number(),
  since: z.iso.datetime(),
  last_at: z.iso.datetime(),
  provider: text.describe('The provider that the user chose last, as Seam’s key: `august`'),
  description: text.describe('What Seam said of the last one'),
  subject: z.string().describe('The connection of the last one'),
  subjects: z.array(z.string()).describe('The connections of all of them, the last first'),
  succeeded_since: z.boolean(),
});

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
      limit: z.int().min(1).max(MOST_ROWS).default(100),
      cursor: z.string().max(2_000).optional().describe('`next_cursor` from the previous page'),
    }),
    answer: z.object({
      connections: z.array(connection),
      next_cursor: text,
      count: z
        .number()
        .nullable()
        .describe('Of everything that matches; null if counting takes too long'),
      count_is_capped: z.boolean().describe('Whether there are more than were counted'),
    }),
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
    query: z.object({ tab: z.enum(['open', 'dismissed', 'settled']).default('open') }),
    answer: z.object({
      rows: z.array(attentionRow),
      last_settled_at: z.iso.datetime().nullable(),
      failed_logins: z
        .array(failedLogins)
        .nullable()
        .describe(
          'People whose sign-ins failed more than once in the last month, and who haven’t signed in since; with `tab=open`. null if that takes too long to tell',
        ),
    }),
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
    summary: 'Find connections by an id or an e-mail',
    query: z.object({ q: z.string().min(1).max(2_000) }),
    answer: z.object({
      text: z.string().describe('What was searched for, without anything pasted along with it'),
      connections: z.array(
        connection.extend({ found_by: z.enum(Object.keys(FOUND_BY) as [FoundBy, ...FoundBy[]]) }),
      ),
      more: z.boolean(),
      users: z
        .array(z.object({ user_id: z.string(), name: text, email: text }))
        .describe('Users with this id or e-mail who have no known connection'),
      failed_logins: z
        .array(failedLogins)
        .describe(
          'The failed sign-ins of a user who was searched for. Of their connections, only the last is among `connections`',
        ),
    }),
    rows: ({ connections, users }) => connections.length + users.length,
    handle: async ({ desk, actor, query }) => {
      const result = await search(desk, actor, query.q);
      return {
        text: result.text,
        connections: result.hits.map(hit => ({
          ...toConnection(hit),
          found_by: hit.found_by,
        })),
        more: result.isMore,
        failed_logins: result.failedLogins.map(toFailedLogins),
        users: result.usersWithout.map(({ userId, ...user }) => ({ user_id: userId, ...user })),
      };
    },
  }),
];
