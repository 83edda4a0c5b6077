import { Webhook } from 'svix';

/**
 * The headers by which the app knows that a message is ours, as Standard Webhooks has them: one signature for each secret
 * that is valid now, so that the app may still verify with the former one.
 *
 * @param secrets `whsec_…`
 * @param body exactly as it is sent
 * @throws Error for a secret that is none
 */
export const signedHeaders = (
  secrets: readonly string[],
  { messageId, body, at }: Readonly<{ messageId: string; body: string; at: Date }>,
): Readonly<Record<string, string>> => ({
  'webhook-id': messageId,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': secrets
    .map(secret => new Webhook(secret).sign(messageId, at, body))
    .join(' '),
});
