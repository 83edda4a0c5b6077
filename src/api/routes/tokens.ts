import { z } from 'zod';
import { revokeToken } from '../../operators/revoke-tokens.ts';
import { listTokens } from '../../operators/token-record.ts';
import {
  DEFAULT_OVERLAP_HOURS,
  LONGEST_LIFETIME_HOURS,
  LONGEST_OVERLAP_HOURS,
  workspacesNamed,
} from '../../operators/token-rights.ts';
import { createToken, rotateToken } from '../../operators/tokens.ts';
import { described, permissionField, roleField } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import { secretAnswer, TOKEN, tokenAnswer, tokenList } from '../schemas/token.ts';

const idParams = z.strictObject({
  id: described(z.int().positive(), 'The number of the token', TOKEN.id),
});

const expiresInHours = described(
  z.int().min(1).max(LONGEST_LIFETIME_HOURS).optional(),
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
    answer: tokenList,
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
    body: named(
      'TokenRequest',
      'What the token may do, and until when.',
      z.strictObject({
        name: described(z.string(), 'What it is for', TOKEN.name),
        role: roleField,
        permissions: described(
          z.array(permissionField).min(1).optional(),
          'Only these of what its role may; left out: see `permissions` of a token',
        ),
        workspaces: described(
          z.array(z.string()).min(1).max(100).optional(),
          'Only these Seam workspaces, by id or name; left out: all',
        ),
        expires_in_hours: expiresInHours,
      }),
      {
        name: TOKEN.name,
        role: 'support',
        permissions: ['view', 'see_emails'],
        workspaces: [SAMPLE.workspace_id],
        expires_in_hours: 2_160,
      },
    ),
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
    body: named(
      'TokenRotation',
      'How long the old secret and the new one work.',
      z.strictObject({
        overlap_hours: described(
          z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(DEFAULT_OVERLAP_HOURS),
          'How long the old secret works on; 0: it stops at once',
        ),
        expires_in_hours: expiresInHours,
      }),
      { overlap_hours: 24 },
    ),
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
    answer: tokenAnswer,
    handle: async ({ desk, actor, params }) => ({
      token: await revokeToken(desk.pool, actor, params.id),
    }),
  }),
];
