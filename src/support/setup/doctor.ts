/** What one check came to: one line of `doctor`. */
export type Finding = Readonly<{
  check: string;
  result: 'ok' | 'problem' | 'not_checked';
  /** What was found, or why it was not looked at. Never a secret. */
  detail: string;
  /** What to do about a problem. */
  remedy: string | null;
}>;

/** What is wrong, in words for whoever sets this up, and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** One thing that a new installation can get wrong. */
export type Check = Readonly<{
  name: string;
  /** Checks that have to be in order for this one to mean anything. */
  needs: readonly string[];
  /** @returns what was found to be in order @throws Problem, or whatever went wrong */
  look: () => Promise<string>;
}>;

/**
 * Does all checks, one after the other, whatever comes of each: one that needs another that isn't in
 * order is not checked, and says so.
 *
 * @param explain what an error that is no Problem means
 */
export const examine = async (
  checks: readonly Check[],
  explain: (error: unknown) => Problem,
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(await lookAt(check, findings, explain));
  return findings;
};

const lookAt = async (
  { name, needs, look }: Check,
  before: readonly Finding[],
  explain: (error: unknown) => Problem,
): Promise<Finding> => {
  const lacking = needs.find(need => !before.some(f => f.check === need && f.result === 'ok'));
  if (lacking !== undefined) {
    const detail = `because "${lacking}" has a problem`;
    return { check: name, result: 'not_checked', detail, remedy: null };
  }
  try {
    return { check: name, result: 'ok', detail: await look(), remedy: null };
  } catch (error) {
    const problem = error instanceof Problem ? error : explain(error);
    return { check: name, result: 'problem', detail: problem.message, remedy: problem.remedy };
  }
};

/** Svix refuses what is older than five minutes; clocks that are kept by NTP differ by less than a second. */
const MOST_SKEW_SECONDS = 60;

/**
 * Says how far another clock is from ours. Its answer came at some time between `asked` and `answered`.
 *
 * @param clock a name for it
 * @param theirs what it showed; the resolution may be a second
 * @throws Problem when that is too far
 */
export const judgeClock = (clock: string, theirs: Date, asked: Date, answered: Date): string => {
  const early = theirs.getTime() - answered.getTime();
  const late = theirs.getTime() - asked.getTime();
  const skewMs = early > 0 ? early : Math.min(0, late);
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (seconds <= MOST_SKEW_SECONDS) return `within ${Math.max(1, seconds)} s of ${clock}`;
  throw new Problem(
    `our clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} ${clock}`,
    'Sync the clock of the machine that is off with NTP. From 5 minutes on, webhooks are refused.',
  );
};
