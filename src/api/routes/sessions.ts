import { z } from 'zod';
import { may } from '../../access/actor.ts';
import { endSessionById, listSessions } from '../../operators/open-sessions.ts';
import { readOperator } from '../../operators/operators.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const sessionSchema = z.strictObject({
  id: z.string().describe('To end it by; it lets nobody in'),
  operator_id: z.number(),
  operator: z.string(),
  how: z
    .enum(['password', 'password_and_passkey', 'passkey', 'link', 'openid_connect'])
    .nullable()
    .describe('How they signed in; null for one of an earlier version'),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: z.string(),
  seen_at: z.string(),
});

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
      operator_id: z.coerce.number().int().positive().max(1e15).optional().describe('Only theirs'),
    }),
    answer: z.strictObject({ sessions: z.array(sessionSchema) }),
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
    params: z.strictObject({ id: z.string() }),
    answer: z.strictObject({ ended: z.literal(true) }),
    handle: async ({ desk: { pool }, actor, params }) => {
      await endSessionById(pool, actor, params.id);
      return { ended: true as const };
    },
  }),
];
