import { z } from 'zod';
import { invalid } from '../../access/errors.ts';
import {
  changeRole,
  disableOperator,
  enableOperator,
  renewSignIn,
} from '../../operators/change-operator.ts';
import { addOperator, listOperators } from '../../operators/operators.ts';
import { signInLinkUrl, TO_OWN_ACCOUNT } from '../../operators/sign-in-link.ts';
import { insistOnPasswords } from '../../operators/sign-in-policy.ts';
import { described, roleField } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { linkAnswer, OPERATOR, operatorAnswer, operatorList } from '../schemas/operator.ts';

const LINK_MINUTES = 24 * 60;

const idParams = z.strictObject({
  id: described(z.int().positive(), 'The number of the operator', OPERATOR.id),
});

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
    answer: operatorList,
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
    body: named(
      'OperatorRequest',
      'Who is to be added.',
      z.strictObject({
        name: described(z.string(), 'What they are called; unique', OPERATOR.name),
        role: roleField,
        password: described(
          z.string().optional(),
          'Left out: they are let in once by a link, and choose one',
        ),
      }),
      { name: OPERATOR.name, role: 'support' },
    ),
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
    body: named(
      'OperatorChange',
      'What is to change of an operator: one of the two.',
      z.strictObject({
        role: roleField.optional().describe('Their role from now on'),
        disabled: described(
          z.boolean().optional(),
          'true: they can’t sign in any more; false: they can again',
        ),
      }),
      { role: 'on-call' },
    ),
    answer: operatorAnswer,
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
