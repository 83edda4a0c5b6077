import { post } from '../../endpoints/post.ts';
import { signedHeaders } from '../../endpoints/sign.ts';
import { type AlertMessage, titleOf } from '../words.ts';
import { answerFault, type Channel } from './channel.ts';

/** What a program gets. Pure. */
const urlBody = (message: AlertMessage) => ({
  type: `alert.${message.kind}`,
  id: message.id,
  timestamp: message.at.toISOString(),
  title: titleOf(message),
  alerts: message.alerts.map(alert => ({
    id: alert.id,
    rule: alert.rule,
    about: alert.about,
    sentence: alert.sentence,
    began_at: alert.beganAt.toISOString(),
    ended_at: alert.endedAt?.toISOString() ?? null,
    first_step: alert.firstStep,
    runbook: alert.runbook,
    page: alert.page,
  })),
});

/** Any URL, signed as Standard Webhooks has it: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const urlChannel = (
  { name, url, secrets }: Readonly<{ name: string; url: string; secrets: readonly string[] }>,
  privateNetworks: readonly string[],
): Channel => ({
  name,
  keepsOpen: false,
  send: async message => {
    const body = JSON.stringify(urlBody(message));
    const signed = signedHeaders(secrets, { messageId: message.id, body, at: new Date() });
    const headers = { 'content-type': 'application/json', ...signed };
    return answerFault(await post(url, { headers, body }, { privateNetworks }));
  },
});
