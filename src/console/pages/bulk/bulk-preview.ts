import { may } from '../../../access/actor.ts';
import { LARGE_BULK_RUN } from '../../../access/permissions.ts';
import { actionWords, startLabel } from '../../../support/bulk/action-words.ts';
import { givenOf, saysToWhom } from '../../../support/bulk/actions.ts';
import { PREVIEW_MINUTES } from '../../../support/bulk/limits.ts';
import type { BulkRun } from '../../../support/bulk/read.ts';
import { isPreviewTooOld } from '../../../support/bulk/start.ts';
import { describeLength, number } from '../../../support/bulk/words.ts';
import { errorSummary } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import { page, type Reply, type Visit } from '../../view/route.ts';
import { ago, when } from '../../view/words.ts';
import { FIELD_IDS, startFields, type Typed, whomFields } from './bulk-fields.ts';
import { sampleTable } from './bulk-sample.ts';
import { leftOutList } from './bulk-words.ts';

/**
 * What a bulk run would do, before it is started.
 *
 * @param typed what could not be taken of what was sent
 */
export const previewPage = async (
  visit: Visit,
  run: BulkRun,
  typed: Typed | null = null,
): Promise<Reply> => {
  const isTooOld = await isPreviewTooOld(visit.desk.pool, run.id);
  const form = isTooOld ? tooOld(visit, run) : await forms(visit, run, typed);
  // What it would do is seen once it is said to whom: that is asked first, not below a page of rows.
  const isAsking = !isReady(run) && run.asked_at === null;
  const words = actionWords(run.action);
  const isOfAll = !isOfSelected(run);
  const title = `${words.verb} ${isOfAll ? 'all ' : ''}${number(run.total)} ${isOfAll ? 'matching' : 'selected'}`;
  return page(
    'bulk',
    title,
    html`<h1>${title}</h1>
      <p>${words.done} Nothing has been ${words.past} yet.</p>
      ${errorSummary(typed?.faults ?? {}, FIELD_IDS)}
      ${run.asked_at === null ? '' : askedLine(visit, run, run.asked_at)}
      ${facts(run)}
      ${isAsking ? form : ''}
      ${await sampleTable(visit, run)}
      ${leftOutList(run)}
      ${isAsking ? '' : form}`,
    typed === null ? 200 : 422,
  );
};

/** Names are unique among operators. */
const isAsker = ({ actor }: Visit, { asked_by }: BulkRun): boolean => asked_by === actor.name;

const askedLine = (visit: Visit, run: BulkRun, at: string): Html =>
  html`<p class="card">${isAsker(visit, run) ? 'You' : run.asked_by} asked for someone on call to start this, ${ago(at)}. It waits as it was previewed: connections that have changed by then are skipped.</p>`;

const facts = (run: BulkRun): Html => html`<dl class="facts">
    <dt>Selection</dt><dd>${run.selection}</dd>
    <dt>Connections</dt><dd>${number(run.total)}</dd>
    ${run.given_words === null ? '' : html`<dt>What</dt><dd>${run.given_words}</dd>`}
    <dt>Pace</dt><dd>${number(run.per_minute)} a minute, which takes ${describeLength(run.total, run.per_minute)}</dd>
    <dt>Previewed</dt><dd>${when(run.planned_at)} by ${run.planned_by}. Connections that match later aren’t included. Any that change before their turn are skipped.</dd>
  </dl>`;

const isOfSelected = ({ query }: BulkRun): boolean => query.startsWith('subject=');

/** Whoever may not plan one came from the bulk runs; and of its filter they may not see all. */
const backTo = ({ actor }: Visit, run: BulkRun): string => {
  if (!may(actor, 'plan_bulk_run')) return href(['bulk-runs']);
  return href(['connections'], isOfSelected(run) ? {} : new URLSearchParams(run.query));
};

const isReady = (run: BulkRun): boolean =>
  run.action !== 'link' || saysToWhom(givenOf(run.given ?? {}));

const forms = async (visit: Visit, run: BulkRun, typed: Typed | null): Promise<Html> => {
  if (run.action !== 'link' || run.asked_at !== null) return startForm(visit, run, typed);
  if (!isReady(run)) return whomForm(visit, run, typed);
  return html`${await startForm(visit, run, typed)}
    <details${typed?.form.has('whom') ? html` open` : ''}><summary>Choose the users in another way</summary>${whomForm(visit, run, typed)}</details>`;
};

const whomForm = (visit: Visit, run: BulkRun, typed: Typed | null): Html =>
  html`<form class="stack card" method="post" action="${href(['bulk-runs', run.id, 'users'])}">
    ${formFields(visit)}
    ${whomFields(run, typed)}
    <div class="row">
      ${button(visit, 'Show the user of each', 'link', { kind: isReady(run) ? 'plain' : 'main' })}
      <a class="button" href="${backTo(visit, run)}">Back</a>
    </div>
  </form>`;

const startForm = async (visit: Visit, run: BulkRun, typed: Typed | null): Promise<Html> => {
  const isLarge = run.total > LARGE_BULK_RUN;
  const mayAsk =
    isLarge &&
    run.asked_at === null &&
    may(visit.actor, 'start_bulk_run') &&
    !may(visit.actor, 'start_large_bulk_run');
  const action = href(['bulk-runs', run.id, 'start']);
  // Of two buttons each has an address of its own.
  const sent = mayAsk ? html`method="post" action="${action}"` : inPlace(action);
  return html`<form class="stack card" ${sent}>
    ${formFields(visit)}<input type="hidden" name="planned_at" value="${run.planned_at}">
    ${await startFields(visit, run, typed)}
    <div class="row">
      ${button(visit, startLabel(run), isLarge ? 'start_large_bulk_run' : 'start_bulk_run', {
        kind: mayAsk ? 'plain' : 'main',
      })}
      ${
        mayAsk
          ? button(visit, 'Ask on-call to start this run', 'start_bulk_run', {
              kind: 'main',
              formAction: href(['bulk-runs', run.id, 'ask']),
            })
          : ''
      }
      <a class="button" href="${backTo(visit, run)}">Back</a>
    </div>
  </form>
  ${run.asked_at === null ? '' : declineForm(visit, run, typed)}`;
};

/** Whoever asked takes it back by the same form. */
const declineForm = (visit: Visit, run: BulkRun, typed: Typed | null): Html => {
  const [label, press] = isAsker(visit, run)
    ? ['Why is it not needed any more?', 'Withdraw']
    : [`Why not? ${run.asked_by} is told here.`, 'Decline'];
  return html`<form class="stack card" method="post" action="${href(['bulk-runs', run.id, 'decline'])}">
    ${formFields(visit)}
    <label for="decline-why">${label}</label>
    <input id="decline-why" name="decline_why" maxlength="500" required autocomplete="off" value="${typed?.form.get('decline_why') ?? ''}">
    <div class="row">${button(visit, press, 'stop_bulk_run', { kind: 'danger' })}</div>
  </form>`;
};

const tooOld = (visit: Visit, run: BulkRun): Html =>
  html`<p class="fault">This preview is older than ${PREVIEW_MINUTES} minutes, so it may be out of date. Go back to the list and plan it again.</p>
    <p><a class="button" href="${backTo(visit, run)}">Back</a></p>`;
