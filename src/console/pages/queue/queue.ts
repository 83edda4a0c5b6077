import { SupportError } from '../../../access/errors.ts';
import { workspaceLabel } from '../../../config/workspaces.ts';
import { readQueueHistory } from '../../../support/queue/history.ts';
import { pauseQueue, resumeQueue } from '../../../support/queue/pause.ts';
import { readQueueStatus } from '../../../support/queue/status.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { historyOf } from './queue-history.ts';
import { queueNow } from './queue-now.ts';

/** Each part refreshes itself from an address of its own, so that it costs no more than itself. */
const nowPart = async (visit: Visit): Promise<Html> => {
  const { desk, actor } = visit;
  const status = await readQueueStatus(desk.db, actor, desk.config.workspaces);
  return live({ url: href(['queue', 'now']) }, 'queue-now', queueNow(visit, status));
};
const historyPart = async ({ desk }: Visit): Promise<Html> => {
  const history = await readQueueHistory(desk.pool);
  return live({ url: href(['queue', 'history']) }, 'queue-history', historyOf(history));
};

const showQueue = async (visit: Visit): Promise<Reply> => {
  const [now, history] = await Promise.all([nowPart(visit), historyPart(visit)]);
  return page(
    'queue',
    'Queue',
    html`<div class="row spread">
        <h1>Queue</h1>
        <div class="row">
          <form method="get" action="${href(['queue', 'pause'])}">${button(visit, 'Pause queue…', 'pause_queue')}</form>
          <form method="get" action="${href(['raw-queue'])}/">${button(visit, 'Raw queue', 'raw_queue')}</form>
        </div>
      </div>
      ${now}${history}`,
  );
};

const only = (part: (visit: Visit) => Promise<Html>) => async (visit: Visit) =>
  page('queue', 'Queue', html`<h1>Queue</h1>${await part(visit)}`);

type Fields = Readonly<{ why: string; workspaceId: string }>;

/** Asks for the reason. @param faults by field, of what was sent before */
const pauseForm = (
  visit: Visit,
  { why, workspaceId }: Fields,
  faults: Readonly<Record<string, string>> = {},
): Html => {
  const { workspaces } = visit.desk.config;
  const invalid = (field: string): Html | string =>
    faults[field] === undefined ? '' : html` aria-invalid="true" aria-describedby="${field}-fault"`;
  const fault = (field: string): Html | string =>
    faults[field] === undefined ? '' : html`<p id="${field}-fault">${faults[field]}</p>`;
  return html`<h1>Pause queue</h1>
    ${
      Object.keys(faults).length === 0
        ? ''
        : html`<div class="fault" role="alert"><p>Nothing was paused:</p><ul>${Object.entries(faults).map(([field, text]) => html`<li><a href="#${field}">${text}</a></li>`)}</ul></div>`
    }
    <p>Workers finish their current checks and start no more until someone resumes the queue. Webhooks are still stored and answered; nothing is lost.</p>
    <form method="post" action="${href(['queue', 'pause'])}" class="stack">
      ${formFields(visit)}
      ${
        workspaces.length > 1
          ? html`<label for="workspace_id">Which Seam workspace</label>
            <select id="workspace_id" name="workspace_id"${invalid('workspace_id')}>
              <option value="">All of them</option>
              ${workspaces.map(({ id }) => html`<option value="${id ?? ''}"${id === workspaceId ? html` selected` : ''}>${workspaceLabel(workspaces, id)}</option>`)}
            </select>${fault('workspace_id')}`
          : ''
      }
      <label for="why">Why? Whoever finds the queue paused will read this.</label>
      <textarea id="why" name="why" rows="3" maxlength="500" required${invalid('why')}>${why}</textarea>${fault('why')}
      <div class="row">${button(visit, 'Pause queue', 'pause_queue', { kind: 'danger' })} <a href="${href(['queue'])}">Cancel</a></div>
    </form>`;
};

const pause = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const workspaceId = form.get('workspace_id') ?? '';
  const why = form.get('why') ?? '';
  try {
    await pauseQueue(desk, actor, { workspaceId: workspaceId || null, why });
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    const body = pauseForm(visit, { why, workspaceId }, error.faults);
    return page('queue', 'Pause queue', body, 422);
  }
  const text = 'Queue paused. Every worker stops starting checks within about a second.';
  return { kind: 'redirect', to: href(['queue']), notice: { text } };
};

const resume = async ({ desk, actor, form }: Visit): Promise<Reply> => {
  await resumeQueue(desk, actor, { workspaceId: form.get('workspace_id') || null });
  return { kind: 'redirect', to: href(['queue']), notice: { text: 'Queue resumed.' } };
};

export const QUEUE_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/queue', needs: 'view', handle: showQueue },
  { method: 'get', path: '/queue/now', needs: 'view', handle: only(nowPart) },
  { method: 'get', path: '/queue/history', needs: 'view', handle: only(historyPart) },
  {
    method: 'get',
    path: '/queue/pause',
    needs: 'pause_queue',
    handle: async visit =>
      page('queue', 'Pause queue', pauseForm(visit, { why: '', workspaceId: '' })),
  },
  { method: 'post', path: '/queue/pause', needs: 'pause_queue', handle: pause },
  { method: 'post', path: '/queue/resume', needs: 'resume_queue', handle: resume },
];
