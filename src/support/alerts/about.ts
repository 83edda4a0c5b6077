import type { AlertRule } from '../../model/alert.ts';
import { FAILURE_REASONS } from '../../model/outcome.ts';
import { FINDING_TITLES, isFinding } from '../drift/words.ts';
import { REASON_TITLES } from '../words/words.ts';

/** What an alert is about, as people call it; null: the whole. @param labelOf what a Seam workspace is called */
export const alertAbout = (
  rule: AlertRule,
  about: string,
  labelOf: (workspaceId: string) => string | null,
): string | null => {
  if (about === '') return null;
  if (rule === 'endpoint_failing') return `endpoint ${about}`;
  // Until all findings of a comparison were one alert, each was one of its own.
  if (rule === 'drift_found' && isFinding(about)) return FINDING_TITLES[about];
  const reason = FAILURE_REASONS.find(each => each === about);
  if (rule === 'reason_jump' && reason !== undefined) return REASON_TITLES[reason];
  return labelOf(about) ?? about;
};
