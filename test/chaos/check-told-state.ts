import type { Books, MessageRow, Standing } from './books.ts';
import type { Problem } from './problems.ts';

/** What has been told of one connection, put together from its messages. */
type Told = { user: string | null; state: string | null; attention: string | null };

type What = Pick<Books, 'messages' | 'links' | 'accounts' | 'reconciliations'>;

const ACCOUNT = 'connected_account:';

/**
 * Each message follows from those before it: it says what was told last, and something else. And what an app knows that
 * has put them together is how things stand. Pure.
 */
export const checkToldState = (books: What): Problem[] => {
  const problems: Problem[] = [];
  const told = new Map<string, Told>();
  for (const [about, rows] of Map.groupBy(books.messages, row => row.about)) {
    const known: Told = { user: null, state: null, attention: null };
    const inOrder = [...rows].sort((a, b) => a.sequence - b.sequence);
    problems.push(...inOrder.flatMap(row => follow(known, row)));
    told.set(about, known);
  }
  return [
    ...problems,
    ...checkUsers(told, books),
    ...checkStates(told, books),
    ...checkAttention(told, books),
  ];
};

const LINK_TYPES = ['account.linked', 'account.relinked', 'account.unlinked'];
const STATES: Readonly<Record<string, string>> = {
  'account.disconnected': 'disconnected',
  'account.reconnected': 'connected',
  'account.reauthorization_requested': 'reauthorization_requested',
  'account.deleted': 'deleted',
};

const follow = (known: Told, row: MessageRow): Problem[] => {
  const { type, data } = row;
  const state = STATES[type];
  if (LINK_TYPES.includes(type)) return followLink(known, row);
  if (state !== undefined) return followState(known, row, state);
  if (type !== 'connection.needs_attention' && type !== 'connection.settled') return [];
  const was = known.attention;
  known.attention = type === 'connection.settled' ? null : (data.reason ?? null);
  return step(row, was, known.attention, data.before?.reason ?? null);
};

const followLink = (known: Told, row: MessageRow): Problem[] => {
  const [was, is] = [known.user, row.userId];
  known.user = is;
  const meant = is === null ? 'unlinked' : was === null ? 'linked' : 'relinked';
  return [
    ...step(row, was, is, row.data.before?.user_id ?? null),
    ...(row.type === `account.${meant}` ? [] : [wrong(row, `should be account.${meant}`)]),
  ];
};

const followState = (known: Told, row: MessageRow, state: string): Problem[] => {
  const was = known.state;
  known.state = state;
  // As an app that hears of it for the first time knows nothing, it may have been anything.
  return step(row, was, state, was === null ? null : (row.data.before?.state ?? null));
};

const wrong = ({ messageId: id, type, about, sequence }: MessageRow, what: string): Problem => ({
  kind: 'wrong',
  id,
  what: `${type}, number ${sequence} of ${about}, ${what}`,
});

const step = (
  row: MessageRow,
  was: string | null,
  is: string | null,
  saysItWas: string | null,
): Problem[] => [
  ...(was === is
    ? [{ kind: 'doubled', id: row.messageId, what: `${row.type} tells ${is} again` } as const]
    : []),
  ...(saysItWas === was ? [] : [wrong(row, `says it was ${saysItWas}, and was told ${was}`)]),
];

/** Whose each account is. */
const checkUsers = (told: ReadonlyMap<string, Told>, { links }: What): Problem[] => {
  const current = new Map(
    links.filter(({ ended }) => !ended).map(each => [each.accountId, each.userId]),
  );
  const accounts = new Set([...current.keys(), ...accountsOf(told)]);
  return [...accounts].flatMap(id => {
    const user = told.get(`${ACCOUNT}${id}`)?.user ?? null;
    const is = current.get(id) ?? null;
    return user === is
      ? []
      : [{ kind: 'wrong', id, what: `was told as ${user}'s, and is ${is}'s` } as const];
  });
};

const accountsOf = (told: ReadonlyMap<string, Told>): string[] =>
  [...told.keys()].flatMap(about =>
    about.startsWith(ACCOUNT) ? [about.slice(ACCOUNT.length)] : [],
  );

/** What goes without saying, where nothing was told; one that is being deleted is told of when it is gone. */
const UNTOLD = ['connected', 'deleted', 'being_deleted'];

/** How each account stands. */
const checkStates = (told: ReadonlyMap<string, Told>, { accounts }: What): Problem[] =>
  accounts.flatMap(({ accountId: id, state }) => {
    const known = told.get(`${ACCOUNT}${id}`)?.state ?? null;
    const isRight =
      known === null ? UNTOLD.includes(state) : known === state || state === 'being_deleted';
    return isRight
      ? []
      : [{ kind: 'wrong', id, what: `was told as ${known}, and is ${state}` } as const];
  });

const WAITING = ['pending', 'retrying'];

/** What needs a person; while it is looked at again, what was told stands. */
const checkAttention = (told: ReadonlyMap<string, Told>, { reconciliations }: What): Problem[] => {
  const standings = Map.groupBy(reconciliations, aboutOf);
  return [...new Set([...standings.keys(), ...told.keys()])].flatMap(id => {
    const known = told.get(id)?.attention ?? null;
    const ofIt = standings.get(id) ?? [];
    const failed = ofIt.filter(({ state }) => state === 'failed').map(({ reason }) => reason);
    const isWaiting = ofIt.some(({ state }) => WAITING.includes(state));
    const isRight = known === null ? failed.length === 0 : failed.includes(known) || isWaiting;
    if (isRight) return [];
    const is = failed.length === 0 ? 'needs nobody' : `failed for ${failed.join(', ')}`;
    return [{ kind: 'wrong', id, what: `was told to need a person for ${known}, and ${is}` }];
  });
};

const aboutOf = ({ subject, accountId }: Standing): string =>
  accountId === null ? subject : `${ACCOUNT}${accountId}`;
