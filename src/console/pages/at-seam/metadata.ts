import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { insistOnNewRequest } from '../../../audit-log/idempotency.ts';
import { subjectOf } from '../../../model/subject.ts';
import { SeamError } from '../../../seam/errors.ts';
import { type AccountAtSeam, changerOf, readAtSeam } from '../../../support/accounts/at-seam.ts';
import { type MetadataPlan, planMetadata } from '../../../support/accounts/metadata-plan.ts';
import { namingKeys } from '../../../support/accounts/naming.ts';
import { updateAccount } from '../../../support/accounts/update.ts';
import { checkNote } from '../../../support/links/order.ts';
import { type Candidate, findUser } from '../../../support/links/view.ts';
import { href } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { refusedBySeam } from '../webview.ts';
import { noteFault } from './account-facts.ts';
import { askingForm, EMPTY, previewForm, type Typed, typedIn } from './metadata-form.ts';
import { updateTold } from './told.ts';

const TITLE = 'Change metadata in Seam';
const WAIT_SECONDS = 5;

const read = (visit: Visit): Promise<AccountAtSeam> =>
  readAtSeam(visit.desk, visit.actor, visit.params.subject ?? '', 'update_account');

const asking = (visit: Visit, account: AccountAtSeam, typed: Typed, status = 200): Reply => {
  const naming = namingKeys(visit.desk.config.identity, 'account');
  return page('connections', TITLE, askingForm(visit, account, naming, typed), status);
};

/** What the keys that are to change hold: whoever changed them meanwhile is not overwritten unseen. */
const heldBy = ({ metadata }: AccountAtSeam, { changes }: MetadataPlan): string =>
  JSON.stringify(changes.map(({ key }) => [key, metadata[key] ?? null]));

const userFault = async (
  visit: Visit,
  { userId }: MetadataPlan,
): Promise<{ user: Candidate | null; faults: string[] }> => {
  if (userId === null) return { user: null, faults: [] };
  const user = await findUser(visit.desk, visit.actor, userId);
  const faults = user === null ? [`None of our users has the id '${userId}'.`] : [];
  return { user, faults };
};

const step = async (visit: Visit): Promise<Reply> => {
  const account = await read(visit);
  const typed = typedIn(visit.form);
  if (visit.form.get('step') === 'edit') return asking(visit, account, typed);
  const plan = planMetadata(typed, account.metadata, visit.desk.config.identity);
  const { user, faults } = await userFault(visit, plan);
  const whyFault = noteFault(typed.why);
  const all = [...plan.faults, ...faults, ...(whyFault === undefined ? [] : [whyFault])];
  const isChange = visit.form.get('step') === 'change';
  if (all.length > 0 && !isChange) {
    return asking(visit, account, { ...typed, faults: all, whyFault }, 422);
  }
  if (isChange) return carryOut(visit, account, typed, plan);
  const body = previewForm(visit, account, plan, user, typed, heldBy(account, plan));
  return page('connections', TITLE, body);
};

const carryOut = async (
  visit: Visit,
  account: AccountAtSeam,
  typed: Typed,
  plan: MetadataPlan,
): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const to = href(['connections', account.key]);
  const again = (faults: readonly string[], status: number): Reply =>
    asking(visit, account, { ...typed, faults }, status);
  try {
    // Of a form that is sent twice, the second would find nothing to change.
    const target = subjectOf('connected_account', account.accountId);
    await insistOnNewRequest(desk.pool, actor, 'update_account', target);
    if (plan.faults.length > 0) return again(plan.faults, 422);
    if (form.get('seen') !== heldBy(account, plan)) {
      return again([CHANGED_SINCE], 409);
    }
    const changer = await changerOf(desk, account.accountId, { waitSeconds: WAIT_SECONDS });
    const result = await updateAccount(
      { ...changer, users: desk.users, identity: desk.config.identity },
      actor,
      account.accountId,
      { userId: plan.userId ?? undefined, metadata: plan.metadata, why: checkNote(typed.why) },
    );
    if (result.kind === 'refused') return again(result.faults, 422);
    const user = result.user_id === null ? null : await findUser(desk, actor, result.user_id);
    const text = updateTold(result, user?.name ?? result.user_id);
    return { kind: 'redirect', to, notice: { text } };
  } catch (error) {
    if (error instanceof SeamError) return again([`Seam says: ${refusedBySeam(error)}`], 422);
    if (error instanceof DoneBeforeError) {
      return { kind: 'redirect', to, isSecond: true, notice: { text: error.message } };
    }
    if (error instanceof SupportError) return again([error.message], 409);
    throw error;
  }
};

const CHANGED_SINCE =
  'Someone has changed these keys since you opened this page: below is what they hold now. Preview the change again.';

/** Sets, changes and removes keys of an account's metadata in Seam. */
export const METADATA_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections/:subject/metadata',
    needs: 'update_account',
    handle: async visit => asking(visit, await read(visit), EMPTY),
  },
  {
    method: 'post',
    path: '/connections/:subject/metadata',
    needs: 'update_account',
    handle: step,
  },
];
