import { workspaceLabel } from '../../../config/workspaces.ts';
import { cappedText } from '../../../model/capped-count.ts';
import { unheardSince } from '../../../support/endpoints/read.ts';
import type { EndpointView } from '../../../support/endpoints/types.ts';
import { DISABLED_WORDS, MESSAGE_TYPE_WORDS } from '../../../support/words/message-words.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { ago, ahead, mark, when } from '../../view/words.ts';

/* What the pages that show endpoints have in common. */

/** Who switched an endpoint off by hand, and why, as the audit log has it. */
export type Disabled = Readonly<{ by: string; why: string | null }>;

/** How an endpoint stands; what is wrong comes first. @param disabled where a person has disabled it */
export const endpointStanding = (endpoint: EndpointView, disabled?: Disabled): Html => {
  const { state, failingSince, fault, restUntil, lastDeliveredAt, failures } = endpoint;
  if (state === 'disabled') return disabledStanding(endpoint, disabled);
  const unheard = unheardSince(endpoint);
  if (unheard !== null) {
    return html`${mark('warn', '!', 'No process has these hooks')}: none was heard of since ${when(unheard)}. What it is owed waits until your app starts again with them. If their name was changed, or there are to be none, remove this endpoint.`;
  }
  if (endpoint.types?.length === 0) return mark('plain', '–', 'Your app has no hooks any more');
  const isResting = restUntil !== null && restUntil.getTime() > Date.now();
  if (failingSince !== null) {
    const tries =
      failures === 1 ? '1 attempt' : `${failures.toLocaleString('en')} attempts in a row`;
    return html`${mark('bad', '!', 'Failing')} since ${when(failingSince)} (${tries}). ${fault}${
      isResting ? html` Next attempt ${ahead(restUntil)}.` : ''
    }`;
  }
  if (isResting) {
    return html`${mark('warn', '‖', 'Resting')} until ${when(restUntil)}${fault === null ? ', as it asked' : html`. ${fault}`}`;
  }
  if (lastDeliveredAt === null) return mark('plain', '–', 'Nothing sent yet');
  return mark('good', '✓', 'Delivering');
};

const disabledStanding = (
  { disabledAt, disabledBecause, fault }: EndpointView,
  disabled: Disabled | undefined,
): Html => {
  const since = disabledAt === null ? '' : html`, ${when(disabledAt)}`;
  if (disabledBecause === 'person' || disabledBecause === null) {
    if (disabled === undefined) return html`${mark('plain', '×', DISABLED_WORDS.person)}${since}`;
    return html`${mark('plain', '×', 'Disabled')} by ${disabled.by}${since}${disabled.why === null ? '' : `: “${disabled.why}”`}`;
  }
  return html`${mark('bad', '×', DISABLED_WORDS[disabledBecause])}${since}${
    fault === null || disabledBecause === 'gone' ? '' : html`. ${fault}`
  }`;
};

/** `https://app.example/hooks`, or which queue; of hooks, that they are some. */
export const targetText = ({ kind, target }: Pick<EndpointView, 'kind' | 'target'>): Html => {
  if (kind === 'hook') return html`hooks in your app’s own process`;
  return kind === 'queue' ? html`queue <code>${target}</code>` : html`<code>${target}</code>`;
};

/** Which messages it is sent, and of which workspaces. @param isWhole whether each of many types is told */
export const wanted = (
  { desk }: Pick<Visit, 'desk'>,
  { types, workspaces }: EndpointView,
  isWhole: boolean,
): Html => {
  const labels = workspaces?.map(id => workspaceLabel(desk.config.workspaces, id) ?? id);
  return html`${typesText(types, isWhole)}${
    labels === undefined ? '' : html`<br><small>of ${labels.join(', ')}</small>`
  }`;
};

/** More of them than this are told on the endpoint's own page. */
const MOST_TOLD = 3;

const typesText = (types: EndpointView['types'], isWhole: boolean): string => {
  if (types === null) return 'Everything';
  if (types.length === 0) return 'Nothing';
  return isWhole || types.length <= MOST_TOLD
    ? types.map(type => MESSAGE_TYPE_WORDS[type]).join('; ')
    : `${types.length} types of message`;
};

/** How many wait, and since when the first of them. */
export const waitingText = ({ waiting, oldestWaitingAt }: EndpointView): Html =>
  html`${cappedText(waiting)}${oldestWaitingAt === null ? '' : html` <small>(oldest ${ago(oldestWaitingAt)})</small>`}`;

/** The way back from whatever is done with one. */
export const backToEndpoint = ({ id, name }: Pick<EndpointView, 'id' | 'name'>): Html =>
  html`<p><a href="${href(['endpoints', id])}">← Back to ${name}</a></p>`;
