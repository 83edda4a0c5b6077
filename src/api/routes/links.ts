import { z } from 'zod';
import { linkByHand } from '../../support/links/link.ts';
import { undoLink } from '../../support/links/undo.ts';
import { unlinkByHand } from '../../support/links/unlink.ts';
import { findUsers } from '../../support/links/view.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const subject = z.string().min(1).max(600);
const userId = z.string().max(500);

export const LINK_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/users',
    needs: 'link',
    reach: 'installation',
    operationId: 'findUsers',
    summary: 'Find users by id, or by the start of their e-mail or name',
    query: z.strictObject({ q: z.string().min(1).max(500) }),
    answer: z.strictObject({
      users: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string().nullable(),
          email: z.string().nullable(),
          accounts: z.number().describe('How many accounts are linked to this user now.'),
        }),
      ),
    }),
    rows: ({ users }) => users.length,
    handle: async ({ desk, actor, query }) => ({ users: await findUsers(desk, actor, query.q) }),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/link',
    needs: 'link',
    reach: 'connection',
    operationId: 'linkConnection',
    summary: 'Link the connection’s account to a user, by hand',
    params: z.strictObject({ subject }),
    body: z.strictObject({
      user_id: userId,
      why: z.string().describe('A note for whoever reviews it later.'),
      seen_user_id: userId
        .nullable()
        .optional()
        .describe(
          'Link only if the account is currently linked to this user (null: to no one); otherwise 409.',
        ),
    }),
    answer: z.strictObject({
      subject: z.string(),
      connected_account_id: z.string(),
      user_id: z.string(),
      former_user_id: z.string().nullable(),
      audit_id: z.number().nullable().describe('The id that undoes it.'),
      look_asked: z.boolean(),
    }),
    handle: ({ desk, actor, params, body }) =>
      linkByHand(desk, actor, params.subject, {
        userId: body.user_id,
        why: body.why,
        seenUserId: body.seen_user_id,
      }),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/unlink',
    needs: 'link',
    reach: 'connection',
    operationId: 'unlinkConnection',
    summary: 'End the link of the connection’s account by hand, so that no one is linked to it',
    params: z.strictObject({ subject }),
    body: z.strictObject({
      why: z.string().describe('A note for whoever reviews it later.'),
      seen_user_id: userId
        .optional()
        .describe('End the link only if it is currently to this user; otherwise 409.'),
    }),
    answer: z.strictObject({
      subject: z.string(),
      connected_account_id: z.string(),
      former_user_id: z.string(),
      audit_id: z.number().nullable().describe('The id that undoes it.'),
      look_asked: z.boolean(),
    }),
    handle: ({ desk, actor, params, body }) =>
      unlinkByHand(desk, actor, params.subject, {
        why: body.why,
        seenUserId: body.seen_user_id,
      }),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/links/{audit_id}/undo',
    needs: 'link',
    reach: 'connection',
    operationId: 'undoLink',
    summary: 'Undo a link made or ended by hand, and restore what was there before',
    params: z.strictObject({ subject, audit_id: z.string().regex(/^\d{1,15}$/) }),
    answer: z.strictObject({
      subject: z.string(),
      connected_account_id: z.string(),
      user_id: z.string().nullable(),
      former_user_id: z
        .string()
        .nullable()
        .describe('Whom it was linked to by hand; null: to no one, as it was unlinked by hand.'),
      audit_id: z.number(),
      look_asked: z.boolean(),
    }),
    handle: ({ desk, actor, params }) =>
      undoLink(desk, actor, params.subject, Number(params.audit_id)),
  }),
];
