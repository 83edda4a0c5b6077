import { SupportError } from '../../../access/errors.ts';
import { enableEndpoint } from '../../../support/endpoints/enable.ts';
import { readEndpoint } from '../../../support/endpoints/read.ts';
import { rotateSecret } from '../../../support/endpoints/secret.ts';
import { testEndpoint } from '../../../support/endpoints/test.ts';
import type { EndpointDetails } from '../../../support/endpoints/types.ts';
import { href, html } from '../../view/html.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { secretShown } from '../operators/secret.ts';
import { wholeNumber } from './endpoint-form.ts';
import { endpointPage } from './endpoint-page.ts';

/** @throws SupportError `not_found` for what is no number of an endpoint */
export const idOf = ({ params }: Pick<Visit, 'params'>): number => {
  const { id = '' } = params;
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new SupportError('not_found', `There is no endpoint "${id}".`);
};

export const readOne = (visit: Visit): Promise<EndpointDetails> =>
  readEndpoint(visit.desk, visit.actor, idOf(visit));

const test = async (visit: Visit): Promise<Reply> => {
  const answer = await testEndpoint(visit.desk, visit.actor, idOf(visit));
  return endpointPage(visit, await readOne(visit), answer);
};

/** The new secret is in no address, no notice and no table. */
const rotate = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const { id, name } = await readOne(visit);
  const { secret, formerUntil } = await rotateSecret(desk, actor, id, {
    overlapHours: wholeNumber(form.get('overlap') ?? '24'),
  });
  const title = 'The endpoint has a new secret';
  return page(
    'endpoints',
    title,
    html`<h1>${title}</h1>
      ${secretShown(`Signing secret of ${name}`, secret)}
      <p>Messages are also signed with the old one until ${when(formerUntil)}.</p>
      <p><a class="button" href="${href(['endpoints', id])}">Done: back to ${name}</a></p>`,
  );
};

const enable = async (visit: Visit): Promise<Reply> => {
  const { desk, actor, form } = visit;
  const id = idOf(visit);
  const missed = form.get('missed') === 'skip' ? 'skip' : 'send';
  const { owed } = await enableEndpoint(desk, actor, id, { missed });
  const text =
    owed === 0
      ? 'Enabled. Nothing waits to be sent.'
      : `Enabled. To be sent, in order: ${owed.toLocaleString('en')}.`;
  return { kind: 'redirect', to: href(['endpoints', id]), notice: { text } };
};

/** One endpoint: how it stands, and what is done with a button. */
export const ONE_ENDPOINT_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/endpoints/:id',
    needs: 'view',
    handle: async visit => endpointPage(visit, await readOne(visit)),
  },
  { method: 'post', path: '/endpoints/:id/test', needs: 'manage_endpoints', handle: test },
  { method: 'post', path: '/endpoints/:id/rotate', needs: 'manage_endpoints', handle: rotate },
  { method: 'post', path: '/endpoints/:id/enable', needs: 'manage_endpoints', handle: enable },
];
