import { SupportError } from '../../../access/errors.ts';
import { isFresh } from '../../../operators/fresh.ts';
import { addPasskey, beginPasskey, insistOnRelyingParty } from '../../../operators/passkeys/add.ts';
import {
  listPasskeys,
  removePasskey,
  renamePasskey,
} from '../../../operators/passkeys/passkeys.ts';
import { relyingPartyOf } from '../../../operators/passkeys/relying-party.ts';
import { insistOnPasswords } from '../../../operators/sign-in-policy.ts';
import { href } from '../../view/html.ts';
import type { ConsoleRoute, Reply, Visit } from '../../view/route.ts';
import { passkeysPage } from './passkeys-page.ts';

const PATH = '/account/passkeys';

/** What is open to whoever has to add a passkey before anything else. */
export const isOfPasskeys = ({ path }: ConsoleRoute): boolean =>
  path === PATH || path.startsWith(`${PATH}/`);

const show = async (
  visit: Visit,
  faults: Readonly<Record<string, string>> = {},
): Promise<Reply> => {
  const { desk, session, publicUrl } = visit;
  insistOnPasswords(desk.config);
  const known = {
    passkeys: await listPasskeys(desk.pool, session.operator.id),
    rp: relyingPartyOf(publicUrl),
    isFresh: await isFresh(desk.pool, session),
  };
  return passkeysPage(visit, known, faults);
};

/** @throws SupportError `not_found` for what is no number of a passkey */
const idOf = ({ params }: Visit): number => {
  const { id = '' } = params;
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `You have no passkey "${id}".`);
};

/** Does it, and shows the page with what came of it; what is wrong with what was typed stands on it, too. */
const doing = async (
  visit: Visit,
  change: () => Promise<string>,
  event?: 'passkey_added' | 'passkey_removed',
): Promise<Reply> => {
  insistOnPasswords(visit.desk.config);
  try {
    const notice = { text: await change() };
    const to = href(['account', 'passkeys']);
    const passkey = event === undefined ? {} : { passkey: { event, whose: visit.actor.key } };
    return { kind: 'redirect', to, notice, ...passkey };
  } catch (error) {
    if (error instanceof SupportError && error.fault === 'invalid') {
      return show(visit, error.faults);
    }
    throw error;
  }
};

/** Everybody's own passkeys. */
export const PASSKEY_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: PATH, needs: 'view', handle: visit => show(visit) },
  {
    method: 'post',
    path: `${PATH}/options`,
    needs: 'view',
    handle: async ({ desk, session, publicUrl }) => {
      insistOnPasswords(desk.config);
      const rp = insistOnRelyingParty(relyingPartyOf(publicUrl));
      return { kind: 'json', body: { create: await beginPasskey(desk.pool, session, rp) } };
    },
  },
  {
    method: 'post',
    path: `${PATH}/add`,
    needs: 'view',
    handle: visit =>
      doing(
        visit,
        async () => {
          const { desk, actor, session, form, publicUrl } = visit;
          const rp = insistOnRelyingParty(relyingPartyOf(publicUrl));
          const name = await addPasskey(desk.pool, actor, session, rp, {
            name: form.get('name') ?? '',
            credential: form.get('credential') ?? '',
          });
          return `The passkey ${name} was added. From now on your password alone doesn’t sign you in.`;
        },
        'passkey_added',
      ),
  },
  {
    method: 'post',
    path: `${PATH}/:id/rename`,
    needs: 'view',
    handle: visit =>
      doing(visit, async () => {
        const { desk, actor, session, form } = visit;
        await renamePasskey(desk.pool, actor, session, idOf(visit), form.get('name') ?? '');
        return 'The passkey was renamed.';
      }),
  },
  {
    method: 'post',
    path: `${PATH}/:id/remove`,
    needs: 'view',
    handle: visit =>
      doing(
        visit,
        async () => {
          const { desk, actor, session } = visit;
          const name = await removePasskey(desk.pool, actor, session, idOf(visit));
          return `The passkey ${name} was removed. Other browsers are signed out.`;
        },
        'passkey_removed',
      ),
  },
];
