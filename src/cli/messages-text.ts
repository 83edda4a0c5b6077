import type { MessageDetails, MessageView, SendingView } from '../support/endpoints/types.ts';
import { resultOf } from './endpoints-text.ts';
import { formatPlain, formatTable, printable } from './print.ts';

/** How a sending stands, in a few words: `crm: delivered, taken (204)`. */
const sendingText = ({
  endpointName,
  state,
  failedAttempts: attempts,
  dueAt,
  tries,
}: SendingView): string => {
  const [last] = tries;
  const result = last === undefined ? '' : `, ${resultOf(last)}`;
  const next = dueAt === null ? '' : `, next try ${dueAt.toISOString()}`;
  const tried = attempts === 0 ? '' : ` after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  switch (state) {
    case 'delivered':
      return `${endpointName}: delivered${result}`;
    case 'dead':
      return `${endpointName}: given up${tried}${result}`;
    case 'waiting':
      return `${endpointName}: waiting${tried}${attempts === 0 ? '' : result}${next}`;
    default:
      return state satisfies never;
  }
};

/** Whose it is; of what is nobody's any more, whose it was. */
const userText = ({ userId, data }: MessageView): string => {
  const former = data.before?.user_id;
  return userId ?? (former == null ? '-' : `before: ${former}`);
};

type Row = MessageView & Partial<Pick<MessageDetails, 'sendings'>>;

/** Messages as a table for people, or as lines with tabs for programs. */
export const formatMessages = (
  messages: readonly Row[],
  { plain }: { plain?: true | undefined },
): string => {
  const isWithSendings = messages.some(({ sendings }) => sendings !== undefined);
  const cells = ({ sendings, ...message }: Row): string[] => [
    String(message.position),
    message.at.toISOString(),
    message.type,
    message.about,
    plain ? (message.userId ?? '') : userText(message),
    message.messageId,
    ...(isWithSendings
      ? [sendings?.map(sendingText).join('; ') || (plain ? '' : 'to nobody')]
      : []),
  ];
  if (plain) return formatPlain(messages.map(cells));
  return formatTable(
    [
      ...['POSITION', 'AT', 'TYPE', 'ABOUT', 'USER', 'MESSAGE'],
      ...(isWithSendings ? ['SENT'] : []),
    ],
    messages.map(cells),
  );
};

/** A message and what became of it, for people. */
export const describeMessage = ({ sendings, ...message }: MessageDetails): string => {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Message', message.messageId],
    ['Type', message.type],
    ['Took place', message.at.toISOString()],
    ['About', `${message.about}, message ${message.sequence} of it`],
    ['Position', String(message.position)],
    ['User', message.userId],
    ['Workspace', message.workspaceId],
    ['Account', message.connectedAccountId],
    ['Webview', message.connectWebviewId],
    ['Says', JSON.stringify(message.data)],
  ];
  const lines = formatTable(
    [],
    facts.flatMap(([name, value]) => (value === null ? [] : [[`${name}:`, value]])),
  ).trim();
  if (sendings.length === 0) return `${lines}\n\nIt was sent to nobody: no endpoint took it.`;
  const tries = (sending: SendingView): string[] =>
    sending.tries.map(each => {
      const said = each.answer ? `: ${each.answer}` : '';
      return printable(
        `  ${each.at.toISOString()}, ${each.durationMs} ms: ${resultOf(each)}${said}`,
      );
    });
  const sent = sendings.flatMap(sending => [printable(sendingText(sending)), ...tries(sending)]);
  return [lines, '', ...sent].join('\n');
};
