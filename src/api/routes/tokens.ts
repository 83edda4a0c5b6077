import { z } from 'zod';
import { LEAST_ROLES, type Permission, ROLES } from '../../access/permissions.ts';
import { revokeToken } from '../../operators/revoke-tokens.ts';
import { LEFT_OUT, listTokens, TOKEN_STATES } from '../../operators/token-record.ts';
import {
  DEFAULT_OVERLAP_HOURS,
  LONGEST_LIFETIME_HOURS,
  LONGEST_OVERLAP_HOURS,
  workspacesNamed,
} from '../../operators/token-rights.ts';
import { createToken, rotateToken } from '../../operators/tokens.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const roleSchema = z.enum(ROLES);
const permission = z.enum(Object.keys(LEAST_ROLES) as [Permission, ...Permission[]]);
const at = z.string();

const tokenSchema = z.strictObject({
  id: z.number(),
  name: z.string(),
  role: roleSchema,
  effective_role: roleSchema.describe('The lesser of its own role and its owner’s present one'),
  permissions: z
    .array(permission)
    .nullable()
    .describe(`null: everything that its role may, except ${LEFT_OUT}`),
  workspaces: z.array(z.string()).nullable().describe('Ids of Seam workspaces; null: all'),
  owner_id: z.number().nullable(),
  owner: z.string().nullable().describe('The operator with whom it ends; null for old tokens'),
  state: z
    .enum(TOKEN_STATES)
    .describe(
      'expiring: it still works, and expires within two weeks (or a quarter of a shorter lifetime)',
    ),
  created_at: at,
  created_by: z.string(),
  expires_at: at,
  used_at: at.nullable(),
  revoked_at: at.nullable(),
  old_secret_until: at.nullable().describe('Until when the secret before this one works'),
  old_secret_used_at: at.nullable(),
});
const idParams = z.strictObject({ id: z.int().positive() });
const secretAnswer = z.strictObject({ token: tokenSchema, secret: z.string() });

const expiresInHours = z
  .int()
  .min(1)
  .max(LONGEST_LIFETIME_HOURS)
  .optional()
  .describe(
    'After how many hours it stops working; left out: 90 days, or as long as the token that is used',
  );

export const TOKEN_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/tokens',
    needs: 'manage_tokens',
    reach: 'installation',
    operationId: 'listTokens',
    tag: 'Tokens',
    summary: 'List API tokens, without their secrets',
    answer: z.strictObject({ tokens: z.array(tokenSchema) }),
    handle: async ({ desk }) => ({ tokens: await listTokens(desk.pool) }),
  }),
  apiRoute({
    method: 'post',
    path: '/tokens',
    needs: 'manage_tokens',
    reach: 'installation',
    operationId: 'createToken',
    tag: 'Tokens',
    summary:
      'Create a token, which belongs to the owner of the one that is used; its secret is shown only once',
    body: z.strictObject({
      name: z.string(),
      role: roleSchema,
      permissions: z.array(permission).min(1).optional(),
      workspaces: z.array(z.string()).min(1).max(100).optional().describe('By id or name'),
      expires_in_hours: expiresInHours,
    }),
    answer: secretAnswer,
    status: 201,
    answersSecret: true,
    handle: ({ desk, actor, body: { expires_in_hours: lifetimeHours, workspaces, ...given } }) =>
      createToken(desk.pool, actor, {
        ...given,
        lifetimeHours,
        workspaces: workspacesNamed(desk.config.workspaces, workspaces),
      }),
  }),
  apiRoute({
    method: 'post',
    path: '/tokens/{id}/rotate',
    needs: 'manage_tokens',
    reach: 'installation',
    operationId: 'rotateToken',
    tag: 'Tokens',
    summary: 'Give a token a new secret; the old one works until the overlap ends',
    params: idParams,
    body: z.strictObject({
      overlap_hours: z
        .int()
        .min(0)
        .max(LONGEST_OVERLAP_HOURS)
        .default(DEFAULT_OVERLAP_HOURS)
        .describe('How long the old secret works on; 0: it stops at once'),
      expires_in_hours: expiresInHours,
    }),
    answer: secretAnswer,
    status: 201,
    answersSecret: true,
    handle: ({ desk, actor, params, body }) =>
      rotateToken(desk.pool, actor, params.id, {
        overlapHours: body.overlap_hours,
        lifetimeHours: body.expires_in_hours,
      }),
  }),
  apiRoute({
    method: 'post',
    path: '/tokens/{id}/revoke',
    needs: 'manage_tokens',
    reach: 'installation',
    operationId: 'revokeToken',
    tag: 'Tokens',
    summary: 'Revoke a token: it stops working at once',
    params: idParams,
    answer: z.strictObject({ token: tokenSchema }),
    handle: async ({ desk, actor, params }) => ({
      token: await revokeToken(desk.pool, actor, params.id),
    }),
  }),
];
