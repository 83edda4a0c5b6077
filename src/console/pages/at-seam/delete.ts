import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { SeamError } from '../../../seam/errors.ts';
import { type AccountAtSeam, changerOf, readAtSeam } from '../../../support/accounts/at-seam.ts';
import { deleteAccount } from '../../../support/accounts/delete.ts';
import { checkNote } from '../../../support/links/order.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { refusedBySeam } from '../webview.ts';
import { accountFacts, backToCase, noteFault, whyField, whyNothing } from './account-facts.ts';
import { deletionTold } from './told.ts';

const TITLE = 'Delete the account in Seam';
const WAIT_SECONDS = 5;

const read = (visit: Visit): Promise<AccountAtSeam> =>
  readAtSeam(visit.desk, visit.actor, visit.params.subject ?? '', 'delete_account');

/** What is typed to say that it is meant: its name, or where it has none, its id; either will do. */
const namesOf = ({ name, identifier, accountId }: AccountAtSeam): string[] =>
  [name, identifier, accountId].filter(each => each !== null);

type Given = Readonly<{ typed: string; why: string; faults: readonly string[]; whyFault?: string }>;
const NOTHING: Given = { typed: '', why: '', faults: [] };

const form = (visit: Visit, account: AccountAtSeam, given: Given): Html => {
  const [name = account.accountId] = namesOf(account);
  const path = href(['connections', account.key, 'delete-at-seam']);
  return html`${backToCase(account)}
    <h1>${TITLE}?</h1>
    ${whyNothing(given.faults)}
    ${accountFacts(account)}
    <p>Seam deletes it with its devices and access codes, and its link here ends. <strong>This can’t be undone</strong>: the user would have to connect it again.</p>
    <form method="post" action="${path}" class="stack">
      ${formFields(visit)}
      <label for="account-name">Type <strong>${name}</strong> (or the account’s id) to say that this is the one</label>
      <input id="account-name" name="account_name" value="${given.typed}" required autocomplete="off" maxlength="600">
      ${whyField(given.why, given.whyFault)}
      <div class="row">${button(visit, `Delete ${name} in Seam`, 'delete_account', { kind: 'danger' })}
        <a class="button" href="${href(['connections', account.key])}">Cancel</a></div>
    </form>`;
};

const show = (visit: Visit, account: AccountAtSeam, given: Given = NOTHING, status = 200): Reply =>
  page('connections', TITLE, form(visit, account, given), status);

const isMeant = (account: AccountAtSeam, typed: string): boolean =>
  namesOf(account).some(name => name.trim().toLowerCase() === typed.trim().toLowerCase());

const carryOut = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form: sent } = visit;
  const account = await read(visit);
  const given = { typed: sent.get('account_name') ?? '', why: sent.get('why') ?? '' };
  const whyFault = noteFault(given.why);
  const faults = [
    ...(isMeant(account, given.typed)
      ? []
      : ['What you typed is neither the name nor the id of this account.']),
    ...(whyFault === undefined ? [] : [whyFault]),
  ];
  const again = (all: readonly string[], status: number): Reply =>
    show(
      visit,
      account,
      { ...given, faults: all, ...(whyFault === undefined ? {} : { whyFault }) },
      status,
    );
  if (faults.length > 0) return again(faults, 422);
  const to = href(['connections', account.key]);
  try {
    const changer = await changerOf(desk, account.accountId, { waitSeconds: WAIT_SECONDS });
    const result = await deleteAccount(changer, actor, account.accountId, checkNote(given.why));
    if (result.kind === 'refused') return again(result.faults, 422);
    return { kind: 'redirect', to, notice: { text: deletionTold(result) } };
  } catch (error) {
    if (error instanceof SeamError) return again([`Seam says: ${refusedBySeam(error)}`], 422);
    if (error instanceof DoneBeforeError) {
      return { kind: 'redirect', to, isSecond: true, notice: { text: error.message } };
    }
    // Somebody else is at it, or there is no Seam to be told: what was typed stays.
    if (error instanceof SupportError) return again([error.message], 409);
    throw error;
  }
};

/** Has Seam delete a case's account. */
export const DELETE_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/delete-at-seam',
    needs: 'delete_account',
    handle: async visit => show(visit, await read(visit)),
  },
  {
    method: 'post',
    path: '/connections/:subject/delete-at-seam',
    needs: 'delete_account',
    handle: carryOut,
  },
];
