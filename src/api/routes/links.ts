import { z } from 'zod';
import { linkByHand } from '../../support/links/link.ts';
import { undoLink } from '../../support/links/undo.ts';
import { unlinkByHand } from '../../support/links/unlink.ts';
import { findUsers } from '../../support/links/view.ts';
import {
  accountId,
  auditId,
  described,
  flag,
  number,
  subjectField,
  subjectParam,
  textOrNull,
  userId,
  why,
} from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';

const user = z.string().max(500);
const lookAsked = flag('Whether a check was asked for, so that Seam’s word is compared with it');

const foundUsers = named(
  'FoundUsers',
  'Users of your app that match.',
  z.strictObject({
    users: described(
      z.array(
        named(
          'FoundUser',
          'A user of your app.',
          z.strictObject({
            id: userId,
            name: textOrNull('As your users table has it; null: it has none', SAMPLE.user_name),
            email: textOrNull('As your users table has it; null: it has none', SAMPLE.user_email),
            accounts: number('How many accounts are linked to this user now', 1),
          }),
          {
            id: SAMPLE.user_id,
            name: SAMPLE.user_name,
            email: SAMPLE.user_email,
            accounts: 1,
          },
        ),
      ),
      'The best matches first',
    ),
  }),
  {
    users: [{ id: SAMPLE.user_id, name: SAMPLE.user_name, email: SAMPLE.user_email, accounts: 1 }],
  },
);

const linkAnswer = named(
  'LinkMade',
  'A link that was made by hand.',
  z.strictObject({
    subject: subjectField,
    connected_account_id: accountId,
    user_id: described(z.string(), 'The user that it is linked to now', SAMPLE.user_id),
    former_user_id: textOrNull('Whom it was linked to before; null: nobody'),
    audit_id: auditId,
    look_asked: lookAsked,
  }),
  {
    subject: SAMPLE.webview_subject,
    connected_account_id: SAMPLE.account_id,
    user_id: SAMPLE.user_id,
    former_user_id: null,
    audit_id: 318,
    look_asked: true,
  },
);

const unlinkAnswer = named(
  'LinkEnded',
  'A link that was ended by hand.',
  z.strictObject({
    subject: subjectField,
    connected_account_id: accountId,
    former_user_id: described(z.string(), 'Whom it was linked to', SAMPLE.user_id),
    audit_id: auditId,
    look_asked: lookAsked,
  }),
  {
    subject: SAMPLE.webview_subject,
    connected_account_id: SAMPLE.account_id,
    former_user_id: SAMPLE.user_id,
    audit_id: 319,
    look_asked: true,
  },
);

const undoAnswer = named(
  'LinkUndone',
  'How it is again, after a link made or ended by hand was undone.',
  z.strictObject({
    subject: subjectField,
    connected_account_id: accountId,
    user_id: textOrNull('Whom it is linked to again; null: nobody', SAMPLE.user_id),
    former_user_id: textOrNull(
      'Whom it was linked to by hand; null: nobody, as it was unlinked by hand',
    ),
    audit_id: number('The id of the undoing in the audit log', 320),
    look_asked: lookAsked,
  }),
  {
    subject: SAMPLE.webview_subject,
    connected_account_id: SAMPLE.account_id,
    user_id: SAMPLE.user_id,
    former_user_id: null,
    audit_id: 320,
    look_asked: true,
  },
);

export const LINK_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/users',
    needs: 'link',
    reach: 'installation',
    operationId: 'findUsers',
    tag: 'Users',
    summary: 'Find users by id, or by the start of their e-mail or name',
    query: z.strictObject({
      q: described(
        z.string().min(1).max(500),
        'An id, or the start of an e-mail or a name',
        'ada@',
      ),
    }),
    answer: foundUsers,
    rows: ({ users }) => users.length,
    handle: async ({ desk, actor, query }) => ({ users: await findUsers(desk, actor, query.q) }),
  }),
  apiRoute({
    method: 'post',
    path: '/connections/{subject}/link',
    needs: 'link',
    reach: 'connection',
    operationId: 'linkConnection',
    tag: 'Links',
    summary: 'Link the connection’s account to a user, by hand',
    params: z.strictObject({ subject: subjectParam }),
    body: named(
      'LinkRequest',
      'Whom to link an account to, by hand.',
      z.strictObject({
        user_id: described(
          user,
          'Who it is to belong to: an id in your users table',
          SAMPLE.user_id,
        ),
        why: why('A note for whoever reviews it later'),
        seen_user_id: described(
          user.nullable().optional(),
          'Link only if the account is currently linked to this user (null: to no one); otherwise 409',
        ),
      }),
      { user_id: SAMPLE.user_id, why: SAMPLE.why, seen_user_id: null },
    ),
    answer: linkAnswer,
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
    tag: 'Links',
    summary: 'End the link of the connection’s account by hand, so that no one is linked to it',
    params: z.strictObject({ subject: subjectParam }),
    body: named(
      'UnlinkRequest',
      'Why a link is ended by hand.',
      z.strictObject({
        why: why('A note for whoever reviews it later'),
        seen_user_id: described(
          user.optional(),
          'End the link only if it is currently to this user; otherwise 409',
        ),
      }),
      { why: 'It is her neighbour’s lock, ticket 4713', seen_user_id: SAMPLE.user_id },
    ),
    answer: unlinkAnswer,
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
    tag: 'Links',
    summary: 'Undo a link made or ended by hand, and restore what was there before',
    params: z.strictObject({
      subject: subjectParam,
      audit_id: described(
        z.string().regex(/^\d{1,15}$/),
        'The `audit_id` that the link or its end was answered with',
        '318',
      ),
    }),
    answer: undoAnswer,
    handle: ({ desk, actor, params }) =>
      undoLink(desk, actor, params.subject, Number(params.audit_id)),
  }),
];
