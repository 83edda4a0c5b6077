import type { LastMessage } from '../support/cases/last-message.ts';
import { printable } from './print.ts';

type Sending = LastMessage['sendings'][number];

/** How it stands with one endpoint, in a line. */
const sendingLine = ({
  endpoint,
  state,
  failed_attempts: attempts,
  due_at,
  finished_at,
  fault,
}: Sending): string => {
  const tried = attempts === 0 ? '' : ` after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  const because = fault === null ? '' : `: ${fault}`;
  switch (state) {
    case 'delivered':
      return `${endpoint}: delivered at ${finished_at}`;
    case 'dead':
      return `${endpoint}: given up${tried}${because}`;
    case 'waiting':
      return `${endpoint}: not delivered yet${tried}${because}${due_at === null ? '' : ` Next try at ${due_at}.`}`;
    default:
      return state satisfies never;
  }
};

/** What the app was told of a connection last, and whether it has it: a line for each endpoint. */
export const describeTold = (last: LastMessage | null): string[] => {
  if (last === null) return ['  The app was told nothing of it yet.'];
  const { sentence, type, at, message_id: id, sendings } = last;
  return [
    `  The app was told last: ${sentence} (${type}) at ${at}, message ${id}`,
    ...(sendings.length === 0
      ? ['    no endpoint is sent it: it is in the feed of messages']
      : sendings.map(sending => `    ${sendingLine(sending)}`)),
  ].map(printable);
};
