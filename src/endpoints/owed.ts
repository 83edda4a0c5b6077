import type pg from 'pg';
import type { Message } from '../outbox/body.ts';
import { MESSAGES, TIMED_MESSAGES } from './messages-owed.ts';
import { type Owed, readOwedPage } from './owed-page.ts';

/** The first page is for what has just come; what passes over a long queue reads more at a time. */
const FIRST_PAGE = 100;
const PAGE = 1_000;
/** Of one connection so many are held; what comes behind them is read again. */
const MOST_OF_ONE = 500;
/** So many messages are read ahead: few, as they are true only for the moment. */
const BODIES = 32;

/** What can be sent now. */
export type Due = Owed &
  Readonly<{
    message: Message;
    /** How often an app's queue has taken it: after that, a person asked for it again. */
    timesTaken: number;
    /** When the change took place that it tells of for the first time, by `performance.now()`; null: it was told before, or nobody asks. */
    changedAt: number | null;
  }>;

type Body = Pick<Due, 'message' | 'timesTaken' | 'changedAt'>;

/** `last`: the position of the last that it holds. */
type Chain = { next: Owed[]; isCut: boolean; last: number };

/** What is owed to one endpoint, in the order of messages, of each connection one at a time. */
export type OwedReader = Readonly<{
  /** @returns null: nothing more can be sent for now */
  next: () => Promise<Due | null>;
  /**
   * The first of a connection, before its time: for whoever finds out whether the app takes messages again, once `next`
   * has nothing.
   *
   * @param number which connection, in the order of messages and from its beginning again after the last: not the same
   *   one each time, as it may be its message that the app refuses
   * @returns null: nothing waits for its next try
   */
  beforeTime: (number: number) => Promise<Due | null>;
  /** This one is delivered or given up: the next of its connection is in turn. */
  passed: (owed: Owed) => void;
  /** This one waits, and so does what is of its connection. */
  waits: (owed: Owed, dueInMs: number | null) => void;
  /**
   * Begins anew: what waits may be due now.
   *
   * @param underWay connections of which one is under way: what is behind it goes once that has ended
   * @param isRecovering whether what waits for its next try may go before its time
   */
  reset: (underWay: Iterable<string>, isRecovering: boolean) => void;
  /** In how many ms something is to be read again; null: nothing is owed. */
  nextInMs: () => number | null;
  /** Whether, since it was begun anew, there was anything that may go before its time. */
  hasEarly: () => boolean;
}>;

/**
 * Reads what waits from its beginning to its end, in pages, and goes on from there. As it has seen all that is earlier, it
 * knows what is first of each connection without asking for each: so it costs the same whether a few wait of each of
 * many connections, or many of one.
 */
export const createOwedReader = (
  pool: Pick<pg.Pool, 'query'>,
  {
    endpointId,
    holder,
    lookAgainMs,
    isTimed = false,
  }: Readonly<{
    endpointId: number;
    holder: string;
    /** So long after it came to the end it is seen what has come since. */
    lookAgainMs: number;
    /** Whether anybody wants to know when the change took place. */
    isTimed?: boolean;
  }>,
): OwedReader => {
  let after = 0;
  let isAtEnd = false;
  let readAt = Number.NEGATIVE_INFINITY;
  /** Something was passed over that can't be told from what is behind it: it is read again. */
  let isIncomplete = false;
  let isRecovering = false;
  let hasEarly = false;
  let earliestDueAt: number | null = null;
  const ready: Owed[] = [];
  const messages = new Map<number, Body>();
  /** Of connections of which one is ready or under way: what comes after it. */
  const chains = new Map<string, Chain>();
  /** Connections of which nothing goes before another reading. */
  const held = new Set<string>();
  /** Of those that are held: the first of each that waits for its next try, in the order of messages. */
  const early = new Map<string, Owed>();

  const hold = (about: string, dueAt: number | null): void => {
    chains.delete(about);
    held.add(about);
    if (dueAt === null) isIncomplete = true;
    else earliestDueAt = Math.min(earliestDueAt ?? dueAt, dueAt);
  };

  /** It is the first of its connection now. */
  const inTurn = (owed: Owed): void => {
    hasEarly ||= owed.earlyAt !== null;
    const goesAt = owed.earlyAt ?? owed.dueAt;
    if (goesAt !== null && goesAt > performance.now()) {
      hold(owed.about, goesAt);
      early.set(owed.about, owed);
    } else ready.push(owed);
  };

  const take = (owed: Owed): void => {
    if (held.has(owed.about)) return;
    const chain = chains.get(owed.about);
    if (chain === undefined) {
      chains.set(owed.about, { next: [], isCut: false, last: owed.position });
      inTurn(owed);
      // Of one that is under way it was read before.
    } else if (owed.position <= chain.last) return;
    else if (chain.isCut || chain.next.length >= MOST_OF_ONE) chain.isCut = true;
    else {
      chain.next.push(owed);
      chain.last = owed.position;
    }
  };

  const readPage = async (): Promise<void> => {
    const most = after === 0 ? FIRST_PAGE : PAGE;
    const rows = await readOwedPage(pool, { endpointId, after, most, isRecovering });
    readAt = performance.now();
    for (const owed of rows) take(owed);
    after = rows.at(-1)?.position ?? after;
    isAtEnd = rows.length < most;
  };

  const readMessages = async (): Promise<void> => {
    const positions = ready.slice(0, BODIES).map(({ position }) => position);
    const { rows } = await pool.query<
      Message & { timesTaken: number; changedSecondsAgo: number | null }
    >({
      ...(isTimed ? TIMED_MESSAGES : MESSAGES),
      values: [endpointId, holder, positions],
    });
    for (const { timesTaken, changedSecondsAgo: ago, ...message } of rows) {
      const changedAt = ago === null ? null : performance.now() - ago * 1_000;
      messages.set(message.position, { message, timesTaken, changedAt });
    }
    // What isn't owed any more, or not by us, is passed over.
    for (const position of positions) if (!messages.has(position)) drop(position);
  };

  const drop = (position: number): void => {
    const [owed] = ready.splice(
      ready.findIndex(each => each.position === position),
      1,
    );
    if (owed !== undefined) passed(owed);
  };

  const passed = ({ about }: Owed): void => {
    const chain = chains.get(about);
    const next = chain?.next.shift();
    if (next !== undefined) inTurn(next);
    else if (chain?.isCut) hold(about, null);
    else chains.delete(about);
  };

  const findReady = async (): Promise<boolean> => {
    const isNew = !isAtEnd || performance.now() - readAt >= lookAgainMs;
    if (ready.length === 0 && isNew) await readPage();
    while (ready.length === 0 && !isAtEnd) await readPage();
    return ready.length > 0;
  };

  const next = async (): Promise<Due | null> => {
    while (await findReady()) {
      const [first] = ready;
      if (first !== undefined && !messages.has(first.position)) await readMessages();
      const owed = ready[0];
      const body = owed === undefined ? undefined : messages.get(owed.position);
      if (owed === undefined || body === undefined) continue;
      ready.shift();
      messages.delete(owed.position);
      return { ...owed, ...body };
    }
    return null;
  };

  return {
    next,
    beforeTime: async number => {
      const owed = [...early.values()][number % early.size];
      if (owed === undefined) return null;
      early.delete(owed.about);
      held.delete(owed.about);
      // What is behind it was passed over.
      chains.set(owed.about, { next: [], isCut: true, last: owed.position });
      ready.push(owed);
      return await next();
    },
    passed,
    waits: ({ about }, dueInMs) =>
      hold(about, dueInMs === null ? null : performance.now() + dueInMs),
    reset: (underWay, mayGoEarly) => {
      const kept = [...underWay].flatMap(about => {
        const chain = chains.get(about);
        return chain === undefined ? [] : [[about, chain] as const];
      });
      after = 0;
      isAtEnd = false;
      isIncomplete = false;
      isRecovering = mayGoEarly;
      hasEarly = false;
      earliestDueAt = null;
      ready.length = 0;
      for (const each of [messages, chains, held, early]) each.clear();
      for (const [about, chain] of kept) chains.set(about, chain);
    },
    hasEarly: () => hasEarly,
    nextInMs: () => {
      if (ready.length > 0 || isIncomplete || !isAtEnd) return 0;
      return earliestDueAt === null
        ? null
        : Math.max(0, Math.ceil(earliestDueAt - performance.now()));
    },
  };
};
