import { DoneBeforeError, SupportError } from '../../../access/errors.ts';
import { cappedText } from '../../../model/capped-count.ts';
import { changeEndpoint } from '../../../support/endpoints/change.ts';
import { disableEndpoint } from '../../../support/endpoints/enable.ts';
import { viewEndpoint } from '../../../support/endpoints/read.ts';
import { removeEndpoint } from '../../../support/endpoints/remove.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { doneBefore } from '../../faults.ts';
import { errorSummary } from '../../view/form-faults.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields } from '../../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../../view/route.ts';
import { type Fault, faultSummary, noteField } from '../case/case-forms.ts';
import { idOf, readOne } from './endpoint.ts';
import {
  changeForm,
  FIELDS,
  type Given,
  givenIn,
  givenOf,
  noneIsAll,
  wholeNumber,
} from './endpoint-form.ts';
import { backToEndpoint } from './endpoint-parts.ts';

const showChange = async (visit: Visit, typed?: Given): Promise<Reply> => {
  const endpoint = await readOne(visit);
  const given = typed ?? givenOf(endpoint);
  const title = `Change ${endpoint.name}`;
  return page(
    'endpoints',
    title,
    html`${backToEndpoint(endpoint)}
      <h1>${title}</h1>
      <p>What waits for it and is no longer wanted will not be sent. What it is to be told besides holds for what happens from now on.</p>
      ${errorSummary(given.faults, FIELDS)}
      ${changeForm(visit, endpoint, given)}`,
    typed === undefined ? 200 : 422,
  );
};

const change = async (visit: Visit): Promise<Reply> => {
  const { desk, actor } = visit;
  const given = givenIn(visit);
  const target = given.target.trim();
  try {
    const { kind, name: before } = await viewEndpoint(desk, actor, idOf(visit));
    // The rest of hooks is in the app's code.
    const isOfCode = kind === 'hook';
    const name = isOfCode ? before : given.name;
    const { dropped } = await changeEndpoint(desk, actor, idOf(visit), {
      ...(isOfCode ? {} : { name, types: noneIsAll(given.types) }),
      ...(isOfCode || target === '' ? {} : { target }),
      workspaces: noneIsAll(given.workspaces),
      perSecond: wholeNumber(given.perSecond),
      ...(given.why.trim() === '' ? {} : { why: given.why }),
    });
    const left =
      dropped === 0 ? '' : ` ${dropped} that waited will not be sent: it wants them no more.`;
    const text = `Endpoint "${name.trim()}" is changed.${left}`;
    return { kind: 'redirect', to: href(['endpoints', idOf(visit)]), notice: { text } };
  } catch (error) {
    if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
    return showChange(visit, { ...given, faults: error.faults });
  }
};

/** What takes a reason: how the page puts it, and how it is done. */
type ToBeExplained = Readonly<{
  part: 'disable' | 'remove';
  title: (endpoint: EndpointView) => string;
  about: (endpoint: EndpointView) => Html;
  label: (endpoint: EndpointView) => string;
  carryOut: (visit: Visit, why: string) => Promise<Readonly<{ name: string }>>;
  /** What is told after it, on which page. */
  done: string;
  to: (id: number) => string;
}>;

const DISABLE: ToBeExplained = {
  part: 'disable',
  title: ({ name }) => `Disable ${name}`,
  about: () =>
    html`<p>Nothing is sent to it until someone enables it again. What waits for it is kept, and what happens meanwhile can be sent then.</p>`,
  label: ({ name }) => `Disable ${name}`,
  carryOut: ({ desk, actor, ...visit }, why) => disableEndpoint(desk, actor, idOf(visit), { why }),
  done: 'disabled',
  to: id => href(['endpoints', id]),
};

const REMOVE: ToBeExplained = {
  part: 'remove',
  title: ({ name }) => `Remove ${name}`,
  about: ({ waiting, dead }) =>
    html`<p>Its secrets go, and the record of what was sent to it. Waiting: ${cappedText(waiting)}; given up: ${cappedText(dead)}. None of these will be sent. Messages themselves are kept.</p>
      <p>To stop it for a while, disable it instead.</p>`,
  label: ({ name }) => `Remove ${name}`,
  carryOut: ({ desk, actor, ...visit }, why) => removeEndpoint(desk, actor, idOf(visit), { why }),
  done: 'removed',
  to: () => href(['endpoints']),
};

const ask = (
  visit: Visit,
  { part, title, about, label }: ToBeExplained,
  endpoint: EndpointView,
  fault?: Fault,
): Reply =>
  page(
    'endpoints',
    title(endpoint),
    html`${backToEndpoint(endpoint)}
      <h1>${title(endpoint)}</h1>
      ${about(endpoint)}
      ${fault === undefined ? '' : faultSummary('why', fault)}
      <form method="post" action="${href(['endpoints', endpoint.id, part])}" class="stack">
        ${formFields(visit)}
        ${noteField({ id: 'why', name: 'why', label: 'Why?', hint: 'Kept in the audit log, with your name.' }, fault)}
        <div class="row">${button(visit, label(endpoint), 'manage_endpoints', { kind: part === 'remove' ? 'danger' : 'main' })}
          <a class="button" href="${href(['endpoints', endpoint.id])}">Cancel</a></div>
      </form>`,
    fault === undefined ? 200 : 422,
  );

const routesOf = (what: ToBeExplained): readonly ConsoleRoute[] => [
  {
    method: 'get',
    path: `/endpoints/:id/${what.part}`,
    needs: 'manage_endpoints',
    handle: async visit => ask(visit, what, await readOne(visit)),
  },
  {
    method: 'post',
    path: `/endpoints/:id/${what.part}`,
    needs: 'manage_endpoints',
    handle: async visit => {
      const why = visit.form.get('why') ?? '';
      const to = what.to(idOf(visit));
      try {
        const { name } = await what.carryOut(visit, why);
        return { kind: 'redirect', to, notice: { text: `Endpoint "${name}" is ${what.done}.` } };
      } catch (error) {
        if (error instanceof DoneBeforeError) return doneBefore(visit, to);
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        const fault = { message: error.faults.why ?? error.message, text: why };
        return ask(visit, what, await readOne(visit), fault);
      }
    },
  },
];

/** What takes a form of its own. */
export const ENDPOINT_CHANGE_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/endpoints/:id/change',
    needs: 'manage_endpoints',
    handle: visit => showChange(visit),
  },
  { method: 'post', path: '/endpoints/:id/change', needs: 'manage_endpoints', handle: change },
  ...routesOf(DISABLE),
  ...routesOf(REMOVE),
];
