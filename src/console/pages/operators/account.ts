import { may } from '../../../access/actor.ts';
import { SupportError } from '../../../access/errors.ts';
import { ROLE_WORDS } from '../../../access/role-words.ts';
import { FRESH_MINUTES, isFresh, TO_SIGN_OUT_ELSEWHERE } from '../../../operators/fresh.ts';
import {
  endOwnSession,
  idOfSession,
  listSessions,
  type OpenSession,
} from '../../../operators/open-sessions.ts';
import {
  changeOwnPassword,
  readSignsInWith,
  signOutElsewhere,
} from '../../../operators/own-account.ts';
import { listPasskeys } from '../../../operators/passkeys/passkeys.ts';
import { SHORTEST_PASSWORD } from '../../../operators/password.ts';
import { insistOnPasswords } from '../../../operators/sign-in-policy.ts';
import { type ApiToken, listTokens } from '../../../operators/token-record.ts';
import { errorSummary, fieldFault } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { browserWords, sessionsTable } from './sessions-table.ts';
import { signInAgain } from './sign-in-again.ts';
import { saveSingleKeys, singleKeysForm } from './single-keys.ts';
import { saveTimeZone, timeZoneForm } from './time-zone.ts';
import { tokenTable } from './token-parts.ts';

type Faults = Readonly<Record<string, string>>;
/** Where the fields are on the page. */
const FIELDS = { present: 'present', next: 'next', again: 'again', zone: 'zone' };

const TITLE = 'Your account';

const passwordField = (
  faults: Faults,
  { name, label, complete }: { name: string; label: string; complete: string },
): Html => html`<label for="${name}">${label}</label>
  <input id="${name}" name="${name}" type="password" autocomplete="${complete}" required maxlength="200"${fieldFault(faults, name, name)}>`;

const passwordForm = (visit: Visit, hasOne: boolean, faults: Faults): Html => html`
  <h2 id="password">${hasOne ? 'Change your password' : 'Choose a password'}</h2>
  ${hasOne ? '' : html`<p>You came with a link that works once. Choose a password to sign in with from now on.</p>`}
  <form method="post" action="${href(['account', 'password'])}" class="stack">
    ${formFields(visit)}
    <span class="hidden" aria-hidden="true"><input type="text" name="username" value="${visit.session.operator.name}" autocomplete="username" tabindex="-1" readonly></span>
    ${hasOne ? passwordField(faults, { name: 'present', label: 'Current password', complete: 'current-password' }) : ''}
    ${passwordField(faults, { name: 'next', label: `New password (at least ${SHORTEST_PASSWORD} characters)`, complete: 'new-password' })}
    ${passwordField(faults, { name: 'again', label: 'Repeat new password', complete: 'new-password' })}
    <button type="submit" class="main">${hasOne ? 'Change password' : 'Set password'}</button>
  </form>`;

const endForm = (visit: Visit, session: OpenSession): Html => html`
  <form method="post" action="${href(['account', 'end-session'])}">
    ${formFields(visit)}<input type="hidden" name="session" value="${session.id}">
    <button type="submit">Sign out<span class="hidden"> of ${browserWords(session.user_agent)}, used from ${session.address ?? 'an unknown address'}</span></button>
  </form>`;

const openElsewhere = (visit: Visit, sessions: readonly OpenSession[], mayEnd: boolean): Html => {
  const own = idOfSession(visit.session);
  const others = sessions.filter(({ id }) => id !== own).length;
  const table = sessionsTable('Where you are signed in', sessions, {
    heading: 'End it',
    of: session =>
      session.id === own ? html`This browser` : mayEnd ? endForm(visit, session) : html`–`,
  });
  return html`
    <h2 id="sessions">Where you are signed in</h2>
    ${
      others === 0
        ? html`<p>Only here.</p>${table}`
        : html`<p>Here, and in ${others} other ${others === 1 ? 'browser' : 'browsers'}. If you don’t recognize one, sign out of it.</p>
          ${table}
          ${
            mayEnd
              ? html`<form method="post" action="${href(['account', 'sign-out-elsewhere'])}">
            ${formFields(visit)}<button type="submit">Sign out everywhere else</button>
          </form>`
              : signInAgain(TO_SIGN_OUT_ELSEWHERE, href(['account']))
          }`
    }`;
};

/** Where the first one is chosen: they have nothing to sign in again with, but for a passkey. */
const TOO_LATE = html`
  <h2 id="password">Choose a password</h2>
  <p>You signed in more than ${FRESH_MINUTES} minutes ago. To choose a password, sign in again: with a passkey, or with a new sign-in link, which an admin makes for you.</p>`;

const passkeysPart = (passkeys: number): Html => html`
  <h2 id="passkeys">Passkeys</h2>
  <p>${
    passkeys === 0
      ? 'None yet. A passkey signs you in without a password, or makes your password a first step only.'
      : `${passkeys}. Your password alone doesn’t sign you in: it takes one of them, too.`
  } <a href="${href(['account', 'passkeys'])}">${passkeys === 0 ? 'Add a passkey' : 'Your passkeys'}</a></p>`;

const ownTokens = (visit: Visit, tokens: readonly ApiToken[]): Html | null =>
  tokens.length === 0
    ? null
    : html`<h2>Your API tokens</h2>
        ${tokenTable(visit, tokens, {
          caption: 'Programs that act in your name. They may never do more than you may.',
          withLinks: may(visit.actor, 'manage_tokens'),
        })}`;

const SIGNS_IN_WITH = {
  password: 'a password',
  openid_connect: 'your company account',
  nothing_yet: 'a link that works once',
} as const;

const accountPage = async (visit: Visit, faults: Faults = {}): Promise<Reply> => {
  const { name, role } = visit.session.operator;
  const { pool } = visit.desk;
  const tokens = await listTokens(pool, visit.session.operator.id);
  const signs_in_with = await readSignsInWith(pool, visit.session);
  const sessions = await listSessions(pool, visit.session.operator.id, visit.desk.config);
  const passkeys = await listPasskeys(pool, visit.session.operator.id);
  const mayChange = await isFresh(pool, visit.session);
  return page(
    undefined,
    TITLE,
    html`<h1>${TITLE}</h1>
      ${errorSummary(faults, FIELDS)}
      <dl class="facts">
        <dt>Name</dt><dd>${name}</dd>
        <dt>Role</dt><dd>${role}: ${ROLE_WORDS[role]}</dd>
        <dt>You sign in with</dt><dd>${SIGNS_IN_WITH[signs_in_with]}</dd>
      </dl>
      ${
        signs_in_with !== 'openid_connect' && !visit.desk.config.hasPasswords
          ? html`<p>Passwords are switched off here: people sign in with their company account.</p>`
          : signs_in_with === 'openid_connect'
            ? html`<p>Your company manages your password and groups: change them there.</p>`
            : html`${signs_in_with === 'password' || mayChange ? passwordForm(visit, signs_in_with === 'password', faults) : TOO_LATE}${passkeysPart(passkeys.length)}`
      }
      ${timeZoneForm(visit, faults)}
      ${singleKeysForm(visit)}
      ${openElsewhere(visit, sessions, mayChange)}
      ${ownTokens(visit, tokens)}`,
    Object.keys(faults).length === 0 ? 200 : 422,
  );
};

/** Everybody's own. */
export const ACCOUNT_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/account', needs: 'view', handle: visit => accountPage(visit) },
  {
    method: 'post',
    path: '/account/password',
    needs: 'view',
    handle: async visit => {
      const { desk, actor, session, form } = visit;
      insistOnPasswords(desk.config);
      const [present, next, again] = ['present', 'next', 'again'].map(name => form.get(name) ?? '');
      try {
        await changeOwnPassword(desk.pool, actor, session, {
          present: present ?? '',
          next: next ?? '',
          again: again ?? '',
        });
      } catch (error) {
        if (error instanceof SupportError && error.fault === 'invalid') {
          return accountPage(visit, error.faults);
        }
        throw error;
      }
      const text = 'Password changed. Other browsers are signed out.';
      return { kind: 'redirect', to: href(['account']), notice: { text } };
    },
  },
  {
    method: 'post',
    path: '/account/time-zone',
    needs: 'view',
    handle: async visit => {
      try {
        return await saveTimeZone(visit);
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        return accountPage(visit, error.faults);
      }
    },
  },
  {
    method: 'post',
    path: '/account/keys',
    needs: 'view',
    handle: async visit => saveSingleKeys(visit),
  },
  {
    method: 'post',
    path: '/account/sign-out-elsewhere',
    needs: 'view',
    handle: async ({ desk, actor, session }) => {
      const ended = await signOutElsewhere(desk.pool, actor, session);
      const text =
        ended === 0 ? 'You weren’t signed in anywhere else.' : 'You are now signed in only here.';
      return { kind: 'redirect', to: href(['account']), notice: { text } };
    },
  },
  {
    method: 'post',
    path: '/account/end-session',
    needs: 'view',
    handle: async ({ desk, actor, session, form }) => {
      await endOwnSession(desk.pool, actor, session, form.get('session') ?? '');
      return {
        kind: 'redirect',
        to: href(['account']),
        notice: { text: 'That browser is signed out.' },
      };
    },
  },
];
