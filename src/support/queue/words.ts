import { cappedText } from '../../model/capped-count.ts';
import type { QueueStatus } from './status.ts';

type Counts = QueueStatus['workspaces'][number];

/** How many checks are owed: `128`, `10,000+`. */
export const owedText = (of: Pick<Counts, 'owed' | 'owed_is_capped'>): string =>
  cappedText({ number: of.owed, isCapped: of.owed_is_capped });

/** How many of these wait. */
export const waitingText = (of: Pick<Counts, 'waiting' | 'waiting_is_capped'>): string =>
  cappedText({ number: of.waiting, isCapped: of.waiting_is_capped });
