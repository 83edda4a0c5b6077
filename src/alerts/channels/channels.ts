import type { AlertChannelSettings } from '../../config/alerts.ts';
import type { Channel } from './channel.ts';
import { emailChannel } from './email.ts';
import { pagerDutyChannel } from './pagerduty.ts';
import { slackChannel } from './slack.ts';
import { urlChannel } from './url.ts';

/**
 * Opens what the settings name. Nothing connects before it is used. What goes by HTTP goes where messages to the app
 * may go, and nowhere else: to public addresses by https://, and to ENDPOINT_PRIVATE_NETWORKS. Whoever sets the address
 * may set those, too; but a name in it may lead elsewhere tomorrow.
 */
export const openChannels = (
  settings: readonly AlertChannelSettings[],
  privateNetworks: readonly string[],
): readonly Channel[] =>
  settings.map(one => {
    switch (one.kind) {
      case 'slack':
        return slackChannel(one, privateNetworks);
      case 'email':
        return emailChannel(one);
      case 'pagerduty':
        return pagerDutyChannel(one, privateNetworks);
      case 'url':
        return urlChannel(one, privateNetworks);
      default:
        return one satisfies never;
    }
  });
