import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { isFindingKind } from '../../drift/findings.ts';
import { fix } from '../../drift/fix.ts';
import { readLatest } from '../../drift/records.ts';
import type { Desk } from '../desk.ts';

/** What is to be fixed. */
export type WhatToFix = Readonly<{
  /** Only what was found to be so; absent: all that has one right answer. */
  finding?: string | undefined;
  /** Also what is withheld because too much is missing. */
  endMissing?: boolean | undefined;
  why?: string | undefined;
}>;

/**
 * Puts what the latest comparison found, and what has one right answer, through the ordinary reconciliation. It is
 * the sweep that hands it out, within seconds: there may be more of it than a request can wait for.
 *
 * @throws SupportError `not_allowed`; `not_found` before the first comparison; `invalid`; `conflict` for a second click
 * @returns how many accounts will be checked
 */
export const fixDrift = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  { finding, endMissing, why }: WhatToFix,
): Promise<{ comparisonId: number; asked: number }> => {
  insistOn(actor, 'fix_audit');
  if (finding !== undefined && !isFindingKind(finding)) {
    throw invalid({ finding: `There is no finding "${finding}".` });
  }
  const { finished } = await readLatest(pool);
  if (finished === null) throw new SupportError('not_found', 'No comparison has finished yet.');
  const options = { kind: finding, endMissing, why: why?.trim() };
  const asked = await fix(pool, actor, finished.id, () => undefined, options);
  return { comparisonId: finished.id, asked };
};
