import { SupportError } from '../../../access/errors.ts';
import { baseHere } from '../../../http/mount.ts';
import {
  changeRole,
  disableOperator,
  enableOperator,
  renewSignIn,
} from '../../../operators/change-operator.ts';
import { listSessions, revokeSessionsOf } from '../../../operators/open-sessions.ts';
import {
  addOperator,
  listOperators,
  type Operator,
  readOperator,
} from '../../../operators/operators.ts';
import { listPasskeys, removePasskeysOf } from '../../../operators/passkeys/passkeys.ts';
import { signInLinkUrl, TO_OWN_ACCOUNT } from '../../../operators/sign-in-link.ts';
import { insistOnPasswords } from '../../../operators/sign-in-policy.ts';
import { listTokens } from '../../../operators/token-record.ts';
import { href, html } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { type AddForm, EMPTY, operatorsPage } from './operators-list.ts';
import { operatorPage } from './operators-one.ts';
import { secretShown } from './secret.ts';

const LINK_HOURS = 24;

const showAll = async (visit: Visit, given?: Partial<AddForm>): Promise<Reply> =>
  operatorsPage(visit, await listOperators(visit.desk.pool), { ...EMPTY, ...given });

/** @throws SupportError `not_found` for what is no number of an operator */
const idOf = ({ params }: Visit): number => {
  const { id = '' } = params;
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `There is no operator "${id}".`);
};

/** The answer of a form, not a page to come back to: the link is in no address and no notice. */
const showLink = async (visit: Visit, id: number, done: string): Promise<Reply> => {
  const { desk, actor, publicUrl } = visit;
  insistOnPasswords(desk.config);
  const { operator, key } = await renewSignIn(desk.pool, actor, id, LINK_HOURS * 60);
  const url = signInLinkUrl(publicUrl === '' ? baseHere() : publicUrl, key, TO_OWN_ACCOUNT);
  const where =
    publicUrl === ''
      ? html`<p>Prefix it with the address of this console (<code>CONSOLE_URL</code> isn’t set).</p>`
      : '';
  return page(
    'operators',
    done,
    html`<h1>${done}</h1>
      ${secretShown(`Sign-in link for ${operator.name}`, url)}
      ${where}
      <p>Give it to ${operator.name} yourself. It works once, within ${LINK_HOURS} hours, for whoever opens it first, and lets them choose a password.</p>
      <p><a class="button" href="${href(['operators', operator.id])}">Done: back to ${operator.name}</a></p>`,
  );
};

const add = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  insistOnPasswords(desk.config);
  const given = {
    name: form.get('name') ?? '',
    role: form.get('role') ?? '',
    with: form.get('with') === 'password' ? ('password' as const) : ('link' as const),
  };
  const password = given.with === 'password' ? (form.get('password') ?? '') : null;
  let added: Operator;
  try {
    added = await addOperator(desk.pool, actor, { ...given, password });
  } catch (error) {
    if (!(error instanceof SupportError) || Object.keys(error.faults).length === 0) throw error;
    return showAll(visit, { ...given, faults: error.faults });
  }
  if (password === null) return showLink(visit, added.id, `${added.name} was added`);
  const text = `${added.name} was added, as ${added.role}.`;
  return { kind: 'redirect', to: href(['operators']), notice: { text } };
};

const doneTo = ({ id }: Operator, text: string): Reply => ({
  kind: 'redirect',
  to: href(['operators', id]),
  notice: { text },
});

export const OPERATOR_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/operators',
    needs: 'manage_operators',
    handle: visit => showAll(visit),
  },
  { method: 'post', path: '/operators/add', needs: 'manage_operators', handle: add },
  {
    method: 'get',
    path: '/operators/:id',
    needs: 'manage_operators',
    handle: async visit => {
      const { pool } = visit.desk;
      const operator = await readOperator(pool, idOf(visit));
      return operatorPage(visit, operator, {
        tokens: await listTokens(pool, operator.id),
        sessions: await listSessions(pool, operator.id, visit.desk.config),
        passkeys: await listPasskeys(pool, operator.id),
      });
    },
  },
  {
    method: 'post',
    path: '/operators/:id/role',
    needs: 'manage_operators',
    handle: async visit => {
      const { desk, actor, form } = visit;
      const changed = await changeRole(desk.pool, actor, idOf(visit), form.get('role') ?? '');
      return doneTo(changed, `${changed.name} now has the role ${changed.role}.`);
    },
  },
  {
    method: 'post',
    path: '/operators/:id/sign-out',
    needs: 'manage_operators',
    handle: async visit => {
      const id = idOf(visit);
      const { name } = await revokeSessionsOf(visit.desk.pool, visit.actor, id);
      const notice = { text: `${name} is signed out everywhere.` };
      return { kind: 'redirect', to: href(['operators', id]), notice };
    },
  },
  {
    method: 'post',
    path: '/operators/:id/remove-passkeys',
    needs: 'manage_operators',
    handle: async visit => {
      const id = idOf(visit);
      const { name } = await removePasskeysOf(visit.desk.pool, visit.actor, id);
      const notice = { text: `${name} has no passkeys any more, and is signed out everywhere.` };
      const passkey = { event: 'passkey_removed', whose: `operator:${id}` } as const;
      return { kind: 'redirect', to: href(['operators', id]), notice, passkey };
    },
  },
  {
    method: 'post',
    path: '/operators/:id/disable',
    needs: 'manage_operators',
    handle: async visit => {
      const disabled = await disableOperator(visit.desk.pool, visit.actor, idOf(visit));
      return doneTo(disabled, `${disabled.name} is disabled and signed out everywhere.`);
    },
  },
  {
    method: 'post',
    path: '/operators/:id/enable',
    needs: 'manage_operators',
    handle: async visit => {
      const enabled = await enableOperator(visit.desk.pool, visit.actor, idOf(visit));
      return doneTo(enabled, `${enabled.name} can sign in again.`);
    },
  },
  {
    method: 'post',
    path: '/operators/:id/link',
    needs: 'manage_operators',
    handle: async visit => showLink(visit, idOf(visit), 'A new sign-in link'),
  },
];
