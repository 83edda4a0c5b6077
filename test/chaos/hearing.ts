import { Webhook } from 'svix';
import { startAlertReceiver } from '../fixtures/alert-channels.ts';
import { SECRET } from '../fixtures/settings.ts';
import type { Settings } from './rig.ts';

/** A message about alerts, as a channel took it. */
type AlertReceipt = Readonly<{
  /** Names the message: the same for each try of it. */
  id: string;
  channel: string;
}>;

/** What whoever is called was told, in the order in which it came; the same message may come again. */
export type HeardAlerts = Readonly<{
  receipts: readonly AlertReceipt[];
  /** What the URL's messages said of each alert. */
  told: readonly Readonly<{ id: string; began: readonly number[]; over: readonly number[] }>[];
  complaints: readonly string[];
}>;

/** Two who are called: a URL, which is signed, and a channel like Slack, which shows whatever comes. */
export type Hearing = Readonly<{ env: Settings; heard: () => HeardAlerts }> & AsyncDisposable;

type Body = Readonly<{
  type: string;
  alerts: readonly Readonly<{ id: number; ended_at: string | null }>[];
}>;

export const startHearing = async (): Promise<Hearing> => {
  await using stack = new AsyncDisposableStack();
  const url = stack.use(await startAlertReceiver());
  const slack = stack.use(await startAlertReceiver());
  const owned = stack.move();
  const heard = (): HeardAlerts => {
    const complaints: string[] = [];
    const told = url.got.map(({ headers, text }) => {
      const id = String(headers['webhook-id']);
      try {
        new Webhook(SECRET).verify(text, headers as Record<string, string>);
      } catch (error) {
        complaints.push(`${id} does not verify: ${error}`);
      }
      const { type, alerts } = JSON.parse(text) as Body;
      const ids = (isMeant: (alert: Body['alerts'][number]) => boolean): number[] =>
        alerts.filter(isMeant).map(alert => alert.id);
      return {
        id,
        began: ids(() => type === 'alert.began'),
        over: ids(alert => alert.ended_at !== null),
      };
    });
    return {
      receipts: [
        ...told.map(({ id }) => ({ id, channel: 'url' })),
        ...slack.got.map(({ headers }) => ({
          id: String(headers['idempotency-key']),
          channel: 'slack',
        })),
      ],
      told,
      complaints,
    };
  };
  return {
    env: { ALERT_URL: url.url, ALERT_URL_SECRET: SECRET, ALERT_SLACK_URL: slack.url },
    heard,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
