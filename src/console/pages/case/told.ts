import { SupportError } from '../../../access/errors.ts';
import { messagesOf } from '../../../support/endpoints/messages.ts';
import { listEndpoints } from '../../../support/endpoints/read.ts';
import { sendAgain } from '../../../support/endpoints/send-again.ts';
import type {
  EndpointView,
  MessageDetails,
  SendingView,
  TryView,
} from '../../../support/endpoints/types.ts';
import { messageSentence, SENDING_WORDS } from '../../../support/words/message-words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { button, formFields, inPlace } from '../../view/layout.ts';
import type { ConsoleRoute, Visit } from '../../view/route.ts';
import { ago, ahead, duration, mark, when } from '../../view/words.ts';
import { answerCell, hasAnswer } from '../endpoints/answer.ts';

const MOST_MESSAGES = 20;

/** What the app was told of a connection, and whether it took it. */
export type Told = Readonly<{
  subject: string;
  /** Newest first. */
  messages: readonly MessageDetails[];
  /** Whether there are older ones. */
  more: boolean;
  /** Null where all of them have taken it, or were given up: then none explains anything. */
  endpoints: readonly EndpointView[] | null;
}>;

export const readTold = async ({ desk, actor }: Visit, subject: string): Promise<Told> => {
  const { messages, more } = await messagesOf(desk, actor, subject, MOST_MESSAGES);
  const isTaken = ({ sendings }: MessageDetails): boolean =>
    sendings.length > 0 && sendings.every(({ state }) => state !== 'waiting');
  const isAllTaken = messages.length > 0 && messages.every(isTaken);
  return {
    subject,
    messages,
    more,
    endpoints: isAllTaken ? null : await listEndpoints(desk, actor),
  };
};

export const toldSection = (visit: Visit, told: Told): Html => {
  const { messages, more, endpoints } = told;
  const hasNone = endpoints?.length === 0;
  return html`<h2 id="told">What the app was told</h2>
    ${hasNone ? noEndpoint() : ''}
    ${messages.length === 0 ? nothingTold(hasNone) : table(visit, told)}
    ${more ? html`<p>These are the latest ${messages.length}; there are older ones.</p>` : ''}`;
};

const noEndpoint = (): Html =>
  html`<p>No endpoint is set up, so nothing is sent to the app. An admin can <a href="${href(['endpoints'])}">add one</a>; until then the app can read from the API what happens.</p>`;

const nothingTold = (hasNoEndpoint: boolean): Html =>
  hasNoEndpoint
    ? html`<p>There is nothing to tell it about this connection yet.</p>`
    : html`<p>Nothing about this connection yet: nothing has happened that it needs to know.</p>`;

const table = (visit: Visit, told: Told): Html => {
  const caption = 'Messages about this connection, newest first';
  return html`<div class="table records cards" tabindex="0" role="region" aria-label="${caption}">
    <table class="told">
      <caption>${caption}</caption>
      <thead><tr><th scope="col">Message</th><th scope="col">Happened</th><th scope="col">Sent to</th></tr></thead>
      <tbody>${told.messages.map(message => messageRow(visit, told, message))}</tbody>
    </table>
  </div>`;
};

const messageRow = (visit: Visit, told: Told, message: MessageDetails): Html => html`<tr>
  <th scope="row">${messageSentence(message)}<br><small><code>${message.type}</code>, no. ${message.sequence}</small></th>
  <td data-label="Happened">${when(message.at)}</td>
  <td data-label="Sent to">${
    message.sendings.length === 0
      ? unsent(visit, told, message)
      : html`<ul class="plain sendings">${message.sendings.map(sending => sendingItem(visit, told, message, sending))}</ul>`
  }</td>
</tr>`;

/** No endpoint wanted it when it happened; now there may be one that does. */
const unsent = (visit: Visit, { subject, endpoints }: Told, message: MessageDetails): Html =>
  html`<div class="sendings"><p class="faint">To no endpoint: none that was enabled then is told this.</p>
    ${endpoints?.some(({ state }) => state === 'enabled') ? sendForm(visit, subject, message, null) : ''}</div>`;

const sendingItem = (
  visit: Visit,
  told: Told,
  message: MessageDetails,
  sending: SendingView,
): Html => {
  const endpoint = told.endpoints?.find(({ id }) => id === sending.endpointId);
  const [latest] = sending.tries;
  return html`<li>
    <p><a href="${href(['endpoints', sending.endpointId])}">${sending.endpointName}</a>: ${standing(sending, endpoint, inTheWay(told, message, sending))}</p>
    ${latest === undefined || !hasAnswer(latest) ? '' : html`<p><small>The app’s answer:</small> ${answerCell(visit, latest)}</p>`}
    ${sending.tries.length < 2 ? '' : triesList(visit, sending)}
    ${sending.state === 'waiting' ? '' : sendForm(visit, told.subject, message, sending)}
  </li>`;
};

/** What has to be taken or given up before it: an earlier message about the same, to the same endpoint. */
const inTheWay = (
  { messages }: Told,
  { about, position }: MessageDetails,
  { endpointId }: SendingView,
): MessageDetails | undefined =>
  messages.findLast(
    earlier =>
      earlier.about === about &&
      earlier.position < position &&
      earlier.sendings.some(each => each.endpointId === endpointId && each.state === 'waiting'),
  );

const standing = (
  sending: SendingView,
  endpoint: EndpointView | undefined,
  before: MessageDetails | undefined,
): Html => {
  const { label, mood, icon } = SENDING_WORDS[sending.state];
  return html`${mark(mood, icon, label)}${
    sending.state === 'waiting' ? waitingFor(sending, endpoint, before) : finished(sending)
  }${sending.state === 'delivered' ? '' : lastFault(sending)}`;
};

/** ` 27 Nov 2026, 12:03:04 UTC, in 41 ms (200)`. */
const finished = ({
  state,
  failedAttempts: attempts,
  finishedAt,
  tries: [latest],
}: SendingView): Html => {
  const at = finishedAt === null ? '' : html` ${when(finishedAt)}`;
  if (state === 'dead')
    return html`${at}, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (latest === undefined) return html`${at}`;
  return html`${at}, in ${duration(latest.durationMs)}${latest.status === null ? '' : ` (${latest.status})`}`;
};

const lastFault = ({ tries: [latest] }: SendingView): string =>
  latest === undefined || latest.fault === null ? '' : `. ${latest.fault}`;

const timesText = (times: number): string =>
  (['never', 'once', 'twice'] as const)[times] ?? `${times} times`;

/** ` (tried 3 times, next attempt in 5 min)`, or what it waits for. */
const waitingFor = (
  { failedAttempts: attempts, dueAt }: SendingView,
  endpoint: EndpointView | undefined,
  before: MessageDetails | undefined,
): Html => {
  const tried = attempts === 0 ? '' : `, tried ${timesText(attempts)}`;
  if (endpoint?.state === 'disabled') return html`${tried}, until the endpoint is enabled again`;
  if (before !== undefined) {
    return html`${tried}, in order: first “${messageSentence(before)}” (no. ${before.sequence})`;
  }
  const restUntil = endpoint?.restUntil ?? null;
  const next = Math.max(dueAt?.getTime() ?? 0, restUntil?.getTime() ?? 0);
  if (next > Date.now()) return html`${tried}, next attempt ${ahead(new Date(next))}`;
  return html`${tried}, its turn comes in a moment`;
};

const triesList = (visit: Visit, { tries, endpointName }: SendingView): Html => html`<details>
    <summary>Latest ${tries.length} attempts<span class="hidden"> to tell ${endpointName}</span></summary>
    <ol>${tries.map(each => tryItem(visit, each))}</ol>
  </details>`;

const tryItem = (visit: Visit, each: TryView): Html =>
  html`<li>${ago(each.at)}, in ${duration(each.durationMs)}: ${each.fault ?? (each.status === null ? 'taken' : `taken (${each.status})`)}${
    hasAnswer(each) ? html` ${answerCell(visit, each)}` : ''
  }</li>`;

/** @param sending again to that endpoint; null: to all that want it */
const sendForm = (
  visit: Visit,
  subject: string,
  message: MessageDetails,
  sending: SendingView | null,
): Html => {
  const label =
    sending === null
      ? html`Send now<span class="hidden">: ${messageSentence(message)}</span>`
      : html`Send again<span class="hidden">: ${messageSentence(message)}, to ${sending.endpointName}</span>`;
  return html`<form ${inPlace(href(['connections', subject, 'send-again']))}>${formFields(visit)}
    <input type="hidden" name="message" value="${message.messageId}">
    <input type="hidden" name="endpoint" value="${sending?.endpointId ?? ''}">
    ${button(visit, label, 'send_again', { kind: 'quiet' })}</form>`;
};

/** Empty: all that want it. @throws SupportError `not_found` */
const endpointIn = (form: URLSearchParams): number | undefined => {
  const text = form.get('endpoint') ?? '';
  if (text === '') return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new SupportError('not_found', `There is no endpoint "${text}".`);
};

export const TOLD_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'post',
    path: '/connections/:subject/send-again',
    needs: 'send_again',
    handle: async ({ desk, actor, params, form }) => {
      const endpointId = endpointIn(form);
      await sendAgain(desk, actor, form.get('message') ?? '', { endpointId });
      const notice = { text: 'To be sent again, in a moment.' };
      return { kind: 'redirect', to: href(['connections', params.subject ?? '']), notice };
    },
  },
];
