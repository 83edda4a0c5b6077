import type { FindingKind } from './findings.ts';

/** What a comparison has counted of one workspace. */
export type OfWorkspace = Readonly<{
  /** Accounts that Seam has listed of it; null: its list has not been begun. */
  listed: number | null;
  /** Whether its list was read to the end: only then is anything of it missing. */
  isWalked: boolean;
  /** Of our accounts: those that live; of these, those that no list has; of these, those missed before, too. */
  living: number;
  missing: number;
  gone: number;
  /** Whether too many are missing for any to be let go. */
  isWithheld: boolean;
  /** Where its list goes on, while it is left for another's; null: from its beginning, or it isn't left. */
  cursor: string | null;
  /** Whether the comparison ended without it. */
  isLeftOut: boolean;
}>;

/** By the workspace's id; empty where there is only one and nobody named it. */
export type Tally = Readonly<Record<string, OfWorkspace>>;
export type Counts = Readonly<Partial<Record<FindingKind, number>>>;

const NOTHING_COUNTED: OfWorkspace = {
  listed: null,
  isWalked: false,
  living: 0,
  missing: 0,
  gone: 0,
  isWithheld: false,
  cursor: null,
  isLeftOut: false,
};

const keyOf = (workspaceId: string | null): string => workspaceId ?? '';

export const ofWorkspace = (tally: Tally, workspaceId: string | null): OfWorkspace =>
  tally[keyOf(workspaceId)] ?? NOTHING_COUNTED;

export const counted = (
  tally: Tally,
  workspaceId: string | null,
  change: Partial<OfWorkspace>,
): Tally => ({
  ...tally,
  [keyOf(workspaceId)]: { ...ofWorkspace(tally, workspaceId), ...change },
});

const NUMBERS = ['listed', 'living', 'missing', 'gone'] as const;
const MARKS = { isWalked: 'walked', isWithheld: 'withheld', isLeftOut: 'left_out' } as const;
const CURSOR = 'cursor';

/** As the database keeps what was counted. */
export type Numbers = Readonly<Record<string, number | string>>;

/**
 * Both as one row keeps them, beside each other: numbers by name, and cursors. What is counted of a workspace is called
 * `living:<its id>`; a version that doesn't know of it hands it on.
 */
export const toNumbers = (counts: Counts, tally: Tally): Numbers => {
  const numbers: Record<string, number | string> = { ...counts };
  for (const [key, one] of Object.entries(tally)) {
    for (const name of NUMBERS) {
      if (one[name] !== null) numbers[`${name}:${key}`] = one[name];
    }
    for (const [name, mark] of Object.entries(MARKS)) {
      if (one[name as keyof typeof MARKS]) numbers[`${mark}:${key}`] = 1;
    }
    if (one.cursor !== null) numbers[`${CURSOR}:${key}`] = one.cursor;
  }
  return numbers;
};

export const fromNumbers = (numbers: Numbers): { counts: Counts; tally: Tally } => {
  const counts: Record<string, number> = {};
  let tally: Tally = {};
  for (const [name, value] of Object.entries(numbers)) {
    const at = name.indexOf(':');
    if (at < 0) counts[name] = Number(value);
    else tally = counted(tally, name.slice(at + 1), toField(name.slice(0, at), value));
  }
  return { counts, tally };
};

const toField = (name: string, value: number | string): Partial<OfWorkspace> => {
  if (name === CURSOR) return { cursor: String(value) };
  const number = Number(value);
  if (name === MARKS.isWalked) return { isWalked: number > 0 };
  if (name === MARKS.isWithheld) return { isWithheld: number > 0 };
  if (name === MARKS.isLeftOut) return { isLeftOut: number > 0 };
  return NUMBERS.some(one => one === name) ? { [name]: number } : {};
};

/** Without whom the comparison ended. */
export const leftOutOf = (tally: Tally): string[] =>
  Object.keys(tally).filter(key => tally[key]?.isLeftOut === true);

/** Whose accounts may be missing: `all` where one key is for whatever there is. */
export const walkedOf = (tally: Tally): 'all' | string[] => {
  const walked = Object.keys(tally).filter(key => tally[key]?.isWalked === true);
  return walked.includes('') ? 'all' : walked;
};
