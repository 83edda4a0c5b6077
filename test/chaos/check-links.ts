import type { Books, LinkRow } from './books.ts';
import { expectLinks } from './expected.ts';
import type { Ledger } from './ledger.ts';
import type { Problem } from './problems.ts';

/**
 * Every current link is right, and the history has one row per change, in the order of events.
 * Pure.
 */
export const checkLinks = (ledger: Ledger, { links }: Pick<Books, 'links'>): Problem[] => {
  const expected = expectLinks(ledger);
  const histories = Map.groupBy(links, ({ accountId }) => accountId);
  const accounts = new Set([...expected.keys(), ...histories.keys()]);
  return [...accounts].flatMap(accountId => {
    const history = histories.get(accountId) ?? [];
    const owners = (ledger.owners.get(accountId) ?? []).filter(id => ledger.users.has(id));
    return [
      ...checkCurrent(accountId, history, expected.get(accountId) ?? null),
      ...checkRows(accountId, history),
      ...checkOrder(accountId, history, owners),
    ];
  });
};

const namesOf = (history: readonly LinkRow[]): string =>
  history.map(row => `${row.userId}${row.ended ? '' : ' (now)'}`).join(' → ') || 'nobody';

const checkCurrent = (id: string, history: readonly LinkRow[], expected: string | null) => {
  const current = history.filter(row => !row.ended);
  if (current.length > 1) {
    return [{ kind: 'doubled', id, what: `has two current links: ${namesOf(history)}` } as const];
  }
  const userId = current[0]?.userId ?? null;
  if (userId === expected) return [];
  const should = `is linked to ${userId ?? 'nobody'}, should be to ${expected ?? 'nobody'}`;
  const what = `${should}; history: ${namesOf(history)}`;
  return [{ kind: 'wrong', id, what } as const];
};

/** Two rows in a row that name the same user: one change was written twice. */
const checkRows = (id: string, history: readonly LinkRow[]): Problem[] => {
  const doubled = history.some((row, index) => row.userId === history[index - 1]?.userId);
  const stillOpen = history.slice(0, -1).some(row => !row.ended);
  return [
    ...(doubled
      ? [{ kind: 'doubled', id, what: `one change, two rows: ${namesOf(history)}` } as const]
      : []),
    ...(stillOpen
      ? [{ kind: 'wrong', id, what: `an older link has no end: ${namesOf(history)}` } as const]
      : []),
  ];
};

/** Owners may have gone unseen, but those that were seen came in the order of events. */
const checkOrder = (
  id: string,
  history: readonly LinkRow[],
  owners: readonly string[],
): Problem[] => {
  let from = 0;
  for (const { userId } of history) {
    const at = owners.indexOf(userId, from);
    if (at === -1) {
      const what = `history ${namesOf(history)} does not follow Seam's ${owners.join(' → ')}`;
      return [{ kind: 'wrong', id, what }];
    }
    from = at + 1;
  }
  return [];
};
