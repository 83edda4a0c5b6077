import { randomUUID } from 'node:crypto';
import type { AlertSettings } from '../config/alerts.ts';
import { openChannels } from './channels/channels.ts';

/** What came of a test message to one channel. */
export type TestedChannel = Readonly<{
  channel: string;
  ok: boolean;
  /** Why it didn't get there, in words for people; null: it was taken. */
  fault: string | null;
}>;

/**
 * Sends a test message to each channel that is set, at once, and stores nothing.
 *
 * @param only names of channels (`slack`, `slack 2`, `email` …); absent: all
 * @returns one for each channel, in the order of the settings; none: no channel is set (or none of these)
 */
export const sendTestAlert = (
  {
    alerts,
    endpointPrivateNetworks,
  }: Readonly<{
    alerts: Pick<AlertSettings, 'channels'>;
    endpointPrivateNetworks: readonly string[];
  }>,
  only?: readonly string[],
): Promise<TestedChannel[]> => {
  const at = new Date();
  const message = {
    id: `alert-test-${randomUUID()}`,
    kind: 'test',
    at,
    alerts: [],
    references: [],
  } as const;
  const channels = openChannels(alerts.channels, endpointPrivateNetworks).filter(
    ({ name }) => only === undefined || only.includes(name),
  );
  return Promise.all(
    channels.map(async ({ name, send }) => {
      const fault = await send(message);
      return { channel: name, ok: fault === null, fault };
    }),
  );
};
