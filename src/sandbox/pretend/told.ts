import express, { Router } from 'express';
import { type Html, href, html } from '../../console/view/html.ts';
import { mark, when } from '../../console/view/words.ts';
import { HttpError } from '../../http/errors.ts';
import { MANNERS, type Manner, type Received, type Receiver } from '../receiver.ts';
import { onlyFromHere } from '../same-origin.ts';
import { appPath, pretendLayout, security } from './layout.ts';

/** Where its endpoint sends, on the sandbox's own server. */
export const MESSAGES_PATH = appPath('messages');
export const TOLD_PATH = appPath('told');

const MESSAGE_LIMIT = '256kb';
const FORM_LIMIT = '1kb';

const LABELS = {
  well: 'Take what it is told (204)',
  error: 'Fail (500)',
  gone: 'Want to hear no more (410)',
  slow: 'Answer too late (after 20 s)',
} as const satisfies Record<Manner, string>;

/** The pretend app is told, at `/app/messages`, and shows it, at `/app/told`; for this machine only. */
export const createToldRouter = (receiver: Receiver, consoleUrl: string): Router => {
  const router = Router();
  router
    .route(MESSAGES_PATH)
    .post(
      onlyFromHere,
      express.text({ type: () => true, limit: MESSAGE_LIMIT }),
      async (request, response) => {
        const body = typeof request.body === 'string' ? request.body : '';
        const { status, text } = await receiver.take(body, request.headers);
        response.status(status).type('text').send(text);
      },
    );
  router
    .route(TOLD_PATH)
    .get(onlyFromHere, security, (_request, response) => {
      const page = pretendLayout('What the app was told', 'app', toldPage(receiver, consoleUrl));
      response.type('html').send(page.toString());
    })
    .post(
      onlyFromHere,
      express.text({ type: 'application/x-www-form-urlencoded', limit: FORM_LIMIT }),
      (request, response) => {
        const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
        const manner = MANNERS.find(each => each === form.get('manner'));
        if (manner === undefined) {
          throw new HttpError(400, 'bad_request', `Send "manner": ${MANNERS.join(', ')}.`);
        }
        receiver.setManner(manner);
        response.redirect(303, TOLD_PATH);
      },
    );
  return router;
};

const toldPage = (
  receiver: Receiver,
  consoleUrl: string,
): Html => html`<h1>What the app was told</h1>
  <p>Each change of a connection is a signed message to the app. It checks the signature, as
    <a href="${consoleUrl}${href(['endpoints'])}">its endpoint</a> has it, and remembers each message by its id.</p>
  <form method="post" action="${TOLD_PATH}" class="stack">
    <fieldset>
      <legend>What should the app do from now on?</legend>
      <div class="choices">
        ${MANNERS.map(
          manner =>
            html`<label><input type="radio" name="manner" value="${manner}"${manner === receiver.manner() ? html` checked` : ''}> ${LABELS[manner]}</label>`,
        )}
      </div>
    </fieldset>
    <button type="submit">Do so</button>
  </form>
  ${mannerNote(receiver.manner(), consoleUrl)}
  ${
    receiver.latest().length === 0
      ? html`<p>Nothing yet. Connect a lock account on <a href="${appPath()}">the app’s home page</a>.</p>`
      : messageTable(receiver.latest())
  }
  <p><a href="${TOLD_PATH}">Refresh</a> · <a href="${appPath()}">The app’s home page</a></p>`;

const mannerNote = (manner: Manner, consoleUrl: string): Html | string => {
  const endpoints = html`<a href="${consoleUrl}${href(['endpoints'])}">the support desk</a>`;
  switch (manner) {
    case 'well':
      return '';
    case 'error':
    case 'slow':
      return html`<p class="fault">What is sent now is tried again: at once, after 5 seconds, after 5 minutes, and so on. See the tries in ${endpoints}.</p>`;
    case 'gone':
      return html`<p class="fault">With the next message the endpoint is switched off, and what comes waits. Let the app take it again here, and then enable the endpoint in ${endpoints}.</p>`;
    default:
      return manner satisfies never;
  }
};

const messageTable = (
  received: readonly Received[],
): Html => html`<div class="table cards" tabindex="0" role="region" aria-label="Messages">
    <table>
      <caption class="hidden">Messages, newest first</caption>
      <thead><tr><th scope="col">Message</th><th scope="col">User</th><th scope="col">Account</th><th scope="col">Number</th><th scope="col">Received</th><th scope="col">Answered</th></tr></thead>
      <tbody>${received.map(messageRow)}</tbody>
    </table>
  </div>`;

const messageRow = ({ body, at, status, isKnown }: Received): Html => {
  const { user_id, connected_account_id, sequence, before } = body.data;
  return html`<tr>
    <th scope="row"><code>${body.type}</code></th>
    <td data-label="User">${user_id ?? '–'}${before?.user_id == null ? '' : html`<br><small>before: ${before.user_id}</small>`}</td>
    <td data-label="Account">${connected_account_id == null ? '–' : html`<code>${connected_account_id}</code>`}</td>
    <td data-label="Number">${sequence ?? '–'}</td>
    <td data-label="Received">${when(at)}</td>
    <td data-label="Answered">${status < 300 ? mark('good', '✓', isKnown ? 'Taken, and known already' : 'Taken') : mark('bad', '✕', String(status))}</td>
  </tr>`;
};
