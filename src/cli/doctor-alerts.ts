import type { Config } from '../config/config.ts';
import { checkTarget } from '../endpoints/target.ts';
import { type Check, Problem } from '../support/setup/doctor.ts';

/** Where alerts go, as far as it can be told without sending anything: "alert test" sends. */
export const checkOfAlerts = ({
  alerts: { channels },
  endpointPrivateNetworks: networks,
}: Pick<Config, 'alerts' | 'endpointPrivateNetworks'>): Check => ({
  name: 'alerts',
  needs: ['ENDPOINT_PRIVATE_NETWORKS'],
  look: async () => {
    const faults = channels.flatMap(channel => {
      const fault = channel.kind === 'email' ? null : checkTarget('http', channel.url, networks);
      return fault === null ? [] : [`${channel.name}: ${fault}`];
    });
    if (faults.length > 0) {
      throw new Problem(
        faults.join(' '),
        'Correct the ALERT_… settings. .env.example explains them.',
      );
    }
    const names = channels.map(({ name }) => name).join(', ');
    return names === '' ? 'sent to nobody: no channel is set' : `sent to ${names}`;
  },
});
