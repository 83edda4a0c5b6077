import { styleText } from 'node:util';
import type { AccountState, ReconciliationState } from '../model/outcome.ts';

type Style = 'red' | 'yellow' | 'green' | 'gray';

/**
 * Text for stdout, in a color where that is a terminal that has them. Node looks at NO_COLOR, FORCE_COLOR and whether
 * it is a terminal; what goes into a file or another program stays as it is.
 */
export const inColor = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });

const OF_STATE = {
  failed: 'red',
  retrying: 'yellow',
  pending: 'yellow',
  linked: 'green',
  dismissed: 'gray',
  no_action: 'gray',
} as const satisfies Record<ReconciliationState, Style>;

/** How a connection stands: what is linked is not green where its lock account stopped. Pure. */
export const styleOf = (row: {
  state: ReconciliationState;
  account_state: AccountState | null;
}): Style => {
  const stopped = row.account_state !== null && row.account_state !== 'connected';
  return row.state === 'linked' && stopped ? 'red' : OF_STATE[row.state];
};
