import { may } from '../../../access/actor.ts';
import type { Permission } from '../../../access/permissions.ts';
import type { Case } from '../../../support/cases/types.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

/** What may be done to a case's account at Seam itself: nothing where no account is known, or Seam has none any more. */
export const seamActions = (
  visit: Visit,
  found: Pick<Case, 'subject' | 'connected_account_id' | 'account_state'>,
): Html | null => {
  if (found.connected_account_id === null || found.account_state === 'deleted') return null;
  const to = (what: string): string => href(['connections', found.subject, what]);
  return html`${leadTo(visit, 'Change metadata in Seam…', 'update_account', to('metadata'))}
    ${leadTo(visit, 'Delete in Seam…', 'delete_account', to('delete-at-seam'))}`;
};

/** Leads to a page with a form; for whoever may not send that, a button that says which role it takes. */
const leadTo = (visit: Visit, label: string, permission: Permission, to: string): Html =>
  may(visit.actor, permission)
    ? html`<a class="button plain" href="${to}">${label}</a>`
    : button(visit, label, permission);
