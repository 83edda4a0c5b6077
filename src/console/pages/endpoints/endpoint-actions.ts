import { may } from '../../../access/actor.ts';
import type { Permission } from '../../../access/permissions.ts';
import { cappedText } from '../../../model/capped-count.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';

/* What can be done with an endpoint. */

export const testForm = (visit: Visit, { id }: EndpointView): Html => {
  const sending = button(visit, 'Send a test message', 'manage_endpoints');
  return may(visit.actor, 'manage_endpoints')
    ? html`<form ${inPlace(href(['endpoints', id, 'test']))}>${formFields(visit)}${sending}</form>`
    : sending;
};

/** Leads to a page with a form; for whoever may not send that, a button that says which role it takes. */
const leading = (visit: Visit, label: string, permission: Permission, to: string): Html =>
  may(visit.actor, permission)
    ? html`<a class="button" href="${to}">${label}</a>`
    : button(visit, label, permission);

export const otherActions = (visit: Visit, { id, state }: EndpointView): Html => html`
  ${leading(visit, 'Change…', 'manage_endpoints', href(['endpoints', id, 'change']))}
  ${leading(visit, 'Replay…', 'replay', href(['endpoints', id, 'replay']))}
  ${state === 'enabled' ? leading(visit, 'Disable…', 'manage_endpoints', href(['endpoints', id, 'disable'])) : ''}
  ${leading(visit, 'Remove…', 'manage_endpoints', href(['endpoints', id, 'remove']))}`;

const MISSED = [
  ['send', 'Send what it missed, in order and at its pace'],
  ['skip', 'Skip what it missed: it is told what happens from now on'],
] as const;

/** Of one that is disabled: what waits goes on, and what came since is sent or skipped. */
export const enableForm = (visit: Visit, { id, name, waiting }: EndpointView): Html =>
  may(visit.actor, 'manage_endpoints')
    ? html`<section class="card enable" aria-labelledby="enable-title">
      <h2 id="enable-title">Enable it again</h2>
      <p>Waiting from before it was disabled: ${cappedText(waiting)}. These are sent in any case.</p>
      <form class="stack" ${inPlace(href(['endpoints', id, 'enable']))}>
        ${formFields(visit)}
        <fieldset>
          <legend>What happened while it was disabled</legend>
          ${MISSED.map(
            ([value, label], index) =>
              html`<label class="choice"><input type="radio" name="missed" value="${value}"${index === 0 ? html` checked` : ''}> <span>${label}</span></label>`,
          )}
        </fieldset>
        ${button(visit, `Enable ${name}`, 'manage_endpoints', { kind: 'main' })}
      </form>
    </section>`
    : html`<p>${button(visit, `Enable ${name}`, 'manage_endpoints')}</p>`;

const OVERLAPS = [
  ['0', 'at once: someone else may have it'],
  ['1', 'after 1 hour'],
  ['24', 'after 1 day'],
  ['168', 'after 7 days'],
] as const;

export const rotateForm = (visit: Visit, { id, name }: EndpointView): Html => html`
  <h2 id="rotate">Signing secret</h2>
  ${
    may(visit.actor, 'manage_endpoints')
      ? html`<p>A new secret is shown once. Messages are signed with both for a while, so that the app can change over without a break.</p>
    <form method="post" action="${href(['endpoints', id, 'rotate'])}" class="stack">
      ${formFields(visit)}
      <label for="overlap">The old secret stops signing</label>
      <select id="overlap" name="overlap">${OVERLAPS.map(([hours, label]) => html`<option value="${hours}"${hours === '24' ? html` selected` : ''}>${label}</option>`)}</select>
      ${button(visit, `Rotate the secret of ${name}`, 'manage_endpoints')}
    </form>`
      : html`<p>${button(visit, 'Rotate secret', 'manage_endpoints')}</p>`
  }`;
