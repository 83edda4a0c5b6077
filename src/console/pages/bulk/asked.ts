import { may } from '../../../access/actor.ts';
import { runName } from '../../../support/bulk/action-words.ts';
import { listAsked } from '../../../support/bulk/read.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';

const MOST_SHOWN = 20;

/** The runs that somebody is asked to start, for whoever may; nothing where there is none. */
export const askedRuns = async ({ desk, actor }: Visit): Promise<Html | null> => {
  if (!may(actor, 'start_bulk_run')) return null;
  const runs = await listAsked(desk, actor, MOST_SHOWN);
  if (runs.length === 0) return null;
  return html`<section class="asked" aria-labelledby="asked-title">
    <h2 id="asked-title">Waiting for someone on call to start</h2>
    <ul data-roving>${runs.map(
      run =>
        html`<li><a href="${href(['bulk-runs', run.id])}">${run.id}: ${runName(run)}</a> (${run.selection}), asked for by ${run.asked_by} ${run.asked_at === null ? '' : ago(run.asked_at)}</li>`,
    )}</ul>
  </section>`;
};
