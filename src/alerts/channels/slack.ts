import { post } from '../../endpoints/post.ts';
import { type AlertMessage, linesOf, shortened, textOf, titleOf } from '../words.ts';
import { answerFault, type Channel } from './channel.ts';

/** Slack refuses more than 50 blocks, and more than 3,000 characters in one: https://docs.slack.dev/reference/block-kit/blocks */
const MOST_BLOCKS = 40;
const LONGEST_BLOCK = 2_900;

/** So that nothing of a text is a link, a mention or a mark: https://docs.slack.dev/messaging/formatting-message-text#escaping */
const plain = (text: string) => ({
  type: 'plain_text' as const,
  text: text.slice(0, LONGEST_BLOCK),
  emoji: false,
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The blocks, and the plain text that notifications and old clients show. Pure. */
const slackBody = (message: AlertMessage) => ({
  text: escaped(shortened(titleOf(message))),
  blocks: [
    { type: 'section', text: plain(titleOf(message)) },
    ...(message.kind === 'test'
      ? [{ type: 'section', text: plain(textOf(message)) }]
      : message.alerts.map(alert => ({
          type: 'section',
          text: plain(linesOf(alert).join('\n')),
        }))),
  ].slice(0, MOST_BLOCKS),
});

/** By an incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slackChannel = (
  { name, url }: Readonly<{ name: string; url: string }>,
  privateNetworks: readonly string[],
): Channel => ({
  name,
  keepsOpen: false,
  send: async message => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': message.id };
    const body = JSON.stringify(slackBody(message));
    return answerFault(await post(url, { headers, body }, { privateNetworks }));
  },
});
