import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { ACCOUNT_STATES } from '../../model/outcome.ts';
import { type AccountFilter, listAppAccounts } from '../../support/contract/accounts.ts';
import { readLinkFeed } from '../../support/contract/link-feed.ts';
import type { Desk } from '../../support/desk.ts';
import { accountState, described, limitOf, userParam } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { accountPage, linkFeed } from '../schemas/contract.ts';

const workspace = described(
  z.string().min(1).max(500).optional(),
  'Only of this Seam workspace, by id. A token that is limited to one sees no other',
  SAMPLE.workspace_id,
);
const cursor = described(
  z.string().min(1).max(500).optional(),
  '`next_cursor` of the previous page: the account after which to go on',
  SAMPLE.account_id,
);
const MOST_ACCOUNTS = 1_000;
const limit = limitOf(MOST_ACCOUNTS, 100);

type Asked = AccountFilter & Readonly<{ cursor?: string | undefined; limit: number }>;

const pageOf = async (
  { desk, actor }: Readonly<{ desk: Desk; actor: Actor }>,
  { cursor: after = '', limit: most, ...filter }: Asked,
) => {
  const { next, ...page } = await listAppAccounts(desk, actor, filter, { after, limit: most });
  return { ...page, next_cursor: next };
};

/** What an app reads: whose which account is, how each stands, and what became of it. */
export const CONTRACT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/users/{id}/accounts',
    needs: 'view',
    reach: 'list',
    operationId: 'listUserAccounts',
    tag: 'Users',
    summary:
      'List the connected accounts that are linked to a user now; none, too, where there is no such user',
    params: z.strictObject({ id: userParam }),
    query: z.strictObject({ workspace, cursor, limit }),
    answer: accountPage,
    rows: ({ accounts }) => accounts.length,
    handle: ({ desk, actor, params, query }) =>
      pageOf({ desk, actor }, { ...query, user: params.id }),
  }),
  apiRoute({
    method: 'get',
    path: '/accounts',
    needs: 'view',
    reach: 'list',
    operationId: 'listAccounts',
    tag: 'Accounts',
    summary:
      'List all connected accounts that are known, each with its link and its state, in the order of their ids. To stay up to date, go on with `GET /links` from the `position` of the first page',
    query: z.strictObject({
      user: described(
        z.string().min(1).max(500).optional(),
        'Only those that are linked to this user now',
        SAMPLE.user_id,
      ),
      state: accountState
        .optional()
        .describe(`Only those in this state: ${ACCOUNT_STATES.join(', ')}`),
      workspace,
      linked: described(
        z.boolean().optional(),
        'true: only those that are linked to a user; false: only those that are linked to none',
      ),
      cursor,
      limit,
    }),
    answer: accountPage,
    rows: ({ accounts }) => accounts.length,
    handle: ({ desk, actor, query }) => pageOf({ desk, actor }, query),
  }),
  apiRoute({
    method: 'get',
    path: '/links',
    needs: 'view',
    reach: 'list',
    operationId: 'watchLinks',
    tag: 'Links',
    summary:
      'List what became of links after a position, in the order of commits: each change once, none left out',
    query: z.strictObject({
      after: described(
        z.int().min(0).optional(),
        '`next` of the previous answer, or `position` of a list of accounts. Left out: from the oldest change that is kept',
        48_211,
      ),
      workspace,
      limit: limitOf(1_000, 500),
    }),
    answer: linkFeed,
    mayBeGone: true,
    rows: ({ changes }) => changes.length,
    handle: ({ desk, actor, query }) =>
      readLinkFeed(desk, actor, {
        after: query.after ?? null,
        workspace: query.workspace ?? null,
        limit: query.limit,
      }),
  }),
];
