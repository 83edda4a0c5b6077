import { invalid, SupportError } from '../../access/errors.ts';
import { baseHere, ownPath } from '../../http/mount.ts';
import {
  type Draft,
  draftsIn,
  draftsOf,
  dropDrafts,
  keepDraft,
  PAGE,
} from '../../support/drafts/drafts.ts';
import { ofCase } from '../../support/drafts/form-name.ts';
import { safeNext } from '../sign-in/next.ts';
import { fieldsOf } from '../typed/fields.ts';
import { formKeyOf, pageOfKey } from '../typed/form-key.ts';
import { draftTexts } from '../typed/words.ts';
import { type Html, href, html } from '../view/html.ts';
import { formFields } from '../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../view/route.ts';
import { ago } from '../view/words.ts';

const TITLE = 'Drafts';

/** Where it was typed; a page of another version may not be there any more. */
const pageOf = ({ form, fields }: Pick<Draft, 'form' | 'fields'>): string => {
  const known = fields[PAGE];
  return known === undefined ? pageOfKey(form) : safeNext(baseHere() + known);
};

const nameOf = ({ form }: Draft): Html => {
  const known = ofCase(form);
  return known === null
    ? html`<code>${form}</code>`
    : html`${known.form.replaceAll(/[-/]/g, ' ')} <code>${known.subject}</code>`;
};

const row = (visit: Visit, draft: Draft): Html => html`<tr>
  <th scope="row" data-label="Form"><a href="${pageOf(draft)}">${nameOf(draft)}</a></th>
  <td data-label="What you wrote" class="note">${draftTexts(draft.fields)}</td>
  <td data-label="Last changed">${ago(draft.updatedAt)}</td>
  <td data-label="Next"><form method="post" action="${href(['drafts', 'discard'])}">${formFields(visit)}<input type="hidden" name="page" value="${href(['drafts'])}"><button type="submit" class="quiet" name="draft" value="${draft.form}">Discard<span class="hidden"> ${nameOf(draft)}</span></button></form></td>
</tr>`;

const list = (visit: Visit, drafts: readonly Draft[]): Reply =>
  page(
    undefined,
    TITLE,
    html`<h1>${TITLE}</h1>
    <p>What you began to write and haven’t sent. Only you can see it, on every device where you sign in. It is removed when you send or discard it, or 30 days after you last changed it.</p>
    ${
      drafts.length === 0
        ? html`<p>You have no drafts.</p>`
        : html`<div class="table cards" tabindex="0" role="region" aria-label="${TITLE}"><table>
            <caption class="hidden">${TITLE}</caption>
            <thead><tr><th scope="col">Form</th><th scope="col">What you wrote</th><th scope="col">Last changed</th><th scope="col">Next</th></tr></thead>
            <tbody>${drafts.map(draft => row(visit, draft))}</tbody>
          </table></div>`
    }`,
  );

/** What is sent while somebody types: the form's fields, and which form it is. @throws SupportError `invalid` */
const keep = async ({ desk, session, form }: Visit): Promise<Reply> => {
  const key = form.get('draft') ?? '';
  if (formKeyOf(form.get('action') ?? '') !== key) {
    throw invalid({ draft: 'This isn’t a form that drafts are kept of.' });
  }
  const given = new URLSearchParams(form);
  given.delete('action');
  const typedOn = safeNext(form.get('page'));
  const fields = { ...fieldsOf(given), [PAGE]: ownPath(typedOn) ?? typedOn };
  const once = form.get('once');
  const became = await keepDraft(desk.pool, session.operator.id, { form: key, fields, once });
  if (became === 'too long') throw new SupportError('refused', 'This is too long for a draft.');
  // What is sent while its draft is on its way is no fault of anybody's.
  return { kind: 'json', body: { kept: became === 'kept' } };
};

const discard = async ({ desk, session, form }: Visit): Promise<Reply> => {
  const key = form.get('draft') ?? '';
  const kept = (await draftsIn(desk.pool, session.operator.id, [key])).get(key);
  await dropDrafts(desk.pool, session.operator.id, [key]);
  const given = form.get('page');
  const back = given === null ? pageOf({ form: key, fields: kept?.fields ?? {} }) : safeNext(given);
  return { kind: 'redirect', to: back, notice: { text: 'Draft discarded.' } };
};

/** What each operator has begun to write: their own, and nobody else's. */
export const DRAFT_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/drafts',
    needs: 'view',
    handle: async visit => list(visit, await draftsOf(visit.desk.pool, visit.session.operator.id)),
  },
  { method: 'post', path: '/drafts', needs: 'view', handle: keep },
  { method: 'post', path: '/drafts/discard', needs: 'view', handle: discard },
];
