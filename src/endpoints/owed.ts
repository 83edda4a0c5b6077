import type pg from 'pg';
import { type Body, readBodies } from './messages-owed.ts';
import { createWaiting } from './owed-early.ts';
import { type Owed, readOwedPage } from './owed-page.ts';

/** The first page is for what has just come; what passes over a long queue reads more at a time. */
const FIRST_PAGE = 100;
const PAGE = 1_000;
/** Of one connection so many are held; what is behind them is read again. */
const MOST_OF_ONE = 500;
/** So many messages are read ahead: few, as they are true only for the moment. */
const BODIES = 32;

/** What can be sent now. */
export type Due = Owed & Body;

/** `last`: the position of the last that it holds. */
type Chain = { next: Owed[]; isCut: boolean; isEarly: boolean; last: number };

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
  /**
   * The next of what may go before its time, as the endpoint takes messages again: for once `next` has nothing, so that
   * what is due never waits for what is perhaps refused again.
   *
   * @returns null: nothing may, or something due is to be read first
   */
  early: () => Promise<Due | null>;
  /** This one is delivered or given up: the next of its connection is in turn. */
  passed: (owed: Owed) => void;
  /** This one waits, and so does what is of its connection. */
  waits: (owed: Owed, dueInMs: number | null) => void;
  /**
   * Begins anew: what waits may be due now.
   *
   * @param underWay connections of which one is under way: what is behind it goes once that has ended
   * @param mayGoEarly whether what waits for its next try may go before its time
   */
  reset: (underWay: Iterable<string>, mayGoEarly: boolean) => void;
  /** In how many ms something is to be read again; null: nothing is owed. */
  nextInMs: () => number | null;
  /** Whether, since it was begun anew, `early` found anything that may go before its time, now or later. */
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
  /** The same of what is behind one that went before its time: that is read again once all of these have gone. */
  let isBehindEarly = false;
  let mayGoEarly = false;
  let earliestDueAt: number | null = null;
  const ready: Owed[] = [];
  const messages = new Map<number, Body>();
  /** Of connections of which one is ready or under way: what comes after it. */
  const chains = new Map<string, Chain>();
  /** Connections of which nothing goes before another reading. */
  const held = new Set<string>();
  /** Of those that are held. */
  const waiting = createWaiting(pool, endpointId);

  const hold = (about: string, dueAt: number | null): void => {
    chains.delete(about);
    held.add(about);
    if (dueAt === null) isIncomplete = true;
    else earliestDueAt = Math.min(earliestDueAt ?? dueAt, dueAt);
  };

  /** It is the first of its connection now. */
  const inTurn = (owed: Owed): void => {
    if (owed.dueAt !== null && owed.dueAt > performance.now()) {
      hold(owed.about, owed.dueAt);
      waiting.add(owed);
    } else ready.push(owed);
  };

  const take = (owed: Owed): void => {
    if (held.has(owed.about)) return;
    const chain = chains.get(owed.about);
    if (chain === undefined) {
      chains.set(owed.about, { next: [], isCut: false, isEarly: false, last: owed.position });
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
    const rows = await readOwedPage(pool, { endpointId, after, most });
    readAt = performance.now();
    for (const owed of rows) take(owed);
    after = rows.at(-1)?.position ?? after;
    isAtEnd = rows.length < most;
  };

  const readMessages = async (of: Owed[]): Promise<void> => {
    const positions = of.slice(0, BODIES).map(({ position }) => position);
    const bodies = await readBodies(pool, { endpointId, holder, positions, isTimed });
    for (const body of bodies) messages.set(body.message.position, body);
    // What isn't owed any more, or not by us, is passed over.
    for (const position of positions) if (!messages.has(position)) drop(of, position);
  };

  const drop = (of: Owed[], position: number): void => {
    const at = of.findIndex(each => each.position === position);
    const [owed] = of.splice(at, 1);
    if (of !== ready) isBehindEarly = true;
    else if (owed !== undefined) passed(owed);
  };

  const passed = ({ about }: Owed): void => {
    const chain = chains.get(about);
    const next = chain?.next.shift();
    if (next !== undefined) inTurn(next);
    else if (chain?.isEarly) {
      chains.delete(about);
      held.add(about);
      isBehindEarly = true;
    } else if (chain?.isCut) hold(about, null);
    else chains.delete(about);
  };

  const findReady = async (): Promise<boolean> => {
    const isNew = !isAtEnd || performance.now() - readAt >= lookAgainMs;
    if (ready.length === 0 && isNew) await readPage();
    while (ready.length === 0 && !isAtEnd) await readPage();
    return ready.length > 0;
  };

  /** @returns null: what was the first isn't owed any more */
  const takeFirst = async (of: Owed[]): Promise<Due | null> => {
    const [first] = of;
    if (first !== undefined && !messages.has(first.position)) await readMessages(of);
    const owed = of[0];
    const body = owed === undefined ? undefined : messages.get(owed.position);
    if (owed === undefined || body === undefined) return null;
    of.shift();
    messages.delete(owed.position);
    return { ...owed, ...body };
  };

  const next = async (): Promise<Due | null> => {
    while (await findReady()) {
      const due = await takeFirst(ready);
      if (due !== null) return due;
    }
    return null;
  };

  /** What is of its connection behind it was passed over. */
  const goesEarly = ({ about, position }: Owed, isEarly: boolean): void => {
    held.delete(about);
    chains.set(about, { next: [], isCut: true, isEarly, last: position });
  };

  const isDueLeft = (): boolean =>
    ready.length > 0 ||
    isIncomplete ||
    !isAtEnd ||
    (earliestDueAt !== null && earliestDueAt <= performance.now());

  const early = async (): Promise<Due | null> => {
    if (!mayGoEarly || isDueLeft()) return null;
    for (let of = await waiting.early(); of.length > 0; of = await waiting.early()) {
      const due = await takeFirst(of);
      if (due === null) continue;
      goesEarly(due, true);
      return due;
    }
    return null;
  };

  return {
    next,
    beforeTime: async number => {
      const owed = isDueLeft() ? null : waiting.take(number);
      if (owed === null) return null;
      goesEarly(owed, false);
      ready.push(owed);
      return await next();
    },
    early,
    passed,
    waits: ({ about }, dueInMs) =>
      hold(about, dueInMs === null ? null : performance.now() + dueInMs),
    reset: (underWay, isEarlyToGo) => {
      const kept = [...underWay].flatMap(about => {
        const chain = chains.get(about);
        return chain === undefined ? [] : [[about, chain] as const];
      });
      after = 0;
      isAtEnd = false;
      isIncomplete = false;
      isBehindEarly = false;
      mayGoEarly = isEarlyToGo;
      earliestDueAt = null;
      ready.length = 0;
      for (const each of [messages, chains, held, waiting]) each.clear();
      for (const [about, chain] of kept) chains.set(about, chain);
    },
    hasEarly: waiting.hasEarly,
    nextInMs: () => {
      if (isDueLeft() || isBehindEarly || (mayGoEarly && waiting.mayHaveEarly())) return 0;
      const at = [earliestDueAt, mayGoEarly ? waiting.earlyAt() : null].filter(
        each => each !== null,
      );
      return at.length === 0 ? null : Math.max(0, Math.ceil(Math.min(...at) - performance.now()));
    },
  };
};
