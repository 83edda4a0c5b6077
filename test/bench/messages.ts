import { createHash, randomUUID } from 'node:crypto';
import { Webhook } from 'svix';

export const SECRET = `whsec_${Buffer.from('the secret of the benchmark').toString('base64')}`;
export const USERS = 1_000;

/** A webhook, ready to be sent. */
export type SignedMessage = Readonly<{ headers: Record<string, string>; body: string }>;

/** What Seam sends when a user finishes a webview, all four within a second. */
export const BURST = [
  'connected_account.created',
  'connected_account.connected',
  'connected_account.successful_login',
  'connect_webview.login_succeeded',
] as const;

/** The ids of everything that belongs to one connection. The Seam stub knows them by their form. */
export const idsOf = (run: string, connection: number) => ({
  connect_webview_id: `webview_${run}_${connection}`,
  connected_account_id: `account_${run}_${connection}`,
  userId: `user_${connection % USERS}`,
});

export const eventOf = (run: string, connection: number, type: string, eventId: string) => {
  const { userId, ...ids } = idsOf(run, connection);
  const now = new Date().toISOString();
  return {
    event_id: eventId,
    event_type: type,
    workspace_id: '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10',
    created_at: now,
    occurred_at: now,
    ...ids,
    connected_account_custom_metadata: { id: userId, plan: 'premium', is_test: false },
    account_type: 'august',
    user_identifier: { email: `${userId}@example.com` },
    connected_account_type: 'august',
    customer_key: null,
    device_id: null,
  };
};

/** A run for each connection, so that their ids lie scattered over an index, as Seam's do. */
const scatter = (run: string, connection: number): string =>
  createHash('md5').update(`${run} ${connection}`).digest('hex').slice(0, 20);

/**
 * Messages of connections in bursts of four, signed now: they are good for five minutes.
 *
 * @param run makes all ids of one run its own
 * @param scattered whether the ids of neighbours are unlike each other; else those of `idsOf(run, …)`
 */
export const signMessages = (run: string, count: number, scattered = false): SignedMessage[] => {
  const webhook = new Webhook(SECRET);
  const now = new Date();
  return Array.from({ length: count }, (_, index) => {
    const connection = Math.floor(index / BURST.length);
    const type = BURST[index % BURST.length] ?? BURST[0];
    const ownRun = scattered ? scatter(run, connection) : run;
    const body = JSON.stringify(eventOf(ownRun, connection, type, randomUUID()));
    const id = `msg_${run}_${index}`;
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'svix-signature': webhook.sign(id, now, body),
      },
    };
  });
};
