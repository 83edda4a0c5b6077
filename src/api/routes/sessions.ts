import { z } from 'zod';
import { may } from '../../access/actor.ts';
import { endSessionById, listSessions } from '../../operators/open-sessions.ts';
import { readOperator } from '../../operators/operators.ts';
import { described, number, text, textOrNull } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';

const SESSION = {
  id: 'b64f0a7c1d',
  operator_id: 3,
  operator: SAMPLE.operator,
  how: 'password_and_passkey',
  address: '203.0.113.9',
  user_agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
  created_at: SAMPLE.at,
  seen_at: SAMPLE.later,
} as const;

const session = named(
  'Session',
  'Someone who is signed in to the console.',
  z.strictObject({
    id: text('To end it by; it lets nobody in', SESSION.id),
    operator_id: number('Who it belongs to: the number of the operator', SESSION.operator_id),
    operator: text('Their name', SESSION.operator),
    how: described(
      z.enum(['password', 'password_and_passkey', 'passkey', 'link', 'openid_connect']).nullable(),
      'How they signed in; null: it is one of an earlier version',
    ),
    address: textOrNull('From where it was last used; null: not known', SESSION.address),
    user_agent: textOrNull('What its browser calls itself; null: not known'),
    created_at: text('When they signed in', SESSION.created_at),
    seen_at: text('When it was last used', SESSION.seen_at),
  }),
  SESSION,
);

/** Whose a token is: without managing operators it sees theirs alone. */
const ownerOf = (owner: Readonly<{ key: string }> | null | undefined): number | null =>
  owner === null || owner === undefined ? null : Number(owner.key.replace('operator:', ''));

export const SESSION_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/sessions',
    needs: 'view',
    reach: 'installation',
    operationId: 'listSessions',
    tag: 'Operators',
    summary:
      'List open sessions of the console, the last used first: those of the token’s owner, or with manage_operators everyone’s',
    query: z.strictObject({
      operator_id: described(
        z.coerce.number().int().positive().max(1e15).optional(),
        'Only theirs: the number of an operator',
        SESSION.operator_id,
      ),
    }),
    answer: named(
      'SessionList',
      'Open sessions of the console.',
      z.strictObject({ sessions: described(z.array(session), 'The last used first') }),
      { sessions: [SESSION] },
    ),
    handle: async ({ desk: { pool, config }, actor, query }) => {
      const own = ownerOf(actor.owner);
      const whose = query.operator_id ?? null;
      if (may(actor, 'manage_operators')) {
        if (whose !== null) await readOperator(pool, whose);
        return { sessions: await listSessions(pool, whose, config) };
      }
      // Of others nothing is told, not even that there are none.
      if (own === null || (whose !== null && whose !== own)) return { sessions: [] };
      return { sessions: await listSessions(pool, own, config) };
    },
  }),
  apiRoute({
    method: 'delete',
    path: '/sessions/{id}',
    // A program can't sign in again, which is what the console asks for before one ends one's own.
    needs: 'manage_operators',
    reach: 'installation',
    operationId: 'endSession',
    tag: 'Operators',
    summary: 'End an open session of the console, anyone’s',
    params: z.strictObject({
      id: described(z.string(), 'The `id` of the session, as listed', SESSION.id),
    }),
    answer: named(
      'SessionEnded',
      'The session has ended.',
      z.strictObject({ ended: described(z.literal(true), 'Always true') }),
      { ended: true },
    ),
    handle: async ({ desk: { pool }, actor, params }) => {
      await endSessionById(pool, actor, params.id);
      return { ended: true as const };
    },
  }),
];
