import { z } from 'zod';
import { invalid } from '../../access/errors.ts';
import { ROLES } from '../../access/permissions.ts';
import {
  changeRole,
  disableOperator,
  enableOperator,
  renewSignIn,
} from '../../operators/change-operator.ts';
import { addOperator, listOperators } from '../../operators/operators.ts';
import { signInLinkUrl, TO_OWN_ACCOUNT } from '../../operators/sign-in-link.ts';
import { insistOnPasswords } from '../../operators/sign-in-policy.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

const LINK_MINUTES = 24 * 60;

const roleSchema = z.enum(ROLES);
const idParams = z.strictObject({ id: z.int().positive() });

const operatorSchema = z.strictObject({
  id: z.number(),
  name: z.string(),
  role: roleSchema,
  signs_in_with: z.enum(['password', 'openid_connect', 'nothing_yet']),
  created_at: z.string(),
  last_seen_at: z.string().nullable(),
  disabled_at: z.string().nullable(),
});
const oneAnswer = z.strictObject({ operator: operatorSchema });
/** A link that signs in once, within a day; told this once. */
const linkAnswer = oneAnswer.extend({ sign_in_link: z.string().nullable() });

const linkOf = (publicUrl: string, key: string): string =>
  signInLinkUrl(publicUrl, key, TO_OWN_ACCOUNT);

export const OPERATOR_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/operators',
    needs: 'manage_operators',
    reach: 'installation',
    operationId: 'listOperators',
    tag: 'Operators',
    summary: 'List who can sign in to the console',
    answer: z.strictObject({ operators: z.array(operatorSchema) }),
    handle: async ({ desk }) => ({ operators: await listOperators(desk.pool) }),
  }),
  apiRoute({
    method: 'post',
    path: '/operators',
    needs: 'manage_operators',
    reach: 'installation',
    operationId: 'addOperator',
    tag: 'Operators',
    summary: 'Add an operator, with a password or with a link that signs them in once',
    body: z.strictObject({ name: z.string(), role: roleSchema, password: z.string().optional() }),
    answer: linkAnswer,
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, body, publicUrl }) => {
      insistOnPasswords(desk.config);
      const { name, role, password = null } = body;
      const added = await addOperator(desk.pool, actor, { name, role, password });
      if (password !== null) return { operator: added, sign_in_link: null };
      const { operator, key } = await renewSignIn(desk.pool, actor, added.id, LINK_MINUTES);
      return { operator, sign_in_link: linkOf(publicUrl, key) };
    },
  }),
  apiRoute({
    method: 'patch',
    path: '/operators/{id}',
    needs: 'manage_operators',
    reach: 'installation',
    operationId: 'changeOperator',
    tag: 'Operators',
    summary: 'Change an operator’s role, or disable or enable them: one change at a time',
    params: idParams,
    body: z.strictObject({ role: roleSchema.optional(), disabled: z.boolean().optional() }),
    answer: oneAnswer,
    handle: async ({ desk: { pool }, actor, params, body: { role, disabled } }) => {
      const { id } = params;
      if (role !== undefined && disabled === undefined) {
        return { operator: await changeRole(pool, actor, id, role) };
      }
      if (disabled === undefined || role !== undefined) {
        throw invalid({ body: 'body: give either role or disabled' });
      }
      const change = disabled ? disableOperator : enableOperator;
      return { operator: await change(pool, actor, id) };
    },
  }),
  apiRoute({
    method: 'post',
    path: '/operators/{id}/sign-in-link',
    needs: 'manage_operators',
    reach: 'installation',
    operationId: 'createSignInLink',
    tag: 'Operators',
    summary: 'Create a link that signs an operator in once; their password and sessions end',
    params: idParams,
    answer: linkAnswer,
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, params, publicUrl }) => {
      insistOnPasswords(desk.config);
      const { id } = params;
      const { operator, key } = await renewSignIn(desk.pool, actor, id, LINK_MINUTES);
      return { operator, sign_in_link: linkOf(publicUrl, key) };
    },
  }),
];
