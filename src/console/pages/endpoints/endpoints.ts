import { may } from '../../../access/actor.ts';
import { SupportError } from '../../../access/errors.ts';
import { cappedText } from '../../../model/capped-count.ts';
import { addEndpoint } from '../../../support/endpoints/add.ts';
import { listEndpoints } from '../../../support/endpoints/read.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { errorSummary } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, live } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';
import { secretShown } from '../operators/secret.ts';
import { disablings } from './disablings.ts';
import { ONE_ENDPOINT_ROUTES } from './endpoint.ts';
import { ENDPOINT_CHANGE_ROUTES } from './endpoint-change.ts';
import {
  addForm,
  EMPTY,
  FIELDS,
  type Given,
  givenIn,
  noneIsAll,
  wholeNumber,
} from './endpoint-form.ts';
import {
  type Disabled,
  endpointStanding,
  targetText,
  waitingText,
  wanted,
} from './endpoint-parts.ts';
import { REPLAY_ROUTES } from './replay.ts';

const row = (
  visit: Visit,
  endpoint: EndpointView,
  disabled: ReadonlyMap<number, Disabled>,
): Html => html`<tr>
  <th scope="row"><a href="${href(['endpoints', endpoint.id])}">${endpoint.name}</a><br><small>${targetText(endpoint)}</small></th>
  <td data-label="Is told">${wanted(visit, endpoint, false)}</td>
  <td data-label="State">${endpointStanding(endpoint, disabled.get(endpoint.id))}</td>
  <td data-label="Waiting">${waitingText(endpoint)}</td>
  <td data-label="Given up">${cappedText(endpoint.dead)}</td>
  <td data-label="Last delivered">${endpoint.lastDeliveredAt === null ? 'Never' : ago(endpoint.lastDeliveredAt)}</td>
</tr>`;

const list = (
  visit: Visit,
  endpoints: readonly EndpointView[],
  disabled: ReadonlyMap<number, Disabled>,
): Html =>
  endpoints.length === 0
    ? html`<p class="calm">No endpoint is set up. What happens to connections is kept all the same: the app can read it from the API, and an endpoint that is added later is told what happens from then on.</p>`
    : html`<div class="table wide cards" tabindex="0" role="region" aria-label="Endpoints">
    <table>
      <caption>Select a name to test, change or disable it.</caption>
      <thead><tr><th scope="col">Endpoint</th><th scope="col">Is told</th><th scope="col">State</th><th scope="col">Waiting</th><th scope="col">Given up</th><th scope="col">Last delivered</th></tr></thead>
      <tbody>${endpoints.map(endpoint => row(visit, endpoint, disabled))}</tbody>
    </table>
  </div>`;

const showAll = async (visit: Visit, given: Given = EMPTY): Promise<Reply> => {
  const endpoints = await listEndpoints(visit.desk, visit.actor);
  const disabled = await disablings(visit, endpoints);
  return page(
    'endpoints',
    'Endpoints',
    html`<h1>Endpoints</h1>
      <p>Where your app is told what happens to connections: who is linked, what is disconnected, what needs attention.</p>
      ${errorSummary(given.faults, FIELDS)}
      ${live({ url: href(['endpoints']) }, 'endpoints', list(visit, endpoints, disabled))}
      ${may(visit.actor, 'manage_endpoints') ? addForm(visit, given) : html`<p>${button(visit, 'Add endpoint', 'manage_endpoints')}</p>`}`,
    Object.keys(given.faults).length === 0 ? 200 : 422,
  );
};

const add = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const given = givenIn(visit);
  try {
    const { endpoint, secret, warning } = await addEndpoint(desk, actor, {
      name: given.name,
      kind: given.kind,
      target: given.target,
      types: noneIsAll(given.types),
      workspaces: noneIsAll(given.workspaces),
      perSecond: wholeNumber(given.perSecond),
    });
    return secret === null ? added(endpoint) : shown(endpoint, secret, warning);
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return showAll(visit, { ...given, faults: error.faults });
  }
};

const added = ({ id, name }: EndpointView): Reply => {
  const text = `Endpoint "${name}" is added. Send it a test message.`;
  return { kind: 'redirect', to: href(['endpoints', id]), notice: { text } };
};

/** The answer of the form: the secret is in no address, no notice and no table. */
const shown = (endpoint: EndpointView, secret: string, warning: string | null): Reply =>
  page(
    'endpoints',
    'The endpoint is added',
    html`<h1>The endpoint is added</h1>
      ${secretShown(`Signing secret of ${endpoint.name}`, secret)}
      ${warning === null ? '' : html`<p class="fault">${warning}</p>`}
      <p>With it the app checks that a message comes from here: each is signed as Standard Webhooks says, so that the app can use any library for that.</p>
      <p><a class="button main" href="${href(['endpoints', endpoint.id])}">Continue to ${endpoint.name}</a></p>`,
  );

export const ENDPOINT_ROUTES: readonly ConsoleRoute[] = [
  { method: 'get', path: '/endpoints', needs: 'view', handle: visit => showAll(visit) },
  { method: 'post', path: '/endpoints/add', needs: 'manage_endpoints', handle: add },
  ...ONE_ENDPOINT_ROUTES,
  ...ENDPOINT_CHANGE_ROUTES,
  ...REPLAY_ROUTES,
];
