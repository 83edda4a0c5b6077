import type { TellingStatus, TroubledEndpoint } from '../../../support/queue/telling.ts';
import { type Html, href, html } from '../../view/html.ts';
import { ago } from '../../view/words.ts';

/** What nobody meant to be so, and what is not over. */
const isUrgent = ({ trouble }: TroubledEndpoint): boolean =>
  trouble !== 'disabled' && trouble !== 'dead_letters';

const sinceText = (since: string | null): Html | '' =>
  since === null ? '' : html` <small>Since ${ago(since)}.</small>`;

const link = ({ endpoint_id, name }: TroubledEndpoint): Html =>
  html`<a href="${href(['endpoints', endpoint_id])}">View endpoint<span class="hidden">: ${name}</span></a>`;

const urgent = (endpoint: TroubledEndpoint): Html => {
  const { sentence, fault, remedy, since } = endpoint;
  return html`<p><strong>${sentence}</strong> ${fault ?? ''} ${remedy}${sinceText(since)} ${link(endpoint)}</p>`;
};

const quiet = (endpoint: TroubledEndpoint): Html =>
  html`<p>${endpoint.sentence} ${endpoint.remedy}${sinceText(endpoint.since)} ${link(endpoint)}</p>`;

/** What is in the way of telling the app: nothing where all is well. */
export const tellingTrouble = ({
  unarranged_sentence: sentence,
  unarranged_remedy: remedy,
  unarranged_since: since,
  endpoints,
}: TellingStatus): Html => {
  const told = [
    ...(sentence === null
      ? []
      : [html`<p><strong>${sentence}</strong> ${remedy}${sinceText(since)}</p>`]),
    ...endpoints.filter(isUrgent).map(urgent),
  ];
  const others = endpoints.filter(each => !isUrgent(each)).map(quiet);
  return html`${told.length === 0 ? '' : html`<div class="fault">${told}</div>`}${others}`;
};
