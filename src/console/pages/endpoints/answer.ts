import { may } from '../../../access/actor.ts';
import type { TryView } from '../../../support/endpoints/types.ts';
import { type Html, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';

const SHOWN = 300;

/** Without cutting a character in half. */
const beginning = (text: string): string => {
  const shown = [...text.slice(0, 2 * SHOWN)];
  return shown.length <= SHOWN ? text : `${shown.slice(0, SHOWN).join('')}…`;
};

/** Whether the app said something; of what is hidden from viewers nobody says so. */
export const hasAnswer = ({ answer }: Pick<TryView, 'answer'>): boolean =>
  answer !== null && answer.trim() !== '';

/** The beginning of what the app answered. Whatever it holds, viewers don't see it. */
export const answerCell = (
  { actor }: Pick<Visit, 'actor'>,
  { answer }: Pick<TryView, 'answer'>,
): Html => {
  if (!may(actor, 'see_emails')) return html`<small>hidden from viewers</small>`;
  return answer === null || answer.trim() === ''
    ? html`–`
    : html`<code>${beginning(answer)}</code>`;
};
