import { z } from 'zod';
import { ROLES } from '../../access/permissions.ts';
import { createToken, listTokens, revokeToken } from '../../operators/tokens.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const roleSchema = z.enum(ROLES);
const tokenSchema = z.strictObject({
  id: z.number(),
  name: z.string(),
  role: roleSchema,
  created_at: z.string(),
  created_by: z.string(),
  used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});

export const TOKEN_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/tokens',
    needs: 'manage_tokens',
    operationId: 'listTokens',
    summary: 'List API tokens, without their secrets',
    answer: z.strictObject({ tokens: z.array(tokenSchema) }),
    handle: async ({ desk }) => ({ tokens: await listTokens(desk.pool) }),
  }),
  apiRoute({
    method: 'post',
    path: '/tokens',
    needs: 'manage_tokens',
    operationId: 'createToken',
    summary: 'Create a token; its secret is shown only once',
    body: z.strictObject({ name: z.string(), role: roleSchema }),
    answer: z.strictObject({ token: tokenSchema, secret: z.string() }),
    status: 201,
    answersSecret: true,
    handle: ({ desk, actor, body }) => createToken(desk.pool, actor, body),
  }),
  apiRoute({
    method: 'post',
    path: '/tokens/{id}/revoke',
    needs: 'manage_tokens',
    operationId: 'revokeToken',
    summary: 'Revoke a token: it stops working at once',
    params: z.strictObject({ id: z.int().positive() }),
    answer: z.strictObject({ token: tokenSchema }),
    handle: async ({ desk, actor, params }) => ({
      token: await revokeToken(desk.pool, actor, params.id),
    }),
  }),
];
